// Check a receipt, or a tested vote, on a second device: with the roll number, and never with a voter's code.

import { takeFragment, wholeId } from '../parts/address.js';
import { controlCode, codeMistake } from '../parts/codes.js';
import { button, el, heading, p, save, shownCode } from '../parts/dom.js';
import { failureNodes, whomToTell } from '../parts/failed.js';
import { failed, meaning } from '../parts/failures.js';
import { ofVote } from '../parts/observers.js';
import { retitle, say, setFrame, show } from '../parts/page.js';
import { passedNodes } from '../parts/tested.js';
import { Calls } from '../parts/worker.js';
import { own, t } from '../i18n/index.js';

/** Longest file that is read as a receipt or an opening. */
const FILE_LIMIT = 64 * 1024;

/** Milliseconds in which another page of this device says what it noted. */
const NOTED = 700;

/** @typedef {'receipt' | 'absent' | 'test'} Form */

/** @type {'forms' | 'compare' | 'found' | 'tested' | 'failure'} */
let screen = 'forms';
/** Which form is open. @type {Form} */
let form = 'receipt';
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
let election = null;
/** The control code of a test that this device noted before the vote was opened. */
let noted = '';
const calls = new Calls();
/** Pages of this device, of one test: the first code opens one, the second another. Nothing of it is stored. */
const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('plebiscite-test');

/** @param {typeof screen} next */
function go(next) {
  screen = next;
  busy = false;
  render();
}

/** @param {boolean} [keepFocus] */
function render(keepFocus = false) {
  show({ forms, compare, found: foundNodes, tested: testedNodes, failure: failureScreen }[screen](), keepFocus);
}

/** Takes what a scanned or opened link carries. */
function arrive() {
  const carried = takeFragment();
  election = carried.election ?? election;
  const tested = controlCode(carried.tested) ?? '';
  if (tested !== '' || carried.opening !== '') form = 'test';
  if (carried.roll !== '') typed.roll = carried.roll;
  if (carried.control !== '') typed.control = controlCode(carried.control) ?? carried.control;
  if (carried.opening === '') {
    if (tested !== '') typed.control = noted = tested;
    go('forms');
    return;
  }
  typed.opening = carried.opening;
  if (noted === '') void ask(tested);
  else go('forms');
}

/**
 * The opening is here. The control code must be the one that was noted before: by another page of this device, or by the voter.
 * @param {string} shown the control code that came with the opening, which says nothing by itself
 */
async function ask(shown) {
  go('forms');
  const heard = new AbortController();
  await new Promise((resolve) => {
    setTimeout(resolve, NOTED);
    const hear = (/** @type {MessageEvent} */ { data }) => {
      if (data?.election !== election || typeof data?.noted !== 'string') return;
      noted = typed.control = data.noted;
      if (typed.roll === '' && typeof data.roll === 'string') typed.roll = data.roll;
      resolve(undefined);
    };
    others?.addEventListener('message', hear, { signal: heard.signal });
    others?.postMessage({ ask: election });
  });
  heard.abort();
  if (noted === '' && shown !== '') {
    typed.control = shown;
    go('compare');
  } else if (screen === 'forms') render();
}

others?.addEventListener('message', ({ data }) => {
  if (noted !== '' && typeof data?.ask === 'string' && data.ask === election) others.postMessage({ election, noted, roll: typed.roll });
});

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
    el('div', { class: 'tabs', role: 'group', 'aria-label': t('check.title') }, tab('receipt'), tab('absent'), tab('test')),
    { receipt: receiptForm, absent: absentForm, test: testForm }[form](),
    el('p', { class: 'small', id: 'which' }, ...which()),
    el('p', { class: 'hint' }, t('check.independent')),
  ];
}

/** Nobody on this device noted the control code before: the voter compares, or begins again. */
function compare() {
  const no = () => {
    tested = { same: false, choices: [] };
    go('tested');
  };
  return [
    heading(t('check.compare')),
    p(t('check.compare-text')),
    shownCode(typed.control, t('check.control')),
    button(t('check.compare-yes'), () => {
      noted = typed.control;
      go('forms');
    }),
    button(t('check.compare-no'), no, 'other'),
    el('details', {}, el('summary', {}, t('check.compare-none')), p(t('check.compare-none-text'))),
  ];
}

/** @param {Form} name */
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

