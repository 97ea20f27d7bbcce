// Every kind of question: its controls, and what is still missing before an answer is one.

import { own, t } from '../../i18n/index.js';
import approval from './approval.js';
import oneOf from './one-of.js';
import ranking from './ranking.js';
import score from './score.js';
import shares from './shares.js';

/**
 * The controls of a question. They keep themselves up to date, and tell each change.
 * @typedef {(contest: import('../../types.d.ts').Contest, answer: import('../../types.d.ts').Given | undefined, change: (answer: import('../../types.d.ts').Given | undefined) => void) => Node[]} Controls
 */

/** @type {Record<string, Controls>} */
const CONTROLS = {
  yes_no_blank: oneOf,
  yes_no_both_none: oneOf,
  single_choice: oneOf,
  approval,
  score,
  cumulative: shares,
  quadratic: shares,
  borda: ranking,
  condorcet: ranking,
};

/** @type {Controls} */
export const controls = (contest, answer, change) => (CONTROLS[contest.kind ?? 'single_choice'] ?? oneOf)(contest, answer, change);

/**
 * Why there is no whole answer yet, in the reader's words; null where there is one.
 * @param {import('../../types.d.ts').Contest} contest
 * @param {import('../../types.d.ts').Given | undefined} answer
 * @returns {string | null}
 */
export function missing(contest, answer) {
  if (answer === null) return null;
  if (answer === undefined) return first(contest);
  if (typeof answer === 'string') return null;
  if ('ranking' in answer) {
    const left = contest.options.filter((option) => !answer.ranking.includes(option.id));
    return left.length === 0 ? null : t('kinds.unplaced', { names: names(left) });
  }
  const numbers = answer.numbers;
  const open = contest.options.filter((_, place) => typeof numbers[place] !== 'number');
  if (open.length > 0) return t('kinds.unrated', { names: names(open) });
  const sum = numbers.reduce((/** @type {number} */ all, number) => all + (number ?? 0), 0);
  if (sum >= (contest.minimum ?? 0) || contest.kind === 'score' || contest.kind === 'quadratic') return null;
  const count = contest.minimum ?? 0;
  return contest.kind === 'approval' ? t('kinds.too-few', { count }) : t('kinds.least', { count });
}

/** What to say where nothing was done yet. @param {import('../../types.d.ts').Contest} contest */
function first(contest) {
  switch (contest.kind) {
    case 'approval':
      return t('kinds.choose');
    case 'score':
      return t('kinds.rate');
    case 'cumulative':
      return t('kinds.share');
    case 'quadratic':
      return t('kinds.share-credits');
    case 'borda':
    case 'condorcet':
      return t('kinds.rank');
    default:
      return t('question.missing');
  }
}

/** @param {import('../../types.d.ts').Option[]} options */
const names = (options) => options.map((option) => own(option.label)).join(', ');
