// Several answers: boxes, and how many may be ticked.

import { own, t } from '../../i18n/index.js';
import { el } from '../../parts/dom.js';
import { blankBox, tally } from './blank.js';

/** @type {import('./index.js').Controls} */
export default function approval(contest, answer, change) {
  const [minimum, maximum] = [contest.minimum ?? 0, contest.maximum ?? contest.options.length];
  const before = answer && typeof answer === 'object' && 'numbers' in answer ? answer.numbers : [];
  const status = tally();
  const boxes = contest.options.map((option, place) => {
    const input = el('input', { type: 'checkbox', name: 'choice', value: option.id, checked: before[place] === 1, onchange: () => ticked(input) });
    return { input, label: el('label', { class: 'choice' }, input, el('span', {}, own(option.label))) };
  });
  const none = el('input', { type: 'checkbox', name: 'none', checked: before.length > 0 && before.every((number) => number === 0), onchange: () => noneTicked() });
  const blank = blankBox(contest, answer === null, (chosen) => {
    if (chosen) untick();
    change(chosen ? null : undefined);
    tell();
  });
  const count = () => boxes.filter(({ input }) => input.checked).length;
  const untick = () => {
    for (const { input } of boxes) input.checked = false;
    none.checked = false;
  };
  const tell = (full = false) => {
    status.textContent = full ? t('kinds.too-many', { count: maximum }) : t('kinds.chosen', { chosen: count(), maximum });
  };
  const keep = () => change(count() > 0 || none.checked ? { numbers: boxes.map(({ input }) => (input.checked ? 1 : 0)) } : undefined);
  /** @param {HTMLInputElement} input */
  function ticked(input) {
    const full = count() > maximum;
    if (full) input.checked = false;
    else if (input.checked) {
      blank.clear();
      none.checked = false;
    }
    if (!full) keep();
    tell(full);
  }
  function noneTicked() {
    if (none.checked) {
      for (const { input } of boxes) input.checked = false;
      blank.clear();
    }
    keep();
    tell();
  }
  tell();
  const bounds = minimum === maximum ? t('kinds.exactly', { count: maximum }) : minimum === 0 ? t('kinds.up-to', { count: maximum }) : t('kinds.between', { minimum, maximum });
  return [
    el('p', { class: 'hint' }, bounds),
    ...boxes.map(({ label }) => label),
    status,
    ...(minimum === 0 ? [el('label', { class: 'choice blank' }, none, el('span', {}, t('kinds.none')))] : []),
    ...(blank.box === null ? [] : [blank.box]),
  ];
}
