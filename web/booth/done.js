// Screen 6: the vote is in the public book. What was chosen is shown nowhere any more.

import { button, el, heading, p, save, shownCode } from '../parts/dom.js';
import { prefix } from '../parts/address.js';
import { copy } from '../parts/copy.js';
import { meaning } from '../parts/failures.js';
import { whomToTell } from '../parts/failed.js';
import { ofVote } from '../parts/observers.js';
import { qr } from '../parts/qr.js';
import { language, moment, t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function done(booth) {
  const receipt = booth.receipt;
  if (!receipt) return [heading(t('opening.title'))];
  const copied = el('p', { class: 'hint', id: 'copied' });
  return [
    heading(t(booth.voter?.voted_before ? 'done.title-replaced' : 'done.title')),
    el('p', { class: 'state open' }, el('span', { 'aria-hidden': 'true' }, '✓ '), t('done.in-book', { entry: receipt.entry })),
    ...contradicted(booth),
    el('h2', {}, t('check-answer.code')),
    shownCode(receipt.control_code, t('check-answer.code')),
    p(t('done.keep')),
    el('p', {}, t('done.roll'), ' ', el('strong', { 'data-roll': receipt.roll_number }, String(receipt.roll_number))),
    el(
      'div',
      { class: 'row' },
      button(t('done.save'), () => save(`receipt-${receipt.roll_number}.tlog-proof`, receipt.receipt, 'text/plain'), 'other'),
      button(t('done.copy'), () => void copy(receipt.control_code, copied), 'other'),
      button(t('done.print'), () => print(), 'other'),
    ),
    copied,
    ...observersNodes(booth, receipt),
    code(booth, receipt),
    el('h2', {}, t('done.next')),
    el('ul', {}, el('li', {}, t('done.next-1', { closes: moment(booth.opened?.closes ?? '') })), el('li', {}, t('done.next-2')), el('li', {}, t('done.next-3'))),
    el('p', {}, el('a', { href: `/e/${prefix()}/check`, target: '_blank', rel: 'noopener' }, t('done.check-link'))),
    el('p', { class: 'hint' }, t('done.no-choice')),
    button(t('done.clear'), () => void booth.clear()),
  ];
}

/**
 * The address of the check page with what it asks for: behind the `#`, which browsers never send.
 * @param {import('./machine.js').Booth} booth
 * @param {import('../types.d.ts').Receipt} receipt
 */
function code(booth, receipt) {
  const address = `${location.origin}/e/${prefix()}/check#r=${receipt.roll_number}&k=${receipt.control_code}&e=${booth.election}`;
  const of = `${language()} ${address}`;
  // Made once: the screen is drawn again when observers confirm.
  if (booth.code?.of !== of) booth.code = { of, figure: qr(booth.calls, address, t('done.qr')) };
  return booth.code.figure;
}

/**
 * What the observers confirmed contradicts what was shown: before everything else, with the evidence.
 * @param {import('./machine.js').Booth} booth
 * @returns {Node[]}
 */
function contradicted(booth) {
  const { contradiction } = booth;
  if (!contradiction) return [];
  const { words } = meaning(contradiction.code);
  return [el('div', { class: 'failure', 'data-code': contradiction.code }, el('h2', {}, t(`error.${words}.title`)), p(t(`error.${words}.text`))), whomToTell(contradiction, booth.election)];
}

/**
 * Whether the observers have confirmed the book that holds the vote.
 * @param {import('./machine.js').Booth} booth
 * @param {import('../types.d.ts').Receipt} receipt
 * @returns {Node[]}
 */
function observersNodes(booth, receipt) {
  const line = booth.contradiction ? null : ofVote(receipt.observers);
  if (line === null) return [];
  const waits = receipt.observers?.state === 'waiting';
  return [line, el('p', { class: 'hint' }, t(waits && booth.lookedEnough ? 'observers.stopped' : 'observers.who'))];
}
