// How a failure is shown wherever it happens: plain words, the evidence file, and whom to tell.

import { button, el, heading, p, save } from './dom.js';
import { evidence, meaning } from './failures.js';
import { t } from '../i18n/index.js';

/**
 * @param {import('../types.d.ts').Failed} failed
 * @param {string | null} election
 * @param {Node[]} ways what the reader can do now
 * @returns {Node[]}
 */
export function failureNodes(failed, election, ways) {
  const { words } = meaning(failed.code);
  return [
    heading(t(`error.${words}.title`)),
    el('div', { class: 'failure', 'data-code': failed.code }, p(t(`error.${words}.text`))),
    ...ways,
    whomToTell(failed, election),
  ];
}

/**
 * @param {import('../types.d.ts').Failed} failed
 * @param {string | null} election
 */
export function whomToTell(failed, election) {
  const keep = () => save('evidence.json', evidence(failed, election), 'application/json');
  return el(
    'section',
    { class: 'tell' },
    el('h2', {}, t('failure.tell')),
    p(t('failure.whom')),
    button(t('failure.evidence'), keep, 'other'),
    el('p', { class: 'small' }, t('failure.evidence-holds')),
    el('details', {}, el('summary', {}, t('failure.details')), el('p', { class: 'mono' }, `${failed.code}: ${failed.message}`)),
  );
}
