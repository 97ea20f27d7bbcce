// Check a receipt, or a tested vote, on a second device: with the roll number, and never with a voter's code.

import { takeFragment, wholeId } from '../parts/address.js';
import { controlCode, codeMistake } from '../parts/codes.js';
import { shownAnswer } from '../parts/answer.js';
import { button, el, heading, p, save, shownCode } from '../parts/dom.js';
import { failureNodes, whomToTell } from '../parts/failed.js';
import { failed, meaning } from '../parts/failures.js';
import { ofVote } from '../parts/observers.js';
import { retitle, setFrame, show } from '../parts/page.js';
import { Calls } from '../parts/worker.js';
import { own, t } from '../i18n/index.js';

/** Longest file that is read as a receipt or an opening. */
const FILE_LIMIT = 64 * 1024;

/** @type {'forms' | 'found' | 'tested' | 'failure'} */
let screen = 'forms';
/** Which form is open. @type {'receipt' | 'test'} */
let form = location.hash === '#test' ? 'test' : 'receipt';
let busy = false;
/** Under which words a typed mistake is explained. @type {string | null} */
let mistake = null;
/** What was typed and chosen, so that neither a mistake nor another language costs it. */
const typed = { roll: '', control: '', opening: '', file: /** @type {File | null} */ (null) };
/** @type {import('../types.d.ts').Found | null} */
let found = null;
/** @type {import('../types.d.ts').TestFound | null} */
let tested = null;
/** @type {import('../types.d.ts').Failed | null} */
let failure = null;
let fingerprint = '';
/** @type {string | null} */
let election = takeFragment().election;
const calls = new Calls();

/** @param {typeof screen} next */
function go(next) {
  screen = next;
  busy = false;
  render();
}

/** @param {boolean} [keepFocus] */
function render(keepFocus = false) {
  show({ forms, found: foundNodes, tested: testedNodes, failure: failureScreen }[screen](), keepFocus);
}

/** The whole id: from the link, or as the server lists it. */
async function id() {
  const known = election ?? (await wholeId());
  election = known;
  return known;
}

/** Title and fingerprint are shown where they can be had; every check opens the election for itself. */
async function introduce() {
  try {
    const opened = await calls.call('open', { origin: location.origin, election: await id() });
    fingerprint = opened.fingerprint;
    retitle(own(opened.title));
    const line = document.querySelector('#which');
    if (line) line.replaceChildren(...which());
  } catch {
    // An election that is not open any more can be checked all the same; what is wrong, the check itself says.
  }
}

/** Which election this page looks into, once that is known. */
const which = () => (fingerprint === '' ? [] : [document.createTextNode(`${t('check.for')} `), el('span', { class: 'mono' }, fingerprint)]);

function forms() {
  return [
    heading(t('check.title')),
    p(t('check.text')),
    el('div', { class: 'tabs', role: 'group', 'aria-label': t('check.title') }, tab('receipt'), tab('test')),
    form === 'receipt' ? receiptForm() : testForm(),
    el('p', { class: 'small', id: 'which' }, ...which()),
    el('p', { class: 'hint' }, t('check.independent')),
  ];
}

/** @param {typeof form} name */
function tab(name) {
  const choose = () => {
    form = name;
    mistake = null;
    typed.file = null;
    render(true);
    /** @type {HTMLElement | null} */ (document.querySelector('input'))?.focus();
  };
  return el('button', { type: 'button', 'aria-pressed': form === name ? 'true' : 'false', onclick: choose }, t(`check.${name}`));
}

/**
 * @param {'roll' | 'control'} name
 * @param {string} hint
 */
function field(name, hint) {
  const input = el('input', { id: name, type: 'text', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'characters', class: name === 'control' ? 'code' : '', inputmode: name === 'roll' ? 'numeric' : null, 'aria-describedby': hint === '' ? null : `${name}-hint`, value: typed[name], oninput: () => (typed[name] = input.value) });
  return [el('label', { for: name }, t(`check.${name}`)), hint === '' ? null : el('p', { id: `${name}-hint`, class: 'hint' }, t(hint)), input].filter((node) => node !== null);
}

