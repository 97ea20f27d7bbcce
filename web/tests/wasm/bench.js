// Size of the WebAssembly, and how long it takes in node to make a ballot of each kind. Prints one line of JSON:
// { bytes: { raw, gzip, brotli }, ballot_ns: { "<kind>": median } }. Run: node web/tests/wasm/bench.js [samples]

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
const sizes = { raw: module.length, gzip: gzipSync(module, { level: 9 }).length, brotli: brotliCompressSync(module).length };
console.log(JSON.stringify({ bytes: sizes, ballot_ns: times }));
