// Screen 3: one question with the controls of its kind, nothing chosen beforehand.

import { el, heading } from '../parts/dom.js';
import { own, t } from '../i18n/index.js';
import { controls } from './kinds/index.js';

/** @type {import('./machine.js').Screen} */
export default function question(booth) {
  const contest = booth.opened?.contests[booth.contest];
  if (!contest) return [heading('')];
  const count = booth.opened?.contests.length ?? 1;
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
        { 'aria-describedby': booth.missing === null ? null : 'missing' },
        el('legend', {}, count > 1 ? el('span', { class: 'place' }, t('question.place', { number: booth.contest + 1, count })) : null, heading(own(contest.question))),
        booth.missing !== null && el('p', { id: 'missing', class: 'mistake', role: 'alert' }, booth.missing),
        ...controls(contest, booth.choices.get(contest.id), (answer) => booth.choose(contest.id, answer)),
      ),
      el('button', { type: 'submit', class: 'main' }, t('question.next')),
    ),
  ];
}
