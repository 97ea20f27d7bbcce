// Typed codes: what is taken, and what is said of each mistake.

import assert from 'node:assert/strict';
import test from 'node:test';
import { asTyped, codeMistake, controlCode, secretCode } from '../../parts/codes.js';
import { evidence, failed, meaning } from '../../parts/failures.js';
import { CODE, CONTROL, FINGERPRINT } from '../stage/answers.js';

test('a code is taken however it is typed, and each mistake has its own name', () => {
  assert.equal(codeMistake(CODE), null);
  assert.equal(codeMistake(CODE.toLowerCase().replaceAll('-', ' ')), null);
  assert.equal(codeMistake(CODE.replaceAll('-', '')), null);
  assert.equal(codeMistake(CODE.replaceAll('-', '–')), null);
  assert.equal(codeMistake(''), 'code-empty');
  assert.equal(codeMistake(CODE.slice(0, -1)), 'code-length');
  assert.equal(codeMistake(`${CODE}A`), 'code-length');
  assert.equal(codeMistake(CODE.replace('A', 'U')), 'code-symbol');
  assert.equal(codeMistake(CODE.replace('A', 'Ж')), 'code-symbol');
  assert.equal(codeMistake(FINGERPRINT), 'code-is-fingerprint');
  assert.equal(codeMistake(CONTROL), 'code-is-control');
});

test('letters of a Cyrillic keyboard that look like Latin ones are read as those, and no others', () => {
  const latin = 'ABCE-HKMP-TXYJ-S012-3456-789A-BCEH';
  const cyrillic = 'авсе-нкмр-тхуј-ѕоі2-3456-789а-всен';
  assert.equal(codeMistake(cyrillic), null);
  assert.equal(secretCode(cyrillic), latin);
  assert.equal(secretCode(latin.toLowerCase()), latin);
  assert.equal(controlCode('ААААА-ВВВВВ-ССССС-00000-ЕЕЕЕЕ'), 'AAAAA-BBBBB-CCCCC-00000-EEEEE');
  for (const other of 'БГДЖЗИЛПЦЯӘҚҮ') assert.equal(codeMistake(latin.replace('A', other)), 'code-symbol', other);
});

test('a control code is read as it is printed, and nothing else is one', () => {
  assert.equal(controlCode(CONTROL.toLowerCase().replaceAll('-', '')), CONTROL);
  assert.equal(controlCode('o1il0 BBBBB CCCCC DDDDD EEEEE'), '01110-BBBBB-CCCCC-DDDDD-EEEEE');
  assert.equal(controlCode(CODE), null);
  assert.equal(controlCode(CONTROL.slice(1)), null);
});

test('typing puts groups of four, and leaves a fingerprint alone', () => {
  assert.equal(asTyped('abcde'), 'ABCD-E');
  assert.equal(asTyped(CODE.replaceAll('-', ' ')), CODE);
  assert.equal(asTyped(FINGERPRINT), FINGERPRINT);
});

test('a failure of an unknown name has the general words', () => {
  assert.equal(meaning('never-heard-of').words, 'general');
  assert.equal(meaning('constructor').words, 'general');
  assert.equal(meaning('false-receipt').words, 'receipt-false');
  assert.equal(failed('a sentence').code, 'general');
});

test('the evidence says what the worker gave and what it belongs to', () => {
  Object.assign(globalThis, { location: { origin: 'http://localhost', pathname: '/e/00/v' } });
  const file = JSON.parse(evidence({ code: 'false-log', message: 'why', evidence: { asked: 1 } }, 'ab'));
  assert.deepEqual([file.code, file.message, file.election, file.evidence], ['false-log', 'why', 'ab', { asked: 1 }]);
});
