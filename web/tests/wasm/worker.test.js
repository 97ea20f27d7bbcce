// The worker's protocol in node, with a worker's surroundings made up and no server: every request gets one answer.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** @type {((event: { data: object }) => void) | undefined} */
let listener;
/** @type {((answer: any) => void)[]} */
const waiting = [];

Object.assign(globalThis, {
  self: {
    location: { origin: "http://board.test" },
    addEventListener: (/** @type {string} */ _, /** @type {any} */ listen) => (listener = listen),
    postMessage: (/** @type {any} */ answer) => waiting.shift()?.(answer),
  },
  fetch: async (/** @type {URL} */ url) =>
    new Response(readFileSync(url), { headers: { "content-type": "application/wasm" } }),
  XMLHttpRequest: class {
    open() {}
    send() {
      throw new Error("there is no network here");
    }
  },
});
await import("../../worker.js");

/** @param {object} data @returns {Promise<any>} */
const ask = (data) =>
  new Promise((resolve) => {
    waiting.push(resolve);
    listener?.({ data });
  });

test("a call that needs no server is done, and one that the worker does not know is refused by name", async () => {
  assert.deepEqual(await ask({ id: 1, call: "clear", args: {} }), { id: 1, ok: true, value: {} });
  const unknown = await ask({ id: 2, call: "vote", args: {} });
  assert.equal(unknown.id, 2);
  assert.deepEqual([unknown.ok, unknown.error.code], [false, "arguments"]);
});

test("calls out of their order, and a server that is not reached, are refused by name and with evidence", async () => {
  assert.equal((await ask({ id: 3, call: "cast" })).error.code, "order");
  const election = "ab".repeat(32);
  const { error } = await ask({ id: 4, call: "open", args: { origin: "http://board.test", election } });
  assert.equal(error.code, "network");
  assert.match(error.message, /there is no network here/);
  assert.equal(error.evidence.schema, "plebiscite-evidence/1");
  assert.equal(error.evidence.exchanges.length, 1);
});

test("another origin than the page's own is never asked", async () => {
  const args = { origin: "http://elsewhere.test", election: "ab".repeat(32) };
  const { error } = await ask({ id: 5, call: "open", args });
  assert.equal(error.code, "network");
  assert.match(error.message, /not an http or https address/);
});

test("the voters' module counts nothing again; the other one does, and both have one queue", async () => {
  const args = { origin: "http://board.test", election: "ab".repeat(32) };
  assert.equal((await ask({ id: 6, call: "audit", args })).error.code, "arguments");
  assert.equal((await ask({ id: 7, call: "audit", args, module: "count" })).error.code, "network");
  const both = await Promise.all([ask({ id: 8, call: "clear", args: {}, module: "count" }), ask({ id: 9, call: "clear", args: {} })]);
  assert.deepEqual(both.map(({ id, ok }) => [id, ok]), [[8, true], [9, true]]);
});
