// The ballot that WebAssembly makes is, byte for byte, the one that the native program makes. Run: node --test web/tests/wasm

import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededBallots } from "../../pkg/plebiscite_web.js";
import { ballots, bytes, vectors } from "./load.js";

test("there is a vector of every kind of question", () => {
  assert.equal(new Set(vectors.map(({ kind }) => kind)).size, 9);
});

for (const vector of vectors) {
  test(`${vector.kind}: for the same record, choice and seed the bytes are those of the native program`, () => {
    assert.ok(vector.ballots.length >= 3);
    const maker = ballots(vector);
    for (const { answers, seed, body } of vector.ballots) {
      const made = maker.ballot_from_seed(JSON.stringify(answers), bytes(seed));
      assert.equal(Buffer.from(made).toString("hex"), body);
    }
  });

  test(`${vector.kind}: another seed, and another choice, give other bytes`, () => {
    const maker = ballots(vector);
    const [{ answers, seed, body }, { answers: others }] = vector.ballots;
    const other = bytes(seed);
    other[31] ^= 1;
    assert.notEqual(Buffer.from(maker.ballot_from_seed(JSON.stringify(answers), other)).toString("hex"), body);
    assert.notEqual(Buffer.from(maker.ballot_from_seed(JSON.stringify(others), bytes(seed))).toString("hex"), body);
  });

  test(`${vector.kind}: all ballots have one length`, () => {
    assert.equal(new Set(vector.ballots.map(({ body }) => body.length)).size, 1);
  });
}

test("a record with another election's id, a choice that is not offered and a short seed are refused", () => {
  const [vector] = vectors;
  const record = { ...vector.record, election: "00".repeat(32) };
  assert.throws(() => new SeededBallots(JSON.stringify(record)), /other-election/);
  const maker = ballots(vector);
  const [{ answers, seed }] = vector.ballots;
  assert.throws(() => maker.ballot_from_seed(JSON.stringify(["perhaps"]), bytes(seed)), /choice/);
  assert.throws(() => maker.ballot_from_seed(JSON.stringify(answers), bytes(seed).slice(1)), /32 bytes/);
});

test("votes beside the rules are refused before anything is encrypted", () => {
  const beside = {
    approval: { numbers: [1, 1, 1, 1, 0, 0, 0, 0, 0, 0] },
    score: { numbers: [11, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    cumulative: { numbers: [9, 2, 0, 0, 0] },
    quadratic: { numbers: [5, 1, 0, 0, 0] },
    borda: { ranking: ["a", "b", "c", "d", "d"] },
    condorcet: { ranking: ["a", "b", "c", "d", "e"] },
  };
  for (const [kind, answer] of Object.entries(beside)) {
    const vector = vectors.find((one) => one.kind === kind);
    assert.ok(vector);
    const maker = ballots(vector);
    assert.throws(() => maker.ballot_from_seed(JSON.stringify([answer]), bytes(vector.ballots[0].seed)), /choice/);
  }
});
