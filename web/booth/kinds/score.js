// A score for each option: sliders, by keyboard too. Nothing is rated until its slider was used, were it at 0.

import { own, t } from '../../i18n/index.js';
import { el } from '../../parts/dom.js';
import { blankBox } from './blank.js';

/** @type {import('./index.js').Controls} */
export default function score(contest, answer, change) {
  const maximum = contest.maximum ?? 1;
  const before = answer && typeof answer === 'object' && 'numbers' in answer ? answer.numbers : [];
  /** @type {(number | null)[]} */
  let numbers = contest.options.map((_, place) => before[place] ?? null);
  const blank = blankBox(contest, answer === null, (chosen) => {
    if (chosen) {
      numbers = numbers.map(() => null);
      for (const { tell } of sliders) tell();
    }
    change(chosen ? null : undefined);
  });
  const sliders = contest.options.map((option, place) => {
    const name = `score-${place}`;
    const shown = el('output', { for: name, class: 'score' });
    const use = () => {
      numbers[place] = Number(range.value);
      blank.clear();
      tell();
      change({ numbers: [...numbers] });
    };
    const range = el('input', {
      type: 'range',
      id: name,
      min: 0,
      max: maximum,
      step: 1,
      value: numbers[place] ?? 0,
      oninput: use,
      onclick: use,
      onkeyup: (/** @type {Event} */ event) => {
        if (/** @type {KeyboardEvent} */ (event).key !== 'Tab' && /** @type {KeyboardEvent} */ (event).key !== 'Shift') use();
      },
    });
    const tell = () => {
      const number = numbers[place] ?? null;
      if (number === null) range.value = '0';
      shown.textContent = number === null ? '–' : String(number);
      range.setAttribute('aria-valuetext', number === null ? t('kinds.not-rated') : t('kinds.of', { number, maximum }));
      row.classList.toggle('unrated', number === null);
    };
    const ends = el('div', { class: 'ends', 'aria-hidden': 'true' }, el('span', {}, '0'), el('span', {}, String(maximum)));
    const row = el('div', { class: 'slider' }, el('label', { for: name }, own(option.label)), shown, range, ends);
    tell();
    return { row, tell };
  });
  return [
    el('p', { class: 'hint' }, t('kinds.score-hint', { maximum })),
    ...sliders.map(({ row }) => row),
    ...(blank.box === null ? [] : [blank.box]),
  ];
}
