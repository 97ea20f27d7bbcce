// Screen 4b: let a second device look whether this one seals what was chosen. The control code first, the opening after it.

import { button, el, heading, p, save, shownCode } from '../parts/dom.js';
import { prefix } from '../parts/address.js';
import { copy } from '../parts/copy.js';
import { qr } from '../parts/qr.js';
import { t } from '../i18n/index.js';

/** @type {import('./machine.js').Screen} */
export default function testDevice(booth) {
  return booth.tested ? opened(booth, booth.tested) : before(booth);
}

const checkAddress = () => `${location.origin}/e/${prefix()}/check`;

/** @param {import('./machine.js').Booth} booth */
function before(booth) {
  return [
    heading(t('test.title')),
    p(t('test.why')),
    el('ol', { class: 'steps' }, el('li', {}, t('test.step-1')), el('li', {}, t('test.step-2')), el('li', {}, t('test.step-3'))),
    el('h2', {}, t('check-answer.code')),
    booth.control ? shownCode(booth.control, t('check-answer.code')) : p(t('check-answer.sealing')),
    p(t('test.roll', { number: String(booth.voter?.roll_number ?? '') })),
    booth.control ? qr(booth.calls, `${checkAddress()}#t=${booth.control}&e=${booth.election}`, t('test.qr-code')) : el('span', {}),
    button(t('test.noted'), () => void booth.test()),
    button(t('test.back'), () => booth.go('check-answer'), 'link'),
  ];
}

/**
 * @param {import('./machine.js').Booth} booth
 * @param {import('../types.d.ts').TestedBallot} tested
 */
function opened(booth, tested) {
  const text = el('textarea', { id: 'opening', class: 'mono', readonly: true, rows: 4 }, tested.opening);
  const copied = el('p', { class: 'hint', id: 'copied' });
  return [
    heading(t('test.opened')),
    p(t('test.scan')),
    qr(booth.calls, `${checkAddress()}#t=${tested.control_code}&o=${tested.opening}&e=${booth.election}`, t('test.qr-opening')),
    el('h2', {}, t('test.without-camera')),
    p(t('test.on-second', { name: t('check.test') })),
    el('p', { class: 'address mono' }, checkAddress()),
    p(t('test.enter')),
    el('p', { class: 'hint' }, t('test.any-mirror')),
    el('label', { for: 'opening' }, t('test.opening')),
    text,
    el('div', { class: 'row' }, button(t('test.copy'), () => void copy(text.value, copied).then((done) => done || text.select()), 'other'), button(t('test.save'), () => save('tested-vote.txt', tested.opening, 'text/plain'), 'other')),
    copied,
    el('p', { class: 'hint' }, t('test.secret')),
    el('h2', {}, t('test.then')),
    p(t('test.spent')),
    button(t('test.seal-again'), () => booth.go('check-answer')),
    el('details', {}, el('summary', {}, t('test.differs')), p(t('test.differs-text'))),
  ];
}
