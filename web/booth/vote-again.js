// Screen 8: a vote stands under this roll number already.

import { button, el, heading, p, shownCode } from '../parts/dom.js';
import { prefix } from '../parts/address.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function voteAgain(booth) {
  const code = booth.voter?.standing?.control_code;
  return [
    heading(t('vote-again.title')),
    p(t('vote-again.text')),
    ...(code ? [el('h2', {}, t('check-answer.code')), shownCode(code, t('check-answer.code')), el('p', { class: 'hint' }, t('vote-again.code'))] : []),
    p(t('vote-again.replace-text')),
    button(t('vote-again.replace'), () => booth.go('question', 0)),
    button(t('vote-again.leave'), () => void booth.clear(), 'other'),
    el('details', {}, el('summary', {}, t('vote-again.not-me')), p(t('vote-again.not-me-text')), el('a', { href: `/e/${prefix()}/check`, target: '_blank', rel: 'noopener' }, t('done.check-link'))),
  ];
}
