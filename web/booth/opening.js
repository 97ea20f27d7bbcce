// While the election's documents are fetched and checked.

import { el, heading, p } from '../parts/dom.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function opening() {
  return [heading(t('opening.title')), p(t('opening.text')), el('div', { class: 'waiting', role: 'presentation' })];
}
