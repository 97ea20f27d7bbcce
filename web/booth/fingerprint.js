// Screen 2, without a link: the number of the election that was really loaded, to be held against the letter.

import { button, heading, p, shownCode } from '../parts/dom.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function fingerprint(booth) {
  const yes = () => {
    booth.compared = true;
    booth.proceed();
  };
  const no = () => booth.fail({ code: 'link-mismatch', message: 'the voter says that the letter has another number', evidence: { fingerprint: booth.opened?.fingerprint } }, () => booth.replace('fingerprint'));
  return [
    heading(t('fingerprint.title')),
    p(t('fingerprint.text')),
    shownCode(booth.opened?.fingerprint ?? '', t('fingerprint.label')),
    button(t('fingerprint.yes'), yes),
    button(t('fingerprint.no'), no, 'other'),
  ];
}
