// Which language the reader has, and its words. A further language is one more file with the same keys.

import en from './en.js';
import kk from './kk.js';
import ru from './ru.js';
import { momentOf } from '../parts/moment.js';

/** Every language by its code, with the name that its readers give it. */
export const LANGUAGES = { kk: 'Қазақша', ru: 'Русский', en: 'English' };

/** @type {Record<string, import('../types.d.ts').Words>} */
const WORDS = { kk, ru, en };
/** The only thing that these pages ever store. */
const KEPT = 'language';

let current = firstLanguage();
// A page opened from this one has no such wish in its address, nor has this one once it is loaded anew.
if (asked() === current) keep(current);

/** @param {string} code */
function known(code) {
  return Object.hasOwn(LANGUAGES, code);
}

function firstLanguage() {
  const wished = [asked(), stored(), ...(globalThis.navigator?.languages ?? [])];
  const codes = wished.map((wish) => wish.slice(0, 2).toLowerCase());
  return codes.find(known) ?? 'en';
}

/** The language that a rendered page's link asks for. */
function asked() {
  return new URLSearchParams(globalThis.location?.search).get('lang') ?? '';
}

function stored() {
  try {
    return globalThis.localStorage?.getItem(KEPT) ?? '';
  } catch {
    return '';
  }
}

/** The reader's language. */
export const language = () => current;

/**
 * Chooses a language and keeps it for the next page.
 * @param {string} code
 */
export function keepLanguage(code) {
  if (!known(code)) return;
  current = code;
  keep(code);
  // The wish in the address is an older one.
  if (asked() !== '') history.replaceState(history.state, '', location.pathname);
}

/** @param {string} code */
function keep(code) {
  try {
    globalThis.localStorage?.setItem(KEPT, code);
  } catch {
    // A browser that stores nothing keeps the language for this page only.
  }
}

/**
 * A sentence in the reader's language, with `{name}` filled in; `{count}` chooses the plural.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const words = WORDS[current]?.[key];
  const sentence = typeof words === 'object' ? plural(words, Number(values['count'] ?? 0)) : words;
  if (sentence === undefined) throw new Error(`no words for ${key} in ${current}`);
  return sentence.replace(/\{(\w+)\}/gu, (_, name) => shown(values[name]));
}

/**
 * Whether there are words under a key.
 * @param {string} key
 */
export const has = (key) => Object.hasOwn(WORDS[current] ?? {}, key);

/**
 * @param {Partial<Record<Intl.LDMLPluralRule, string>>} forms
 * @param {number} count
 */
function plural(forms, count) {
  return forms[new Intl.PluralRules(current).select(count)] ?? forms.other;
}

/** @param {string | number | undefined} value */
function shown(value) {
  return typeof value === 'number' ? number(value) : (value ?? '');
}

/**
 * A sentence in every language, as a manifest has its texts.
 * @param {string} key
 * @returns {import('../types.d.ts').Text}
 */
export const everywhere = (key) => Object.fromEntries(Object.entries(WORDS).map(([code, words]) => [code, String(words[key] ?? '')]));

/**
 * A whole number in groups of three, parted by narrow spaces that do not break, in every language: as the rendered pages, the
 * letters and the documents write it, so that a number of a receipt is found in the public book as it stands.
 * @param {number} value
 */
export const number = (value) => String(value).replace(/\B(?=(?:\d{3})+$)/gu, '\u202f');

/**
 * A text of the manifest in the reader's language, or in the first one that it has.
 * @param {import('../types.d.ts').Text | null | undefined} text
 */
export function own(text) {
  return text?.[current] ?? Object.values(text ?? {})[0] ?? '';
}

/**
 * A moment with its time zone.
 * @param {string} iso
 */
export function moment(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : momentOf(date, current);
}

/**
 * How long it is until a moment, in the largest unit that fits.
 * @param {string} iso
 * @param {number} [now]
 */
export function until(iso, now = Date.now()) {
  const minutes = Math.max(0, Math.round((Date.parse(iso) - now) / 60_000));
  if (minutes >= 2880) return t('time.days', { count: Math.floor(minutes / 1440) });
  if (minutes >= 120) return t('time.hours', { count: Math.floor(minutes / 60) });
  return t('time.minutes', { count: minutes });
}
