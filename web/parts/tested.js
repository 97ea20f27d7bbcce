// What a second device says of a tested vote: the same words on the check page and in the checker that is one file.

import { own, t } from '../i18n/index.js';
import { shownAnswer } from './answer.js';
import { el, heading, p, shownCode } from './dom.js';

/**
 * A test that came out: what is in the vote, and whose control code it has.
 * @param {import('../types.d.ts').TestFound} tested
 * @param {string} control
 * @returns {Node[]}
 */
export function passedNodes(tested, control) {
  const rows = tested.choices.map((choice) => el('div', { class: 'answer' }, p(own(choice.question)), shownAnswer(choice, choice.choice)));
  return [heading(t('check.test-passed')), el('div', { class: 'answers' }, ...rows), p(t('check.test-passed-text')), el('h2', {}, t('check.control')), shownCode(control, t('check.control'))];
}
