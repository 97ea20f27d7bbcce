// Shares of a count: how many, and when they are one report.

import assert from 'node:assert/strict';
import test from 'node:test';
import { together, workersFor } from '../../audit/shares.js';
import { REPORT } from '../stage/answers.js';

/** @param {object} [change] @returns {any} */
const report = (change = {}) => ({ ...REPORT, ...change });
/** @param {number} of @param {(own: number) => object} [change] */
const shares = (of, change = () => ({})) => Array.from({ length: of }, (_, own) => report({ share: { own, of }, ...change(own) }));

test('a small book has one worker, a large one as many as cores and memory allow', () => {
  assert.equal(workersFor(500, 8, 8), 1);
  assert.equal(workersFor(100_000, 4, 8), 4);
  assert.equal(workersFor(100_000, 32, 8), 8);
  assert.equal(workersFor(1_300_000, 8, 4), 2);
  assert.equal(workersFor(20_000_000, 8, 2), 1);
});

test('all shares of one book are one report, which is no share any more', () => {
  const whole = together(shares(3));
  assert.deepEqual(whole, REPORT);
  assert.deepEqual(together([report()]), REPORT);
});

test('a missing share, a share twice, a share alone, and shares of two books are no report', () => {
  const all = shares(3);
  for (const some of [[], all.slice(0, 2), all.slice(1), [all[0], all[0], all[2]], [all[1], all[0], all[2]], [all[0]]]) assert.equal(together(some), null);
  for (const change of [{ size: 41 }, { root: 'ff' }, { counts: null }, { outcome: 'not-yet' }]) assert.equal(together(shares(3, (own) => (own === 1 ? change : {}))), null);
});

test('what one share found is found', () => {
  const bad = { outcome: 'failed', size: 40 };
  const found = together(shares(3, (own) => (own === 2 ? bad : {})));
  assert.equal(found?.outcome, 'failed');
  assert.equal(found?.share, undefined);
  // Of two the earlier refusal is the record's, whichever share met it.
  const two = together(shares(3, (own) => (own === 0 ? { ...bad, valid_up_to: 10 } : own === 1 ? { ...bad, valid_up_to: 5 } : {})));
  assert.equal(two?.valid_up_to, 5);
});
