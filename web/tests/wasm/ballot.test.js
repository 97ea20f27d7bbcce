// The ballot that WebAssembly makes is, byte for byte, the one that the native program makes. Run: node --test web/tests/wasm

import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededBallots } from "../../pkg/plebiscite_web.js";
import { ballots, bytes, vector } from "./load.js";

test("for the same record, choice and seed the bytes are those of the native program", () => {
  assert.ok(vector.ballots.length >= 3);
  const maker = ballots();
  for (const { options, seed, body } of vector.ballots) {
    const made = maker.ballot_from_seed(JSON.stringify(options), bytes(seed));
    assert.equal(Buffer.from(made).toString("hex"), body);
  }
});

test("another seed, and another choice, give other bytes", () => {
  const maker = ballots();
  const [{ options, seed, body }] = vector.ballots;
  const other = bytes(seed);
  other[31] ^= 1;
  assert.notEqual(Buffer.from(maker.ballot_from_seed(JSON.stringify(options), other)).toString("hex"), body);
  const blank = options.map(() => null);
  assert.notEqual(Buffer.from(maker.ballot_from_seed(JSON.stringify(blank), bytes(seed))).toString("hex"), body);
});

test("a record with another election's id, a choice that is not offered and a short seed are refused", () => {
  const record = { ...vector.record, election: "00".repeat(32) };
  assert.throws(() => new SeededBallots(JSON.stringify(record)), /other-election/);
  const maker = ballots();
  const [{ options, seed }] = vector.ballots;
  assert.throws(() => maker.ballot_from_seed(JSON.stringify(["perhaps"]), bytes(seed)), /choice/);
  assert.throws(() => maker.ballot_from_seed(JSON.stringify(options), bytes(seed).slice(1)), /32 bytes/);
});
