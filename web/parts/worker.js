// The page's end of the one worker: calls by name, answers as promises, progress as it comes.

/** The only script that this page ever starts by itself. */
const WORKER = '/assets/worker.js';

/**
 * An error that the worker answered with, or its silence.
 */
export class CallError extends Error {
  /** @param {import('../types.d.ts').Failed} failed */
  constructor(failed) {
    super(failed.message);
    this.code = failed.code;
    this.evidence = failed.evidence;
  }
}

/**
 * @typedef {{ createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } }} Policies
 */

/** Gives the worker's address the browser's leave; anything else is refused. */
function address() {
  /** @type {Policies | undefined} */
  const policies = /** @type {any} */ (globalThis).trustedTypes;
  if (!policies) return WORKER;
  policy ??= policies.createPolicy('app', {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError('this page starts no other script');
      return url;
    },
  });
  return policy.createScriptURL(WORKER);
}

/** @type {{ createScriptURL(url: string): string } | undefined} */
let policy;

/** The worker and the calls that wait for it. */
export class Calls {
  /** @type {Worker | undefined} */
  #worker;
  #next = 1;
  #module;

  /** @param {'web' | 'count'} [module] which of the worker's modules does the calls */
  constructor(module = 'web') {
    this.#module = module;
  }

  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: CallError) => void, progress?: (step: import('../types.d.ts').Progress) => void }>} */
  #waiting = new Map();

  /**
   * @template {keyof import('../types.d.ts').Calls} K
   * @param {K} call
   * @param {import('../types.d.ts').Calls[K]['args']} args
   * @param {(step: import('../types.d.ts').Progress) => void} [progress]
   * @returns {Promise<import('../types.d.ts').Calls[K]['value']>}
   */
  call(call, args, progress) {
    const worker = (this.#worker ??= this.#start());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, progress });
      worker.postMessage({ id, call, args, module: this.#module });
    });
  }

  /** Ends the worker and everything in it, at once. Calls that wait are answered with `stopped-here`. */
  end() {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#fail({ code: 'stopped-here', message: 'stopped by the page' });
  }

  #start() {
    const worker = new Worker(address(), { type: 'module' });
    worker.onmessage = (event) => this.#answer(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#worker?.terminate();
      this.#worker = undefined;
      // An error without words is a script that did not come.
      this.#fail(event.message ? { code: 'worker-failed', message: event.message } : { code: 'network', message: 'the worker could not be fetched' });
    };
    return worker;
  }

  /** @param {import('../types.d.ts').Answer} answer */
  #answer(answer) {
    const call = this.#waiting.get(answer.id);
    if (!call) return;
    if ('progress' in answer) {
      call.progress?.(answer.progress);
      return;
    }
    this.#waiting.delete(answer.id);
    if (answer.ok) {
      call.resolve(answer.value);
      return;
    }
    if (answer.error.renew) {
      this.#worker?.terminate();
      this.#worker = undefined;
      this.#fail(answer.error);
    }
    call.reject(new CallError(answer.error));
  }

  /** @param {import('../types.d.ts').Failed} failed */
  #fail(failed) {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const call of waiting) call.reject(new CallError(failed));
  }
}
