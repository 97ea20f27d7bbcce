// Every language says everything: the same keys, the same places to fill in, every plural.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';
import en from '../../i18n/en.js';
import kk from '../../i18n/kk.js';
import ru from '../../i18n/ru.js';
import { WORDS } from '../../parts/failures.js';

/** @type {Record<string, import('../../types.d.ts').Words>} */
const languages = { en, kk, ru };
/** @param {import('../../types.d.ts').Words[string]} words */
const sentences = (words) => (typeof words === 'string' ? [words] : Object.values(words));
/** @param {string} sentence */
const places = (sentence) => [...sentence.matchAll(/\{(\w+)\}/gu)].map((found) => found[1]).sort().join();

for (const [code, words] of Object.entries(languages)) {
  test(`${code} has every key that English has, and no other`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
  });

  test(`${code} fills in the same places as English`, () => {
    for (const [key, own] of Object.entries(words)) {
      const wanted = places(sentences(/** @type {any} */ (en)[key])[0] ?? '');
      for (const sentence of sentences(own)) assert.equal(places(sentence), wanted, `${code} ${key}`);
    }
  });

  test(`${code} has exactly the plurals of its language`, () => {
    const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories.slice().sort();
    for (const [key, own] of Object.entries(words)) {
      if (typeof own === 'object') assert.deepEqual(Object.keys(own).sort(), forms, `${code} ${key}`);
      else assert.ok(own.trim() !== '', `${code} ${key} is empty`);
    }
  });
}

test('every failure has its words', () => {
  for (const words of WORDS) {
    assert.ok(Object.hasOwn(en, `error.${words}.title`) && Object.hasOwn(en, `error.${words}.text`), words);
  }
});

test('every key that a page asks for is there, and every key is asked for', async () => {
  const asked = new Set();
  const begun = new Set();
  for (const folder of ['parts', 'booth', 'booth/kinds', 'audit', 'check', 'checker', 'i18n']) {
    for (const file of await readdir(new URL(`../../${folder}/`, import.meta.url))) {
      if (!file.endsWith('.js') || ['en.js', 'kk.js', 'ru.js'].includes(file)) continue;
      const text = await readFile(new URL(`../../${folder}/${file}`, import.meta.url), 'utf8');
      for (const [, key] of text.matchAll(/'((?:page|time|opening|start|fingerprint|code|vote-again|question|kinds|check-answer|test|sending|done|observers|cleared|failure|error|audit|check|practice|code-works|alone)\.[\w.-]+)'/gu)) asked.add(key);
      for (const [, key] of text.matchAll(/`([a-z-]+\.(?:[a-z]+-)?)\$\{/gu)) begun.add(key);
    }
  }
  for (const key of asked) assert.ok(Object.hasOwn(en, key), `${key} is asked for`);
  for (const key of Object.keys(en)) {
    assert.ok(asked.has(key) || [...begun].some((start) => key.startsWith(start)), `${key} is never asked for`);
  }
});
