// Screen 5: the sealed vote on its way, in three ticks.

import { el, heading, p } from '../parts/dom.js';
import { t } from '../i18n/index.js';

/** @type {import('../types.d.ts').Step[]} */
const STEPS = ['sealed', 'received', 'in_book'];

/** @type {import('./machine.js').Screen} */
export default function sending(booth) {
  const ticks = STEPS.map((step) => {
    const done = booth.steps.has(step);
    return el('li', { class: done ? 'ticked' : '', 'data-step': step }, el('span', { class: 'mark', 'aria-hidden': 'true' }, done ? '✓' : '·'), t(`sending.${step}`), done ? null : el('span', { class: 'unseen' }, ` — ${t('sending.waits')}`));
  });
  return [heading(t('sending.title')), el('ul', { class: 'ticks' }, ...ticks), p(t('sending.text')), booth.slow ? el('p', { class: 'hint', id: 'slow' }, t('sending.slow')) : el('span', {})];
}
