// Screen 6: the vote is in the public book. What was chosen is shown nowhere any more.

import { button, el, heading, p, save, shownCode } from '../parts/dom.js';
import { prefix } from '../parts/address.js';
import { say } from '../parts/page.js';
import { moment, t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function done(booth) {
  const receipt = booth.receipt;
  if (!receipt) return [heading(t('opening.title'))];
  const copied = el('p', { class: 'hint', id: 'copied' });
  const copy = async () => {
    await navigator.clipboard.writeText(receipt.control_code).catch(() => undefined);
    copied.textContent = t('done.copied');
    say(t('done.copied'));
  };
  return [
    heading(t(booth.voter?.voted_before ? 'done.title-replaced' : 'done.title')),
    el('p', { class: 'state open' }, el('span', { 'aria-hidden': 'true' }, '✓ '), t('done.in-book', { entry: receipt.entry })),
    el('h2', {}, t('check-answer.code')),
    shownCode(receipt.control_code, t('check-answer.code')),
    el('p', {}, t('done.roll'), ' ', el('strong', { 'data-roll': receipt.roll_number }, String(receipt.roll_number))),
    el(
      'div',
      { class: 'row' },
      button(t('done.save'), () => save(`receipt-${receipt.roll_number}.tlog-proof`, receipt.receipt, 'text/plain'), 'other'),
      button(t('done.copy'), () => void copy(), 'other'),
      button(t('done.print'), () => print(), 'other'),
    ),
    copied,
    el('h2', {}, t('done.next')),
    el('ul', {}, el('li', {}, t('done.next-1', { closes: moment(booth.opened?.closes ?? '') })), el('li', {}, t('done.next-2')), el('li', {}, t('done.next-3'))),
    el('p', {}, el('a', { href: `/e/${prefix()}/check`, target: '_blank', rel: 'noopener' }, t('done.check-link'))),
    el('p', { class: 'hint' }, t('done.no-choice')),
    button(t('done.clear'), () => void booth.clear()),
  ];
}
