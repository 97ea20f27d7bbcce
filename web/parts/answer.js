// An answer in words: what was chosen, approved, rated, shared out or ranked.

import { own, t } from '../i18n/index.js';
import { el } from './dom.js';

/**
 * @param {import('../types.d.ts').Contest} contest
 * @param {import('../types.d.ts').Given | undefined} answer
 * @returns {Node}
 */
export function shownAnswer(contest, answer) {
  if (answer === undefined) return chosen(t('kinds.nothing'));
  if (answer === null) return chosen(own(contest.blank_label) || t('question.blank'));
  if (typeof answer === 'string') return chosen(own(contest.options.find((option) => option.id === answer)?.label));
  if ('ranking' in answer) {
    const label = (/** @type {string} */ id) => own(contest.options.find((option) => option.id === id)?.label);
    return el('ol', { class: 'chosen' }, ...answer.ranking.map((id) => el('li', {}, label(id))));
  }
  const { numbers } = answer;
  if (contest.kind === 'approval') {
    const approved = contest.options.filter((_, place) => numbers[place] === 1);
    if (approved.length === 0) return chosen(t('kinds.none'));
    return el('ul', { class: 'chosen' }, ...approved.map((option) => el('li', {}, own(option.label))));
  }
  const row = (/** @type {import('../types.d.ts').Option} */ option, /** @type {number} */ place) =>
    el('tr', {}, el('th', { scope: 'row' }, own(option.label)), el('td', {}, String(numbers[place] ?? '–')));
  return el('table', { class: 'chosen' }, el('tbody', {}, ...contest.options.map(row)));
}

/** @param {string} text */
const chosen = (text) => el('p', { class: 'chosen' }, text);
