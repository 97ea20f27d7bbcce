// Every language says everything: the same keys, the same places to fill in, every plural.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';
import en from '../../i18n/en.js';
import kk from '../../i18n/kk.js';
import ru from '../../i18n/ru.js';
import { WORDS } from '../../parts/failures.js';
import { lacking } from '../languages.js';

for (const [code, words] of Object.entries({ en, kk, ru })) {
  test(`${code} says everything that English says, fills in the same places, and has the plurals of its language`, () => {
    assert.deepEqual(lacking(code, words), []);
  });
}

test('a fourth language is one file, and what it lacks is told to its translator', () => {
  /** @type {import('../../types.d.ts').Words} */
  const german = { ...en };
  assert.deepEqual(lacking('de', german), []);
  delete german['start.begin'];
  german['start.open'] = 'Offen bis {closes}.';
  german['time.days'] = { one: '{count} Tag', few: '{count} Tage', other: '{count} Tage' };
  german['time.hours'] = '{count} Stunden';
  german['start.end'] = 'Ende';
  german['done.title'] = ' ';
  const told = lacking('de', german).join('\n');
  for (const lack of ['start.begin is missing: Begin', 'start.open fills in {closes} instead of {closes,left}', 'time.days has the plurals few,one,other, and de has one,other', 'time.hours needs the plurals one,other', 'start.end is in no other language', 'done.title is empty']) {
    assert.ok(told.includes(lack), told);
  }
});

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
