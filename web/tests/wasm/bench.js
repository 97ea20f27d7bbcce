// Size of the voters' module and of the one that counts again, and how long it takes in node to make a ballot of each kind. Prints
// one line of JSON: { bytes: { raw, gzip, brotli }, count_bytes: { … }, ballot_ns: { "<kind>": median } }. Run: node web/tests/wasm/bench.js [samples]

import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { ballots, bytes, module, vectors } from "./load.js";

const samples = Number(process.argv[2] ?? 200);
/** @type {Record<string, number>} */
const times = {};
for (const vector of vectors) {
  const maker = ballots(vector);
  const taken = [];
  for (let sample = 0; sample < samples + 20; sample += 1) {
    const { answers, seed } = vector.ballots[sample % vector.ballots.length];
    const chosen = JSON.stringify(answers);
    const fresh = bytes(seed);
    fresh[0] = sample & 0xff;
    const begun = process.hrtime.bigint();
    maker.ballot_from_seed(chosen, fresh);
    // The first ones are compiled and cached meanwhile.
    if (sample >= 20) taken.push(Number(process.hrtime.bigint() - begun));
  }
  taken.sort((one, other) => one - other);
  times[vector.kind] = taken[taken.length >> 1] ?? 0;
}
/** @param {Uint8Array} bytes */
const sizes = (bytes) => ({ raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length });
const counting = readFileSync(new URL("../../pkg/plebiscite_count_bg.wasm", import.meta.url));
console.log(JSON.stringify({ bytes: sizes(module), count_bytes: sizes(counting), ballot_ns: times }));
