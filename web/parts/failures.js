// What a failure means to a voter, by the worker's stable code: which sentences, and what she can do about it.
//
// Sentences stand under `error.<words>.title` and `error.<words>.text`.

/** @typedef {import('../types.d.ts').Meaning} Meaning */

/** @type {Record<string, Meaning>} */
const MEANINGS = {
  // Nothing is wrong but the connection or the server's mood: the same thing may be tried again.
  network: { words: 'network', then: 'again' },
  busy: { words: 'busy', then: 'again' },
  'missing-file': { words: 'busy', then: 'again' },
  refused: { words: 'refused', then: 'again' },
  // The code.
  'code-empty': { words: 'code-empty', then: 'code' },
  'code-symbol': { words: 'code-symbol', then: 'code' },
  'code-length': { words: 'code-length', then: 'code' },
  'code-checksum': { words: 'code-checksum', then: 'code' },
  'code-is-fingerprint': { words: 'code-is-fingerprint', then: 'code' },
  'code-is-control': { words: 'code-is-control', then: 'code' },
  'code-needs-second': { words: 'code-needs-second', then: 'code' },
  'code-same-twice': { words: 'code-same-twice', then: 'code' },
  'code-too-many': { words: 'code-too-many', then: 'code' },
  'code-unknown': { words: 'code-unknown', then: 'code' },
  'code-replaced': { words: 'code-replaced', then: 'code' },
  exhausted: { words: 'exhausted', then: 'stop' },
  // The state of the vote.
  'not-open': { words: 'not-open', then: 'again' },
  ended: { words: 'closed', then: 'stop' },
  closed: { words: 'closed', then: 'stop' },
  'ended-unsent': { words: 'closed-unsent', then: 'stop' },
  cancelled: { words: 'election-cancelled', then: 'stop' },
  'no-election': { words: 'unknown-election', then: 'stop' },
  'link-mismatch': { words: 'link-mismatch', then: 'stop' },
  'election-id': { words: 'link-mismatch', then: 'stop' },
  // What the server answered is false.
  'other-election': { words: 'setup-false', then: 'stop' },
  'false-setup': { words: 'setup-false', then: 'stop' },
  'false-checkpoint': { words: 'board-false', then: 'stop' },
  'false-log': { words: 'board-false', then: 'stop' },
  contradiction: { words: 'board-false', then: 'stop' },
  'false-cosignature': { words: 'observers-false', then: 'stop' },
  'false-place': { words: 'place-false', then: 'stop' },
  'false-answer': { words: 'answer-false', then: 'again' },
  hidden: { words: 'hidden', then: 'stop' },
  'false-receipt': { words: 'receipt-false', then: 'again' },
  // The voter's own ballot.
  overtaken: { words: 'overtaken', then: 'restart' },
  pending: { words: 'pending', then: 'again' },
  // What a second device is told.
  'control-code': { words: 'control-code', then: 'again' },
  'roll-number': { words: 'roll-number', then: 'again' },
  'roll-digits': { words: 'roll-digits', then: 'again' },
  opening: { words: 'opening', then: 'again' },
  receipt: { words: 'receipt', then: 'again' },
  record: { words: 'record', then: 'again' },
  'record-roll': { words: 'record-roll', then: 'again' },
  behind: { words: 'behind', then: 'again' },
  'behind-unsigned': { words: 'behind', then: 'again' },
  'other-receipt': { words: 'other-receipt', then: 'again' },
  'test-was-cast': { words: 'test-cast', then: 'stop' },
  'test-differs': { words: 'test-differs', then: 'again' },
  // This device.
  'shares-differ': { words: 'general', then: 'again' },
  'worker-failed': { words: 'worker', then: 'restart' },
  'no-webassembly': { words: 'worker', then: 'stop' },
};

/** What an unknown code means. @type {Meaning} */
const GENERAL = { words: 'general', then: 'again' };

/**
 * @param {string} code
 * @returns {Meaning}
 */
export function meaning(code) {
  return (Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined) ?? GENERAL;
}

/** Every group of sentences that a failure can need. */
export const WORDS = [...new Set(Object.values(MEANINGS).map((one) => one.words)), GENERAL.words];

/**
 * The evidence file: what went wrong, and what was asked and answered. The worker puts neither code nor choice nor credential in it,
 * and nothing that was typed is added here.
 * @param {import('../types.d.ts').Failed} failed
 * @param {string | null} election
 */
export function evidence(failed, election) {
  const found = { code: failed.code, message: failed.message, election, page: location.origin + location.pathname, at: new Date().toISOString(), evidence: failed.evidence ?? null };
  return `${JSON.stringify(found, null, 2)}\n`;
}

/**
 * An error as what it says.
 * @param {unknown} error
 * @returns {import('../types.d.ts').Failed}
 */
export function failed(error) {
  const { code, message, evidence } = /** @type {Partial<import('../types.d.ts').Failed>} */ (error ?? {});
  return { code: code ?? 'general', message: message ?? String(error), evidence };
}
