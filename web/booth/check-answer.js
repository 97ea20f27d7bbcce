// Screen 4: the last look. The vote is sealed while the voter reads; it is not in the box yet.

import { button, el, heading, p, shownCode } from '../parts/dom.js';
import { beforeVote } from '../parts/observers.js';
import { own, t } from '../i18n/index.js';
import { shownAnswer } from '../parts/answer.js';

/** @type {import('./machine.js').Screen} */
export default function checkAnswer(booth) {
  const sealed = booth.control !== null;
  return [
    heading(t('check-answer.title')),
    answers(booth),
    ...[beforeVote(booth.opened?.observers)].filter((node) => node !== null),
    el('p', { class: 'not-yet' }, el('strong', {}, t('check-answer.not-yet'))),
    el('button', { type: 'button', class: 'main', 'aria-disabled': sealed ? null : 'true', onclick: () => void booth.cast() }, t('check-answer.cast')),
    el('h2', {}, t('check-answer.code')),
    sealed ? shownCode(booth.control ?? '', t('check-answer.code')) : el('p', { class: 'waiting-code' }, t('check-answer.sealing')),
    el('p', { class: 'hint' }, t('check-answer.code-text')),
    sealed && booth.real === null ? button(t('check-answer.test'), () => booth.go('test-device'), 'link') : el('span', {}),
  ];
}

/**
 * Every question with the answer given, and the way to change it.
 * @param {import('./machine.js').Booth} booth
 */
function answers(booth) {
  const rows = (booth.opened?.contests ?? []).map((contest, place) => {
    return el(
      'div',
      { class: 'answer' },
      p(own(contest.question)),
      shownAnswer(contest, booth.choices.get(contest.id)),
      button(t('check-answer.change'), () => booth.go('question', place), 'link'),
    );
  });
  return el('div', { class: 'answers' }, ...rows);
}
