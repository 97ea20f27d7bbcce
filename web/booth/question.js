// Screen 3: one question, its answers over the full width, none of them chosen beforehand.

import { el, heading } from '../parts/dom.js';
import { own, t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function question(booth) {
  const contest = booth.opened?.contests[booth.contest];
  if (!contest) return [heading('')];
  const count = booth.opened?.contests.length ?? 1;
  const chosen = booth.choices.get(contest.id);
  /** @param {string | null} option @param {string} label */
  const choice = (option, label) =>
    el(
      'label',
      { class: option === null ? 'choice blank' : 'choice' },
      el('input', { type: 'radio', name: 'choice', value: option ?? '', checked: chosen === option && booth.choices.has(contest.id), onchange: () => booth.choose(contest.id, option) }),
      el('span', {}, label),
    );
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    booth.next();
  };
  return [
    el(
      'form',
      { onsubmit: submit, novalidate: true, autocomplete: 'off' },
      el(
        'fieldset',
        { 'aria-describedby': booth.missing ? 'missing' : null },
        el('legend', {}, count > 1 ? el('span', { class: 'place' }, t('question.place', { number: booth.contest + 1, count })) : null, heading(own(contest.question))),
        booth.missing && el('p', { id: 'missing', class: 'mistake', role: 'alert' }, t('question.missing')),
        ...contest.options.map((option) => choice(option.id, own(option.label))),
        contest.blank && choice(null, own(contest.blank_label) || t('question.blank')),
      ),
      el('button', { type: 'submit', class: 'main' }, t('question.next')),
    ),
  ];
}