/** For who did not vote: that nobody else did either. */
function absentForm() {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void checkAbsent();
  };
  return el('div', {}, p(t('check.absent-about')), asForm(submit, field('roll', '')));
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
  const opening = [el('label', { for: 'opening' }, t('check.opening')), area, ...file];
  const waiting = noted !== '' && typed.opening === '';
  return el(
    'div',
    {},
    p(t(waiting ? 'check.noted' : 'check.test-text')),
    noted === '' ? null : shownCode(noted, t('check.control')),
    waiting ? p(t('check.noted-next')) : null,
    asForm((event) => void submit(event), [...field('roll', ''), ...(noted === '' ? field('control', 'check.control-test-hint') : []), ...opening]),
    alone(),
  );
}

/** The checker as one file, and what it reads instead of asking a server. */
function alone() {
  const keep = async () => {
    const roll = rollNumber();
    if (roll === null) {
      refuse('error.roll-digits.text');
      return;
    }
    await work(async () => {
      const record = await calls.call('record', { origin: location.origin, election: await id(), roll_number: roll });
      save(`setup-record-${roll}.json`, `${JSON.stringify(record)}\n`, 'application/json');
      go('forms');
      say(t('check.alone-saved'));
    });
  };
  return el(
    'details',
    {},
    el('summary', {}, t('check.alone')),
    p(t('check.alone-text')),
    el('p', {}, el('a', { class: 'button other', href: '/assets/pkg/checker.html', download: 'checker.html' }, t('check.alone-file'))),
    button(t('check.alone-record'), () => void keep(), 'other'),
  );
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

/** The roll number as it was typed, or null. */
const rollNumber = () => (/^\d{1,9}$/u.test(typed.roll.trim()) ? Number(typed.roll.trim()) : null);

/** Roll number and control code as they were typed; null where a mistake is shown instead. */
function typedNumbers() {
  const roll = rollNumber();
  const control = typed.control.trim() === '' ? undefined : controlCode(typed.control);
  if (control === null && codeMistake(typed.control) === null) {
    // A voter's own code has no business here; it is taken off the page at once.
    typed.control = '';
    refuse('check.text');
  } else if (roll === null) refuse('error.roll-digits.text');
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

async function checkAbsent() {
  const roll = rollNumber();
  if (busy) return;
  if (roll === null) {
    refuse('error.roll-digits.text');
    return;
  }
  await work(async () => {
    found = await calls.call('check', { origin: location.origin, election: await id(), roll_number: roll });
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
    // A copy may be behind; the server that gives the receipts has no older book than theirs, and names every key that signs them.
    const there = NEVER_BEHIND[failure.code];
    if (there !== undefined && (await takesVotes())) failure = { ...failure, code: there };
    const { words } = meaning(failure.code);
    if (['opening', 'control-code', 'roll-number', 'receipt', 'other-receipt'].includes(words)) refuse(`error.${words}.text`);
    else go('failure');
  }
}

/** What it is, where votes are cast, that a book is called behind a receipt. @type {Record<string, string>} */
const NEVER_BEHIND = { behind: 'contradiction', 'behind-unsigned': 'false-receipt' };

/** Whether votes are cast at this address: a mirror serves no booth. */
async function takesVotes() {
  try {
    return (await fetch('v', { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/** What stands. Without a receipt nothing proves that another control code was ever this voter's. */
function state() {
  if (form === 'absent') return found?.state === 'none' ? 'silent' : 'spoken';
  return found?.state === 'replaced' && !found.proven ? 'other' : (found?.state ?? 'none');
}

function foundNodes() {
  const now = state();
  const bad = { code: `check-${now}`, message: 'what stands is not what the voter expected', evidence: found };
  return [
    heading(t(`check.${now}`)),
    el('p', { class: `state ${expected(now) ? 'open' : 'closed'}`, 'data-state': now }, t(`check.${now}-text`)),
    ...way(now),
    ...(found?.control_code && now === 'stands' ? [shownCode(found.control_code, t('check.control'))] : []),
    button(t('check.another'), another, 'other'),
    expected(now) ? el('span', {}) : whomToTell(bad, election),
  ];
}

/** Whether it is what the voter hoped for. @param {string} now */
const expected = (now) => now === 'stands' || now === 'silent';

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
  return [...passedNodes(tested, typed.control), button(t('check.another'), another, 'other')];
}

function another() {
  typed.control = '';
  noted = '';
  typed.opening = '';
  typed.file = null;
  go('forms');
}

function failureScreen() {
  return failure ? failureNodes(failure, election, [button(t('failure.again'), () => go('forms'))]) : [];
}

setFrame({ changed: () => render(true), footer: 'check.footer' });
addEventListener('hashchange', () => {
  if (location.hash !== '') arrive();
});
if (typeof WebAssembly === 'undefined') {
  takeFragment();
  failure = { code: 'no-webassembly', message: 'no WebAssembly' };
  go('failure');
} else {
  arrive();
  void introduce();
}
