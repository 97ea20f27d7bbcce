// What the observers have confirmed: the same words wherever a vote, or the book, is shown.

import { el } from './dom.js';
import { t } from '../i18n/index.js';

/** @typedef {import('../types.d.ts').Observers} Observers */

/**
 * Of a vote that stands in the public book. Nothing where the vote has no observers.
 * @param {Observers | null | undefined} observers
 */
export function ofVote(observers) {
  if (!observers) return null;
  const { state, confirmed_by: by, named } = observers;
  const confirmed = state === 'confirmed' || state === 'old';
  const words = confirmed ? t('observers.confirmed', { by, named }) : t(state === 'false' ? 'observers.false' : 'observers.waiting');
  return el('p', { class: `observers ${confirmed ? 'confirmed' : state}`, 'data-observers': confirmed ? 'confirmed' : state }, confirmed ? el('span', { 'aria-hidden': 'true' }, '✓ ') : null, words);
}

/**
 * Before anything is sealed: only where the observers have not confirmed the book, or not for a while. It stops no one.
 * @param {Observers | null | undefined} observers
 */
export function beforeVote(observers) {
  if (!observers || observers.state === 'confirmed') return null;
  const words = observers.state === 'old' ? t('observers.before-old', { count: observers.minutes ?? 0 }) : t('observers.before-waiting');
  return el('p', { class: 'observers waiting', 'data-observers': observers.state }, words);
}
