// Screen 1: what is voted on, until when, and how it goes.

import { el, heading, p } from '../parts/dom.js';
import { startPage } from '../parts/address.js';
import { beforeVote } from '../parts/observers.js';
import { moment, own, t, until } from '../i18n/index.js';

/** Phases after voting. */
const OVER = ['closed', 'sealed', 'confirmed', 'result', 'certified'];

/** @type {import('./machine.js').Screen} */
export default function start(booth) {
  const opened = booth.opened;
  if (!opened) return [heading(t('opening.title'))];
  const state = stateOf(opened);
  return [
    heading(own(opened.title)),
    stateLine(state, opened),
    opened.description ? p(own(opened.description)) : null,
    state === 'open' || state === 'late' ? beforeVote(opened.observers) : null,
    ...(state === 'open' || state === 'late' ? steps(booth) : [el('p', {}, el('a', { class: 'button other', href: startPage() }, t('start.to-election')))]),
    sentences(opened),
    el('p', { class: 'small' }, t('start.fingerprint'), ' ', el('span', { class: 'mono' }, opened.fingerprint)),
  ].filter((node) => node !== null);
}

/**
 * @param {import('../types.d.ts').Opened} opened
 * @returns {'early' | 'open' | 'late' | 'closed' | 'cancelled'}
 */
export function stateOf(opened) {
  if (opened.phase === 'cancelled') return 'cancelled';
  if (OVER.includes(opened.phase)) return 'closed';
  if (opened.phase !== 'open') return 'early';
  // The book says when voting has ended. The device's clock may be wrong, and then must keep nobody from voting.
  return opened.now_closed ? 'late' : 'open';
}

/**
 * @param {'early' | 'open' | 'late' | 'closed' | 'cancelled'} state
 * @param {import('../types.d.ts').Opened} opened
 */
function stateLine(state, opened) {
  const when = { opens: moment(opened.opens), closes: moment(opened.closes), left: until(opened.closes), wait: until(opened.opens) };
  return el('p', { class: `state ${state}` }, t(`start.${state}`, when));
}

/** @param {import('./machine.js').Booth} booth */
function steps(booth) {
  const waits = booth.busy;
  return [
    el('h2', {}, t('start.steps')),
    el('ol', { class: 'steps' }, ...[1, 2, 3].map((number) => el('li', {}, t(`start.step-${number}`)))),
    el('button', { type: 'button', class: 'main', 'aria-disabled': waits ? 'true' : null, onclick: () => booth.proceed() }, t(waits ? 'code.looking' : 'start.begin')),
    el('p', { class: 'small' }, t('start.anyone')),
  ];
}

/**
 * What the manifest demands to be shown to every voter, word for word.
 * @param {import('../types.d.ts').Opened} opened
 */
function sentences(opened) {
  const said = opened.sentences ?? [];
  return said.length === 0 ? null : el('details', { class: 'sentences' }, el('summary', {}, t('start.sentences')), ...said.map((sentence) => p(own(sentence))));
}
