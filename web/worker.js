// The one worker of the pages: it holds the session, seals, and reads the log; the page's thread only shows.
//
// Requests are { id, call, args }; answers { id, ok: true, value } or { id, ok: false, error: { code, message, evidence } };
// while a call runs, { id, progress }. Calls are done one after the other, in the order in which they come.

import init, { Session } from "./pkg/plebiscite_web.js";

/**
 * @typedef {{ id: number, call: string, args?: object }} Request
 * @typedef {{ code: string, message: string, evidence?: object }} Failure
 * @typedef {{ id: number, ok: true, value: object } | { id: number, ok: false, error: Failure }} Answer
 */

/** Milliseconds between two messages about how far a count has come: ten a second. */
const PAUSE = 100;

/** @type {Session | null} */
let session = null;
/** Why there is no session any more. @type {Failure | null} */
let broken = null;

const ready = init({ module_or_path: new URL("./pkg/plebiscite_web_bg.wasm", import.meta.url) }).then(
  () => {
    session = new Session(self.location.origin);
  },
  (error) => {
    broken = { code: "no-webassembly", message: String(error) };
  },
);

self.addEventListener("message", async (event) => {
  const request = /** @type {Request} */ (event.data);
  await ready;
  self.postMessage(answer(request));
});

/**
 * Does one call.
 * @param {Request} request
 * @returns {Answer}
 */
function answer({ id, call, args }) {
  if (broken || !session) {
    return { id, ok: false, error: broken ?? { code: "internal", message: "there is no session" } };
  }
  try {
    const answered = JSON.parse(session.call(String(call), JSON.stringify(args ?? {}), teller(id)));
    return { id, ...answered };
  } catch (error) {
    // The session stopped in the middle of something: what it holds is not to be trusted any more.
    broken = { code: "internal", message: String(error) };
    return { id, ok: false, error: broken };
  }
}

/**
 * Tells progress: every step, and of counts at most ten a second and the last one.
 * @param {number} id
 * @returns {(json: string) => void}
 */
function teller(id) {
  let told = -PAUSE;
  return (json) => {
    const progress = JSON.parse(json);
    const now = performance.now();
    const counts = typeof progress.entries === "number";
    if (counts && progress.entries !== progress.of && now - told < PAUSE) return;
    told = now;
    self.postMessage({ id, progress });
  };
}
