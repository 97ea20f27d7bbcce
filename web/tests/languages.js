// What a language's file lacks, for translators: `npm run languages`, or `npm run languages de` for `i18n/de.js`.

import { readdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import en from '../i18n/en.js';

/** @typedef {import('../types.d.ts').Words} Words */

const FOLDER = new URL('../i18n/', import.meta.url);

/** @param {Words[string]} words */
const sentences = (words) => (typeof words === 'string' ? [words] : Object.values(words));
/** @param {string} sentence */
const places = (sentence) => [...sentence.matchAll(/\{(\w+)\}/gu)].map((found) => found[1]).sort().join();

/**
 * Everything that a language lacks beside English, or has too much; one sentence each.
 * @param {string} code
 * @param {Words} words
 * @returns {string[]}
 */
export function lacking(code, words) {
  const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories.slice().sort().join();
  const missing = Object.keys(en).filter((key) => !Object.hasOwn(words, key)).map((key) => `${key} is missing: ${sentences(/** @type {Words} */ (en)[key] ?? '')[0]}`);
  const found = Object.entries(words).flatMap(([key, own]) => {
    const english = /** @type {Words} */ (en)[key];
    if (english === undefined) return [`${key} is in no other language`];
    const wanted = places(sentences(english)[0] ?? '');
    const wrong = sentences(own).flatMap((sentence) => {
      if (sentence.trim() === '') return [`${key} is empty`];
      return places(sentence) === wanted ? [] : [`${key} fills in {${places(sentence)}} instead of {${wanted}}: ${sentence}`];
    });
    if (typeof own === 'string') return typeof english === 'string' ? wrong : [...wrong, `${key} needs the plurals ${forms}`];
    const has = Object.keys(own).sort().join();
    return has === forms ? wrong : [...wrong, `${key} has the plurals ${has}, and ${code} has ${forms}`];
  });
  return [...missing, ...found];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv[2];
  const codes = asked ? [asked] : (await readdir(FOLDER)).filter((file) => file !== 'index.js').map((file) => file.replace(/\.js$/u, ''));
  let whole = true;
  for (const code of codes) {
    const { default: words } = await import(new URL(`${code}.js`, FOLDER).href);
    const lacks = lacking(code, words);
    whole &&= lacks.length === 0;
    console.log(`${code}: ${lacks.length === 0 ? `whole, ${Object.keys(words).length} sentences` : `${lacks.length} to mend`}`);
    for (const lack of lacks) console.log(`  ${lack}`);
  }
  if (!whole) process.exitCode = 1;
}
