// One answer of several: full-width choices, none chosen beforehand.

import { own, t } from '../../i18n/index.js';
import { el } from '../../parts/dom.js';

/** @type {import('./index.js').Controls} */
export default function oneOf(contest, answer, change) {
  const choice = (/** @type {string | null} */ option, /** @type {string} */ label) =>
    el(
      'label',
      { class: option === null ? 'choice blank' : 'choice' },
      el('input', { type: 'radio', name: 'choice', value: option ?? '', checked: answer === option, onchange: () => change(option) }),
      el('span', {}, label),
    );
  const blank = contest.blank ? choice(null, own(contest.blank_label) || t('question.blank')) : null;
  return [...contest.options.map((option) => choice(option.id, own(option.label))), ...(blank === null ? [] : [blank])];
}
