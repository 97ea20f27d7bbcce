// Where this page stands: which election its address names, and what a voter's link carried.

import { language } from '../i18n/index.js';

/** The first 16 hex digits of the election's id, from `/e/<16>/…`. */
export function prefix() {
  return /^\/e\/([0-9a-f]{16})\//u.exec(location.pathname)?.[1] ?? '';
}

/** The election's start page, rendered by the server, in the reader's language. */
export const startPage = () => `/e/${prefix()}/?lang=${language()}`;

/**
 * What the link carried after `#`, which browsers never send. It is taken out of the address and of this entry of the history
 * before anything else happens.
 * @returns {{ codes: string[], election: string | null, roll: string, control: string, tested: string, opening: string }} `r` and
 *   `k`: roll number and control code of a vote to check; `t` and `o`: control code and opening of a tested one
 */
export function takeFragment() {
  const carried = new URLSearchParams(location.hash.slice(1));
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  const election = carried.get('e');
  return {
    codes: carried.getAll('c').filter((code) => code !== ''),
    election: election !== null && /^[0-9a-f]{64}$/u.test(election) ? election : null,
    roll: carried.get('r') ?? '',
    control: carried.get('k') ?? '',
    tested: carried.get('t') ?? '',
    opening: carried.get('o') ?? '',
  };
}

/**
 * The whole id of the election that this address names, as the server lists it. The voter compares its fingerprint with her letter.
 * @returns {Promise<string>}
 */
export async function wholeId() {
  const listed = await elections();
  const own = prefix();
  const found = own !== '' && Array.isArray(listed) && listed.find((one) => typeof one?.id === 'string' && /^[0-9a-f]{64}$/u.test(one.id) && one.id.startsWith(own));
  if (!found) throw Object.assign(new Error('the server lists no such election'), { code: 'no-election' });
  return found.id;
}

/** @returns {Promise<unknown>} */
async function elections() {
  try {
    const answer = await fetch('/api/v1/elections', { headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return await answer.json();
  } catch (error) {
    throw Object.assign(new Error(String(error)), { code: 'network' });
  }
}
