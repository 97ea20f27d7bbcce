// The checker of tested votes that is one file: the setup record comes from a file too, and nobody is asked anything.

import { controlCode } from '../parts/codes.js';
import { button, el, heading, p } from '../parts/dom.js';
import { failureNodes } from '../parts/failed.js';
import { failed, meaning } from '../parts/failures.js';
import { setFrame, show } from '../parts/page.js';
import { passedNodes } from '../parts/tested.js';
import { own, t } from '../i18n/index.js';
import { initSync, Session } from '../pkg/plebiscite_web.js';

/** Longest setup record that is read: the longest manifest and every trustee's confirmation, in hexadecimal. */
const LONGEST = 16 * 1024 * 1024;

/** @type {'form' | 'tested' | 'failure'} */
let screen = 'form';
/** What is wrong with what was given, as a key of a sentence. @type {string | null} */
let mistake = null;
const given = { roll: '', control: '', opening: '', name: '', record: '' };
/** @type {import('../types.d.ts').TestFound | null} */
let tested = null;
/** @type {import('../types.d.ts').Failed | null} */
let failure = null;

/** The module lies in this file; it is taken from the page before the first screen takes the page's place. */
const MODULE = document.getElementById('module')?.textContent ?? '';

/** It runs here and not in a worker: a worker would be a file of its own. */
function session() {
  const text = atob(MODULE);
  initSync({ module: Uint8Array.from(text, (letter) => letter.charCodeAt(0)) });
  return new Session('file:');
}

/** @param {boolean} [keepFocus] */
function render(keepFocus = false) {
  show({ form, tested: testedNodes, failure: failureScreen }[screen](), keepFocus);
}

/** @param {typeof screen} next */
function go(next) {
  screen = next;
  render();
}

/**
 * @param {'roll' | 'control'} name
 * @param {string} label
 * @param {string} [hint]
 */
function field(name, label, hint) {
  const input = el('input', { id: name, type: 'text', autocomplete: 'off', spellcheck: 'false', inputmode: name === 'roll' ? 'numeric' : null, class: name === 'control' ? 'code' : '', 'aria-describedby': hint ? `${name}-hint` : null, value: given[name], oninput: () => (given[name] = input.value) });
  return [el('label', { for: name }, label), hint ? el('p', { id: `${name}-hint`, class: 'hint' }, hint) : null, input].filter((node) => node !== null);
}

function form() {
  const chosen = el('p', { class: 'hint', id: 'chosen' }, given.name);
  const choose = async () => {
    const file = input.files?.[0];
    given.name = file?.name ?? '';
    given.record = file && file.size <= LONGEST ? await file.text() : '';
    chosen.textContent = given.name;
  };
  const input = el('input', { id: 'record', type: 'file', class: 'unseen', 'aria-describedby': 'chosen', onchange: () => void choose() });
  const area = el('textarea', { id: 'opening', class: 'mono', rows: 4, autocomplete: 'off', spellcheck: 'false', oninput: () => (given.opening = area.value) }, given.opening);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    check();
  };
  return [
    heading(t('alone.title')),
    p(t('alone.text')),
    el(
      'form',
      { onsubmit: submit, novalidate: true, autocomplete: 'off' },
      mistake && el('p', { class: 'mistake', role: 'alert' }, t(mistake)),
      el('label', { for: 'record' }, t('alone.record'), input, el('span', { class: 'choose' }, t('check.choose-file'))),
      chosen,
      ...field('roll', t('check.roll')),
      ...field('control', t('check.control'), t('check.control-test-hint')),
      el('label', { for: 'opening' }, t('check.opening')),
      area,
      el('button', { type: 'submit', class: 'main' }, t('check.go')),
    ),
  ];
}

/** Where what is refused is mended. @type {Record<string, string>} */
const MENDED_AT = { record: '#record', 'record-roll': '#roll', 'roll-number': '#roll', 'roll-digits': '#roll', 'control-code': '#control', opening: '#opening' };

/** @param {string} words */
function refuse(words) {
  mistake = `error.${words}.text`;
  go('form');
  /** @type {HTMLElement | null} */ (document.querySelector(MENDED_AT[words] ?? 'h1'))?.focus();
}

function check() {
  const [roll, control] = [given.roll.trim(), controlCode(given.control)];
  if (given.record === '') refuse('record');
  else if (!/^\d{1,9}$/u.test(roll)) refuse('roll-digits');
  else if (control === null) refuse('control-code');
  else if (given.opening.trim() === '') refuse('opening');
  else ask({ record: given.record, opening: given.opening.trim(), control_code: control, roll_number: Number(roll) });
}

/** @param {import('../types.d.ts').Calls['check_test_of']['args']} args */
function ask(args) {
  mistake = null;
  try {
    const answer = JSON.parse(session().call('check_test_of', JSON.stringify(args), () => undefined));
    if (!answer.ok) throw answer.error;
    tested = answer.value;
    go('tested');
  } catch (error) {
    failure = failed(error);
    const { words } = meaning(failure.code);
    if (Object.hasOwn(MENDED_AT, words)) refuse(words);
    else go('failure');
  }
}

function testedNodes() {
  const again = button(t('check.another'), () => go('form'), 'other');
  if (!tested?.same) return failureNodes({ code: 'test-differs', message: 'the control codes differ' }, null, [again]);
  const which = el('p', {}, t('alone.which'), ' ', own(tested.title), ' ', el('span', { class: 'mono' }, tested.fingerprint ?? ''));
  return [...passedNodes(tested, controlCode(given.control) ?? ''), which, again];
}

const failureScreen = () => (failure ? failureNodes(failure, null, [button(t('failure.again'), () => go('form'))]) : []);

setFrame({ changed: () => render(true), footer: 'alone.footer' });
if (typeof WebAssembly === 'undefined') failure = { code: 'no-webassembly', message: 'no WebAssembly' };
go(failure ? 'failure' : 'form');
