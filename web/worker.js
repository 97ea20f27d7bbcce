// The one worker of the pages: it holds the session, seals, and reads the log; the page's thread only shows.
//
// Requests are { id, call, args }; answers { id, ok: true, value } or { id, ok: false, error: { code, message, evidence } };
// while a call runs, { id, progress }. Calls are done one after the other, in the order in which they come.

/**
 * @typedef {{ id: number, call: string, args?: object, module?: Name }} Request
 * @typedef {{ code: string, message: string, evidence?: object, renew?: boolean }} Failure
 * @typedef {{ id: number, ok: true, value: object } | { id: number, ok: false, error: Failure }} Answer
 * @typedef {{ call(name: string, args: string, progress: (json: string) => void): string }} Session
 * @typedef {keyof typeof MODULES} Name
 */

/** The voter's client; and the whole verifier, which is larger and which only those who count again need. */
const MODULES = {
  web: () => import("./pkg/plebiscite_web.js"),
  count: () => import("./pkg/plebiscite_count.js"),
};

/** Milliseconds between two messages about how far a count has come: ten a second. */
const PAUSE = 100;

/** What each module that was asked for holds: a session, or why there is none (any more). @type {Map<Name, Promise<{ session: Session | null, broken: Failure | null }>>} */
const held = new Map();

/**
 * A module's session, begun at the first call.
 * @param {Name} name
 */
function begun(name) {
  const there = held.get(name);
  if (there) return there;
  const beginning = begin(name).catch((error) => ({ session: null, broken: unbegun(error) }));
  held.set(name, beginning);
  return beginning;
}

/**
 * Why a module did not begin: the browser cannot run it, or it did not come. A browser may remember a script that did not come
 * for as long as a worker lives, so the page is told to begin with another one.
 * @param {unknown} error
 * @returns {Failure}
 */
function unbegun(error) {
  const cannot = typeof WebAssembly === "undefined" || error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
  return cannot ? { code: "no-webassembly", message: String(error) } : { code: "network", message: String(error), renew: true };
}

/** @param {Name} name @returns {Promise<{ session: Session | null, broken: Failure | null }>} */
async function begin(name) {
  const module = await MODULES[name]();
  await module.default({ module_or_path: new URL(`./pkg/plebiscite_${name}_bg.wasm`, import.meta.url) });
  return { session: new module.Session(self.location.origin), broken: null };
}

/** One call after the other, whichever module it is for. @type {Promise<unknown>} */
let last = Promise.resolve();

self.addEventListener("message", (event) => {
  const request = /** @type {Request} */ (event.data);
  last = last.then(async () => self.postMessage(await answer(request)));
});

/**
 * Does one call.
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
async function answer({ id, call, args, module }) {
  const own = await begun(module === "count" ? "count" : "web");
  if (own.broken || !own.session) {
    return { id, ok: false, error: own.broken ?? { code: "internal", message: "there is no session" } };
  }
  try {
    const answered = JSON.parse(own.session.call(String(call), JSON.stringify(args ?? {}), teller(id)));
    return { id, ...answered };
  } catch (error) {
    // The session stopped in the middle of something: what it holds is not to be trusted any more.
    own.broken = { code: "internal", message: String(error) };
    return { id, ok: false, error: own.broken };
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
