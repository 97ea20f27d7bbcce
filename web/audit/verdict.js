// What was counted again, in the words of the ballot paper: numbers and decision of every kind of question.

import { number, own, t } from '../i18n/index.js';
import { el, p } from '../parts/dom.js';

/**
 * @typedef {import('../types.d.ts').Contest} Contest
 * @typedef {NonNullable<import('../types.d.ts').Verdict['contests']>[number]} Counted
 */

/**
 * Every question with its numbers and what they decide, then what tie-breaks decide.
 * @param {import('../types.d.ts').Verdict} verdict
 * @param {Contest[]} contests of the ballot paper; where it lacks one, ids stand for words
 * @returns {Node[]}
 */
export function verdicts(verdict, contests) {
  const of = (/** @type {string} */ id) => contests.find((contest) => contest.id === id);
  const questions = (verdict.contests ?? []).map((counted) => {
    const contest = of(counted.contest);
    const rows = numbers(counted, contest).map(([name, count]) => el('li', {}, `${name}: ${number(count)}`));
    return el('div', { 'data-contest': counted.contest }, p(own(contest?.question) || counted.contest), el('ul', { class: 'numbers' }, ...rows), ...decision(counted, contest).map(sentence));
  });
  const ties = (verdict.tie_breaks ?? []).flatMap((tie) => preferred(tie.outcome, [0, 1].map((option) => name(of(tie.contest), option))).map(sentence));
  return [...questions, ...ties];
}

/** @param {string} text */
const sentence = (text) => el('p', {}, el('strong', {}, text));

/** @param {Contest | undefined} contest @param {number} option */
const name = (contest, option) => own(contest?.options[option]?.label) || String(option + 1);

/**
 * What every answer got.
 * @param {Counted} counted
 * @param {Contest | undefined} contest
 * @returns {[string, number][]}
 */
function numbers(counted, contest) {
  const labelled = /** @type {[string, number | null | undefined][]} */ (
    counted.totals
      ? counted.totals.map((total, option) => [name(contest, option), total])
      : /** @type {const} */ (['yes', 'no', 'both']).map((id) => [own(contest?.options.find((option) => option.id === id)?.label) || id, counted[id]])
  );
  const blank = contest && !contest.blank ? null : counted.blank;
  labelled.push([own(contest?.blank_label) || t('question.blank'), blank]);
  return labelled.flatMap(([label, count]) => (typeof count === 'number' ? [/** @type {[string, number]} */ ([label, count])] : []));
}

/**
 * What the rule makes of it.
 * @param {Counted} counted
 * @param {Contest | undefined} contest
 * @returns {string[]}
 */
function decision(counted, contest) {
  if (counted.decision) {
    if (counted.valid === false) return [t('audit.invalid')];
    return [t({ adopted: 'audit.adopted', not_adopted: 'audit.rejected', undecided: 'audit.undecided' }[counted.decision])];
  }
  const places = counted.places;
  if (!places) return [];
  const named = (/** @type {number[] | undefined} */ options) => (options ?? []).map((option) => name(contest, option)).join(', ');
  if (places.result === 'undecided') return [t('audit.undecided')];
  const elected = named(places.elected);
  return [...(elected === '' ? [] : [t('audit.elected', { names: elected })]), ...(places.result === 'tied' ? [t('audit.tied', { names: named(places.tied) })] : [])];
}

/**
 * Which of two adopted proposals enters into force.
 * @param {string} outcome
 * @param {string[]} names
 */
function preferred(outcome, names) {
  if (outcome === 'first' || outcome === 'second') return [t('audit.in-force', { names: names[outcome === 'first' ? 0 : 1] ?? '' })];
  if (outcome === 'tie') return [t('audit.tied', { names: names.join(', ') })];
  return outcome === 'undecided' ? [t('audit.undecided')] : [];
}
