// Screen 1: what is voted on, until when, and how it goes.

import { button, el, heading, p } from '../parts/dom.js';
import { startPage } from '../parts/address.js';
import { beforeVote } from '../parts/observers.js';
import { moment, own, t, until } from '../i18n/index.js';

/** Phases after voting. */
const OVER = ['closed', 'sealed', 'confirmed', 'result', 'certified'];

/** @typedef {'early' | 'due' | 'open' | 'late' | 'closed' | 'cancelled'} State */

/** @type {import('./machine.js').Screen} */
export default function start(booth) {
  const opened = booth.opened;
  if (!opened) return [heading(t('opening.title'))];
  const state = stateOf(opened);
  const voting = state === 'open' || state === 'late';
  const coming = state === 'early' || state === 'due';
  return [
    heading(own(opened.title)),
    el('p', { class: `state ${state}`, id: 'state' }, stateText(opened)),
    opened.description ? p(own(opened.description)) : null,
    voting ? beforeVote(opened.observers) : null,
    ...(voting || coming ? [el('h2', {}, t('start.steps')), el('ol', { class: 'steps' }, ...[1, 2, 3].map((number) => el('li', {}, t(`start.step-${number}`))))] : []),
    ...(voting ? begin(booth) : []),
    coming ? button(t('start.look-again'), () => void booth.lookAgain()) : null,
    voting || coming ? before(booth, voting) : null,
    voting ? null : el('p', {}, el('a', { class: 'button other', href: startPage() }, t('start.to-election'))),
    sentences(opened),
    el('p', { class: 'small' }, t('start.fingerprint'), ' ', el('span', { class: 'mono' }, opened.fingerprint)),
  ].filter((node) => node !== null);
}

/**
 * @param {import('../types.d.ts').Opened} opened
 * @returns {State}
 */
export function stateOf(opened) {
  if (opened.phase === 'cancelled') return 'cancelled';
  if (OVER.includes(opened.phase)) return 'closed';
  // The book says when voting has begun and ended. The device's clock may be wrong, and then must keep nobody from voting.
  if (opened.phase !== 'open') return Date.parse(opened.opens) > Date.now() ? 'early' : 'due';
  return opened.now_closed || Date.parse(opened.closes) <= Date.now() ? 'late' : 'open';
}

/**
 * State and countdown; asked for again as time goes by.
 * @param {import('../types.d.ts').Opened} opened
 */
export function stateText(opened) {
  const when = { opens: moment(opened.opens), closes: moment(opened.closes), left: until(opened.closes), wait: until(opened.opens) };
  return t(`start.${stateOf(opened)}`, when);
}

/** @param {import('./machine.js').Booth} booth */
function begin(booth) {
  const waits = booth.busy;
  return [
    el('button', { type: 'button', class: 'main', 'aria-disabled': waits ? 'true' : null, onclick: () => booth.beginVote() }, t(waits ? 'code.looking' : 'start.begin')),
    el('p', { class: 'small' }, t('start.anyone')),
  ];
}

/**
 * What can be done before voting: practise, try the code, read how to help somebody else.
 * @param {import('./machine.js').Booth} booth
 * @param {boolean} voting
 */
function before(booth, voting) {
  return el(
    'section',
    { class: 'before' },
    el('h2', {}, t('start.before')),
    button(t('practice.begin'), () => booth.practise(), 'link'),
    ...(voting ? [el('br', {}), button(t('code-works.check'), () => booth.checkCode(), 'link')] : []),
    el('details', {}, el('summary', {}, t('start.helping')), ...[1, 2, 3].map((number) => p(t(`start.helping-${number}`)))),
  );
}

/**
 * What the manifest demands to be shown to every voter, word for word.
 * @param {import('../types.d.ts').Opened} opened
 */
function sentences(opened) {
  const said = opened.sentences ?? [];
  return said.length === 0 ? null : el('details', { class: 'sentences' }, el('summary', {}, t('start.sentences')), ...said.map((sentence) => p(own(sentence))));
}
