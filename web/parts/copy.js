// Copies a text, and says whether it was done: a browser may refuse, and then nobody may believe that she has it.

import { say } from './page.js';
import { t } from '../i18n/index.js';

/**
 * @param {string} text
 * @param {HTMLElement} place where those who see the page are told
 * @returns {Promise<boolean>}
 */
export async function copy(text, place) {
  const done = await Promise.resolve()
    .then(() => navigator.clipboard.writeText(text))
    .then(() => true, () => false);
  place.textContent = t(done ? 'done.copied' : 'done.not-copied');
  say(place.textContent);
  return done;
}
