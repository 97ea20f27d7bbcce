// Points, or votes whose squares are paid in credits, shared out by plus and minus; what is left is always shown.

import { own, t } from '../../i18n/index.js';
import { button, el } from '../../parts/dom.js';
import { blankBox, tally } from './blank.js';

/** @type {import('./index.js').Controls} */
export default function shares(contest, answer, change) {
  const quadratic = contest.kind === 'quadratic';
  const budget = contest.budget ?? 0;
  const most = quadratic ? Math.floor(Math.sqrt(budget)) : (contest.maximum ?? budget);
  const before = answer && typeof answer === 'object' && 'numbers' in answer ? answer.numbers : [];
  let numbers = contest.options.map((_, place) => before[place] ?? 0);
  const status = tally();
  const cost = (/** @type {number} */ number) => (quadratic ? number * number : number);
  const left = () => budget - numbers.reduce((sum, number) => sum + cost(number), 0);
  const blank = blankBox(contest, answer === null, (chosen) => {
    if (chosen) numbers = numbers.map(() => 0);
    tell();
    change(chosen ? null : undefined);
  });
  const rows = contest.options.map((option, place) => {
    const label = own(option.label);
    const shown = el('output', { class: 'score' });
    const price = el('span', { class: 'price' });
    const step = (/** @type {number} */ by) => () => {
      const next = (numbers[place] ?? 0) + by;
      if (next < 0 || next > most || left() + cost(next - by) - cost(next) < 0) return;
      numbers[place] = next;
      blank.clear();
      tell();
      change({ numbers: [...numbers] });
    };
    const less = el('button', { type: 'button', class: 'step', 'aria-label': t('kinds.less', { name: label }), onclick: step(-1) }, '−');
    const more = el('button', { type: 'button', class: 'step', 'aria-label': t('kinds.more', { name: label }), onclick: step(1) }, '+');
    const show = () => {
      const number = numbers[place] ?? 0;
      shown.textContent = String(number);
      if (quadratic) price.textContent = t('kinds.price', { count: cost(number) });
      // Still to be reached by keyboard: a button that vanishes under the finger loses the focus.
      less.setAttribute('aria-disabled', String(number === 0));
      more.setAttribute('aria-disabled', String(number >= most || left() + cost(number) - cost(number + 1) < 0));
    };
    return { row: el('div', { class: 'stepper', role: 'group', 'aria-label': label }, el('span', { class: 'name' }, label, price), less, shown, more), show };
  });
  const tell = () => {
    for (const { show } of rows) show();
    status.textContent = quadratic ? t('kinds.credits-left', { count: left() }) : t('kinds.points-left', { count: left() });
  };
  const nothing = () => {
    numbers = numbers.map(() => 0);
    blank.clear();
    tell();
    change({ numbers: [...numbers] });
  };
  tell();
  const minimum = quadratic ? 0 : (contest.minimum ?? 0);
  return [
    el('p', { class: 'hint' }, quadratic ? t('kinds.credits-hint', { budget }) : t('kinds.points-hint', { budget, maximum: most })),
    minimum > 0 ? el('p', { class: 'hint' }, t('kinds.least', { count: minimum })) : el('span', {}),
    ...rows.map(({ row }) => row),
    status,
    minimum === 0 ? button(t('kinds.give-none'), nothing, 'link') : el('span', {}),
    ...(blank.box === null ? [] : [blank.box]),
  ];
}
