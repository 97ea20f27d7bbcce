// Screen 2: the code from the letter, and the second one where there are two registrars.

import { el, heading, p } from '../parts/dom.js';
import { asTyped } from '../parts/codes.js';
import { meaning } from '../parts/failures.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function code(booth) {
  const second = booth.codes.length > 0;
  const two = (booth.opened?.registrars ?? 1) > 1;
  const input = field(booth);
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    booth.type(input.value);
  };
  const mistake = booth.mistake && el('p', { id: 'mistake', class: 'mistake', role: 'alert', 'data-code': booth.mistake.code }, t(`error.${meaning(booth.mistake.code).words}.text`));
  return [
    heading(t(second ? 'code.title-second' : 'code.title')),
    ...(second ? [p(t('code.why-two'))] : two ? [p(t('code.two'))] : []),
    el(
      'form',
      { onsubmit: submit, novalidate: true, autocomplete: 'off' },
      el('label', { for: 'code' }, t(second ? 'code.label-second' : 'code.label')),
      el('p', { id: 'code-hint', class: 'hint' }, t('code.hint')),
      mistake,
      input,
      el('button', { type: 'submit', class: 'main', 'aria-disabled': booth.busy ? 'true' : null }, t(booth.busy ? 'code.looking' : 'code.go')),
    ),
    el('details', {}, el('summary', {}, t('code.lost')), p(t('code.lost-text'))),
  ];
}

/** @param {import('./machine.js').Booth} booth */
function field(booth) {
  // Two lines, broken between groups: the whole code in letters that can be compared, on a narrow phone and with large text too.
  const input = el('textarea', {
    id: 'code',
    class: 'code',
    rows: 2,
    autocomplete: 'off',
    autocapitalize: 'characters',
    autocorrect: 'off',
    spellcheck: 'false',
    'aria-describedby': booth.mistake ? 'mistake code-hint' : 'code-hint',
    'aria-invalid': booth.mistake ? 'true' : null,
  });
  input.value = booth.typed;
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    input.form?.requestSubmit();
  });
  input.addEventListener('input', () => {
    // Groups are put in only at the end of the text, so that the caret never jumps while something is mended.
    if (input.selectionStart === input.value.length) input.value = asTyped(input.value);
  });
  return input;
}