/** @param {string} label */
function fileField(label) {
  const chosen = el('p', { class: 'hint', id: 'chosen' }, typed.file?.name ?? '');
  const choose = () => {
    typed.file = input.files?.[0] ?? null;
    chosen.textContent = typed.file?.name ?? '';
  };
  // The browser's own button speaks the browser's language, not the reader's: it works, unseen, behind one that does.
  const input = el('input', { id: 'file', type: 'file', class: 'unseen', 'aria-describedby': 'chosen', onchange: choose });
  return [el('label', { for: 'file' }, t(label), input, el('span', { class: 'choose' }, t('check.choose-file'))), chosen];
}

/**
 * @param {(event: Event) => void} submit
 * @param {Node[]} nodes
 */
function asForm(submit, nodes) {
  const wrong = mistake && el('p', { class: 'mistake', role: 'alert' }, t(mistake));
  return el('form', { onsubmit: submit, novalidate: true, autocomplete: 'off' }, wrong, ...nodes, el('button', { type: 'submit', class: 'main', 'aria-disabled': busy ? 'true' : null }, t(busy ? 'check.busy' : 'check.go')));
}

function receiptForm() {
  const file = fileField('check.or-receipt');
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (tooLong()) refuse('error.receipt.text');
    else void check(await text());
  };
  return asForm((event) => void submit(event), [...field('roll', ''), ...field('control', 'check.control-hint'), ...file]);
}

function testForm() {
  const file = fileField('check.opening-file');
  const area = el('textarea', { id: 'opening', class: 'mono', rows: 4, autocomplete: 'off', spellcheck: 'false', oninput: () => (typed.opening = area.value) }, typed.opening);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (tooLong()) {
      refuse('error.opening.text');
      return;
    }
    typed.opening = (await text()) ?? typed.opening;
    void checkTest();
  };
  return el('div', {}, p(t('check.test-text')), asForm((event) => void submit(event), [...field('roll', ''), ...field('control', 'check.control-test-hint'), el('label', { for: 'opening' }, t('check.opening')), area, ...file]));
}

/** Whether a file is chosen that is longer than any receipt or opening. */
const tooLong = () => typed.file !== null && typed.file.size > FILE_LIMIT;

/** The text of the chosen file, if one is chosen. */
const text = async () => typed.file?.text();

/** Where what a refusal speaks of is to be mended; the roll number elsewhere. @type {Record<string, string>} */
const MENDED_AT = { 'error.control-code.text': '#control', 'check.text': '#control', 'check.none-given': '#control', 'error.opening.text': '#opening', 'error.receipt.text': '#file' };

/** @param {string} key */
function refuse(key) {
  mistake = key;
  go('forms');
  /** @type {HTMLElement | null} */ (document.querySelector(MENDED_AT[key] ?? '#roll'))?.focus();
}

/** Roll number and control code as they were typed; null where a mistake is shown instead. */
function typedNumbers() {
  const roll = /^\d{1,9}$/u.test(typed.roll.trim()) ? Number(typed.roll.trim()) : null;
  const control = typed.control.trim() === '' ? undefined : controlCode(typed.control);
  if (control === null && codeMistake(typed.control) === null) {
    // A voter's own code has no business here; it is taken off the page at once.
    typed.control = '';
    refuse('check.text');
  } else if (roll === null) refuse('error.roll-number.text');
  else if (control === null) refuse('error.control-code.text');
  else return { roll, control };
  return null;
}

/** @param {string | undefined} receipt */
async function check(receipt) {
  const numbers = typedNumbers();
  if (numbers === null || busy) return;
  if (numbers.control === undefined && receipt === undefined) {
    refuse('check.none-given');
    return;
  }
  await work(async () => {
    const named = { ...(receipt === undefined ? {} : { receipt }), ...(numbers.control === undefined ? {} : { control_code: numbers.control }) };
    found = await calls.call('check', { origin: location.origin, election: await id(), roll_number: numbers.roll, ...named });
    go('found');
  });
}

