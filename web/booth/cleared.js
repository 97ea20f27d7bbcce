// The device remembers nothing of a vote any more.

import { el, heading, p } from '../parts/dom.js';
import { prefix } from '../parts/address.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function cleared() {
  return [heading(t('cleared.title')), p(t('cleared.text')), el('p', {}, el('a', { href: `/e/${prefix()}/` }, t('start.to-election')))];
}
