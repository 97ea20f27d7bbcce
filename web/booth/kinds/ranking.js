// An order of all options, built from nothing: each is put next by a press, then moved by arrows or by dragging.

import { own, t } from '../../i18n/index.js';
import { el } from '../../parts/dom.js';
import { blankBox, tally } from './blank.js';

/** @type {import('./index.js').Controls} */
export default function ranking(contest, answer, change) {
  /** @type {string[]} */
  let order = answer && typeof answer === 'object' && 'ranking' in answer ? [...answer.ranking] : [];
  const label = (/** @type {string} */ id) => own(contest.options.find((option) => option.id === id)?.label);
  const status = tally();
  const placed = el('ol', { class: 'order' });
  const waiting = el('div', { class: 'unplaced' });
  const blank = blankBox(contest, answer === null, (chosen) => {
    if (chosen) order = [];
    draw();
    change(chosen ? null : undefined);
  });
  /** @param {string[]} next @param {string} [moved] */
  const set = (next, moved) => {
    order = next;
    blank.clear();
    change(order.length > 0 ? { ranking: [...order] } : undefined);
    draw();
    if (moved !== undefined && order.includes(moved)) {
      status.textContent = t('kinds.placed', { name: label(moved), place: order.indexOf(moved) + 1 });
    }
  };
  /** @param {string} id @param {number} to */
  const move = (id, to) => {
    if (to < 0 || to >= order.length) return;
    const rest = order.filter((other) => other !== id);
    set([...rest.slice(0, to), id, ...rest.slice(to)], id);
  };
  const item = (/** @type {string} */ id, /** @type {number} */ place) => {
    const step = (/** @type {string} */ sign, /** @type {string} */ said, /** @type {number} */ to) =>
      el('button', { type: 'button', class: 'step', 'data-act': `${sign}-${id}`, 'aria-label': said, 'aria-disabled': String(to < 0 || to >= order.length), onclick: () => act(`${sign}-${id}`, () => move(id, to)) }, sign);
    const out = el('button', { type: 'button', class: 'step', 'data-act': `out-${id}`, 'aria-label': t('kinds.take-out', { name: label(id) }), onclick: () => act(`add-${id}`, () => set(order.filter((other) => other !== id))) }, '×');
    const entry = el('li', { 'data-id': id }, el('span', { class: 'handle', 'aria-hidden': 'true' }, '⠿'), el('span', { class: 'name' }, label(id)), step('↑', t('kinds.up', { name: label(id) }), place - 1), step('↓', t('kinds.down', { name: label(id) }), place + 1), out);
    entry.querySelector('.handle')?.addEventListener('pointerdown', (event) => drag(id, /** @type {PointerEvent} */ (event)));
    return entry;
  };
  /** Does something that draws anew, and puts the focus where it was. @param {string} at @param {() => void} change */
  const act = (at, change) => {
    change();
    const again = /** @type {HTMLElement | null} */ (document.querySelector(`[data-act="${CSS.escape(at)}"]`));
    again?.focus();
  };
  /** @param {string} id @param {PointerEvent} event */
  const drag = (id, event) => {
    event.preventDefault();
    const over = (/** @type {PointerEvent} */ now) => {
      const under = document.elementFromPoint(now.clientX, now.clientY)?.closest('.order li');
      const to = under instanceof HTMLElement && placed.contains(under) ? order.indexOf(under.dataset['id'] ?? '') : -1;
      if (to >= 0 && to !== order.indexOf(id)) move(id, to);
    };
    const end = () => {
      document.removeEventListener('pointermove', over);
      document.removeEventListener('pointerup', end);
      document.removeEventListener('pointercancel', end);
    };
    document.addEventListener('pointermove', over);
    document.addEventListener('pointerup', end);
    document.addEventListener('pointercancel', end);
  };
  const draw = () => {
    placed.replaceChildren(...order.map(item));
    placed.hidden = order.length === 0;
    const left = contest.options.filter((option) => !order.includes(option.id));
    const add = (/** @type {import('../../types.d.ts').Option} */ option) =>
      el('button', { type: 'button', class: 'other', 'data-act': `add-${option.id}`, onclick: () => act(nextAfter(option.id), () => set([...order, option.id], option.id)) }, own(option.label));
    waiting.replaceChildren(...left.map(add));
    status.textContent = left.length === 0 ? t('kinds.all-placed') : t('kinds.to-place', { count: left.length });
  };
  /** The option that a keyboard finds next: the following one that waits. @param {string} id */
  const nextAfter = (id) => {
    const left = contest.options.filter((option) => !order.includes(option.id) && option.id !== id);
    return left[0] === undefined ? `↑-${id}` : `add-${left[0].id}`;
  };
  draw();
  return [el('p', { class: 'hint' }, t('kinds.rank-hint')), placed, status, waiting, ...(blank.box === null ? [] : [blank.box])];
}
