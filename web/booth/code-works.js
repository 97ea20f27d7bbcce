// "Check that my code works": what the roll says about it, and that nothing was sent.

import { button, el, heading, p } from '../parts/dom.js';
import { moment, own, t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function codeWorks(booth) {
  const { voter, opened } = booth;
  if (!voter || !opened) return [heading(t('opening.title'))];
  return [
    heading(t('code-works.title')),
    el('p', { class: 'state open' }, t(voter.voted_before ? 'code-works.voted' : 'code-works.not-voted', { closes: moment(opened.closes) })),
    el('p', {}, t('done.roll'), ' ', el('strong', { 'data-roll': voter.roll_number }, String(voter.roll_number))),
    voter.region ? el('p', {}, t('code-works.region'), ' ', el('strong', {}, own(voter.region.name))) : null,
    p(t('code-works.letter')),
    button(t('code-works.vote'), () => booth.voteNow()),
    button(t('done.clear'), () => void booth.clear(), 'other'),
  ].filter((node) => node !== null);
}