async function checkTest() {
  const numbers = typedNumbers();
  if (numbers === null || busy) return;
  if (numbers.control === undefined) refuse('error.control-code.text');
  else if (typed.opening.trim() === '') refuse('error.opening.text');
  else {
    const control_code = numbers.control;
    await work(async () => {
      tested = await calls.call('check_test', { origin: location.origin, election: await id(), opening: typed.opening.trim(), control_code, roll_number: numbers.roll });
      go('tested');
    });
  }
}

/** @param {() => Promise<void>} act */
async function work(act) {
  busy = true;
  mistake = null;
  render(true);
  try {
    await act();
  } catch (error) {
    failure = failed(error);
    const { words } = meaning(failure.code);
    if (['opening', 'control-code', 'roll-number', 'receipt', 'other-receipt'].includes(words)) refuse(`error.${words}.text`);
    else go('failure');
  }
}

/** What stands. Without a receipt nothing proves that another control code was ever this voter's. */
function state() {
  return found?.state === 'replaced' && !found.proven ? 'other' : (found?.state ?? 'none');
}

function foundNodes() {
  const now = state();
  const bad = { code: `check-${now}`, message: 'what stands is not what the voter expected', evidence: found };
  return [
    heading(t(`check.${now}`)),
    el('p', { class: `state ${now === 'stands' ? 'open' : 'closed'}`, 'data-state': now }, t(`check.${now}-text`)),
    ...way(now),
    ...(found?.control_code && now === 'stands' ? [shownCode(found.control_code, t('check.control'))] : []),
    button(t('check.another'), another, 'other'),
    now === 'stands' ? el('span', {}) : whomToTell(bad, election),
  ];
}

/**
 * The way of the vote: received, in the book, confirmed by observers, counted or replaced.
 * @param {string} now
 * @returns {Node[]}
 */
function way(now) {
  if (!found || (now !== 'stands' && now !== 'replaced')) return [];
  const tick = (/** @type {boolean} */ done, /** @type {string} */ words, /** @type {Node | null} */ more = null) => el('li', { class: done ? 'ticked' : '' }, el('span', { class: 'mark', 'aria-hidden': 'true' }, done ? '✓' : '·'), el('div', {}, words, more));
  const entry = found.own?.entry ?? found.entry ?? 0;
  const last = now === 'replaced' ? 'check.way-replaced' : found.phase === 'cancelled' ? 'check.way-cancelled' : found.phase === 'closed' ? 'check.way-counted' : 'check.way-counts';
  const again = found.receipt ?? null;
  return [
    el('ul', { class: 'ticks' }, tick(true, t('check.way-received')), tick(true, t('check.way-book', { entry }), ofVote(found.observers, true)), tick(found.phase !== 'cancelled', t(last))),
    ...(again === null ? [] : [button(t('check.save-receipt'), () => save(`receipt-${typed.roll.trim()}.tlog-proof`, again, 'text/plain'), 'other')]),
  ];
}

function testedNodes() {
  if (!tested?.same) return failureNodes({ code: 'test-differs', message: 'the control codes differ' }, election, [button(t('check.another'), another, 'other')]);
  const rows = tested.choices.map((choice) => el('div', { class: 'answer' }, p(own(choice.question)), shownAnswer(choice, choice.choice)));
  return [heading(t('check.test-passed')), el('div', { class: 'answers' }, ...rows), p(t('check.test-passed-text')), button(t('check.another'), another, 'other')];
}

function another() {
  typed.control = '';
  typed.opening = '';
  typed.file = null;
  go('forms');
}

function failureScreen() {
  return failure ? failureNodes(failure, election, [button(t('failure.again'), () => go('forms'))]) : [];
}

setFrame({ changed: () => render(true) });
addEventListener('hashchange', () => {
  form = location.hash === '#test' ? 'test' : 'receipt';
  takeFragment();
  render();
});
if (typeof WebAssembly === 'undefined') {
  failure = { code: 'no-webassembly', message: 'no WebAssembly' };
  go('failure');
} else {
  go('forms');
  void introduce();
}
