// What the observers have confirmed: the same words wherever a vote, or the book, is shown.

import { el } from './dom.js';
import { t } from '../i18n/index.js';

/** @typedef {import('../types.d.ts').Observers} Observers */

/**
 * Of a vote that stands in the public book. Nothing where the vote has no observers.
 * @param {Observers | null | undefined} observers
 * @param {boolean} [short] where the book is spoken of already
 */
export function ofVote(observers, short = false) {
  if (!observers) return null;
  const { state, confirmed_by: by, named, quorum } = observers;
  if (state === 'false') return line(state, t('observers.false'));
  if (state === 'waiting') return line(state, t(short ? 'observers.waiting-short' : 'observers.waiting', { by, named, quorum: quorum ?? named }));
  return line('confirmed', t(short ? 'observers.confirmed-short' : 'observers.confirmed', { by, named }));
}

/**
 * Before anything is sealed: only where the observers have not confirmed the book, or not for a while. It stops no one.
 * @param {Observers | null | undefined} observers
 */
export function beforeVote(observers) {
  if (!observers || observers.state === 'confirmed') return null;
  const { state, minutes, confirmed_by: by, named, quorum } = observers;
  return line(state, state === 'old' ? t('observers.before-old', { count: minutes ?? 0 }) : t('observers.before-waiting', { by, named, quorum: quorum ?? named }));
}

/**
 * @param {Observers['state']} state
 * @param {string} words
 */
const line = (state, words) => el('p', { class: 'observers', 'data-observers': state }, words);
