// The device remembers nothing of a vote, or of a code that was only tried, any more.

import { button, el, heading, p } from '../parts/dom.js';
import { startPage } from '../parts/address.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function cleared(booth) {
  const another = () => void booth.begin({ codes: [], election: null });
  return [heading(t(booth.voted ? 'cleared.title' : 'cleared.title-code')), p(t(booth.voted ? 'cleared.text' : 'cleared.text-code')), button(t('cleared.another'), another, 'other'), el('p', {}, el('a', { href: startPage() }, t('start.to-election')))];
}
