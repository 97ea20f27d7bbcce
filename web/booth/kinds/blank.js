// A blank vote beside controls of another kind: it empties them, and they take it back.

import { own, t } from '../../i18n/index.js';
import { el } from '../../parts/dom.js';

/**
 * @param {import('../../types.d.ts').Contest} contest
 * @param {boolean} chosen
 * @param {(chosen: boolean) => void} change
 */
export function blankBox(contest, chosen, change) {
  const input = el('input', { type: 'checkbox', name: 'blank', checked: chosen, onchange: () => change(input.checked) });
  const box = contest.blank ? el('label', { class: 'choice blank' }, input, el('span', {}, own(contest.blank_label) || t('question.blank'))) : null;
  return { box, clear: () => (input.checked = false) };
}

/** What is left or chosen, read out as it changes. */
export const tally = () => el('p', { class: 'tally', role: 'status', 'aria-live': 'polite' });
