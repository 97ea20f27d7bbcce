// Typed codes: how they are written, and which mistakes can be seen without anyone's help.
//
// A secret code is 7 groups of 4, a fingerprint 4 groups of 7, a control code 5 groups of 5. O is read as 0, I and L as 1. A
// Cyrillic keyboard has letters that nobody can tell from Latin ones by eye: they are read as those; the checksum guards.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Symbols of a secret code, and of a fingerprint. */
const CODE = 28;
/** Symbols of a control code. */
const CONTROL = 25;
/** Cyrillic capitals, each with the Latin one that looks the same. */
const ALIKE = new Map([...'АВСЕНКМОРТХУІЈЅ'].map((letter, place) => [letter, /** @type {string} */ ('ABCEHKMOPTXYIJS'[place])]));
const SEPARATOR = /[\s\u2010-\u2015\u2212-]+/u;

/**
 * The symbols of typed text, or null where a character does not occur in codes.
 * @param {string} text
 */
export function symbols(text) {
  const read = text
    .toUpperCase()
    .split(SEPARATOR)
    .join('')
    .replace(/[А-ЯЀ-Џ]/gu, (letter) => ALIKE.get(letter) ?? letter)
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  return [...read].every((symbol) => ALPHABET.includes(symbol)) ? read : null;
}

/**
 * @param {string} text
 * @param {number} size
 */
export const grouped = (text, size) => (text.match(new RegExp(`.{1,${size}}`, 'gu')) ?? []).join('-');

/**
 * Whether text is written in groups as a fingerprint is.
 * @param {string} text
 */
function isFingerprint(text) {
  const parts = text.split(SEPARATOR).filter((part) => part !== '');
  return parts.length === 4 && parts.every((part) => part.length === 7);
}

/**
 * What is wrong with a typed secret code before its checksum is looked at; null if nothing. The checksum is the worker's to check,
 * on this device too.
 * @param {string} text
 * @returns {string | null}
 */
export function codeMistake(text) {
  if (text.trim() === '') return 'code-empty';
  if (isFingerprint(text)) return 'code-is-fingerprint';
  const read = symbols(text);
  if (read === null) return 'code-symbol';
  if (read.length === CONTROL) return 'code-is-control';
  return read.length === CODE ? null : 'code-length';
}

/**
 * A secret code as it is printed, for text in which there is no mistake that can be seen here.
 * @param {string} text
 */
export const secretCode = (text) => grouped(symbols(text) ?? '', 4);

/**
 * A control code as it is printed, or null if this is none.
 * @param {string} text
 */
export function controlCode(text) {
  const read = symbols(text);
  return read !== null && read.length === CONTROL ? grouped(read, 5) : null;
}

/**
 * Typed text in groups of four, as far as it goes; left alone where it is something else.
 * @param {string} text
 */
export function asTyped(text) {
  const read = symbols(text);
  return read === null || isFingerprint(text) || read.length > CODE ? text : grouped(read, 4);
}
