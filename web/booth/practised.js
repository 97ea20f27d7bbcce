// The end of a practice vote: what was the same, and that nothing was sent.

import { button, heading, p } from '../parts/dom.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function practised(booth) {
  return [heading(t('practice.done')), p(t('practice.done-text')), p(t('practice.done-code')), button(t('practice.back'), () => booth.endPractice())];
}
