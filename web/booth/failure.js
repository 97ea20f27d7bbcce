// Something went wrong: what it means, what to do, and whom to tell.

import { button, el, heading } from '../parts/dom.js';
import { startPage } from '../parts/address.js';
import { failureNodes } from '../parts/failed.js';
import { meaning } from '../parts/failures.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function failure(booth) {
  const shown = booth.failure;
  if (!shown) return [heading('')];
  return failureNodes(shown.failed, booth.election, [...where(booth, shown.failed.code), ...ways(booth, shown)]);
}

/** Failures whose own words say that the vote which was sent is not in the box. */
const SAID = ['overtaken', 'ended-unsent'];

/**
 * Whether the voter's vote is in the box: the first thing that anybody wants to know.
 * @param {import('./machine.js').Booth} booth
 * @param {string} code
 */
function where(booth, code) {
  if (SAID.includes(code)) return [];
  const words = t(booth.lost ? 'failure.lost' : booth.casting ? 'failure.perhaps-in' : 'failure.not-in');
  return [el('p', { class: 'not-yet' }, el('strong', {}, words))];
}

/**
 * @param {import('./machine.js').Booth} booth
 * @param {{ failed: import('../types.d.ts').Failed, again: () => void }} shown
 */
function ways(booth, shown) {
  const { then } = meaning(shown.failed.code);
  if (booth.casting) return [button(t('failure.send-again'), shown.again)];
  if (then === 'again') return [button(t('failure.again'), shown.again)];
  if (then === 'restart') return [button(t('failure.restart'), () => void booth.begin({ codes: [], election: booth.linked ? booth.election : null }))];
  return [el('p', {}, el('a', { href: startPage() }, t('start.to-election')))];
}
