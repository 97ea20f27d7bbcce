// "Count it again in this browser": the verifier's own code in the worker, and its report in plain words.

import { prefix, startPage, takeFragment, wholeId } from '../parts/address.js';
import { button, el, heading, p, save } from '../parts/dom.js';
import { failureNodes } from '../parts/failed.js';
import { failed } from '../parts/failures.js';
import { ofVote } from '../parts/observers.js';
import { say, setFrame, show } from '../parts/page.js';
import { Calls } from '../parts/worker.js';
import { own, t } from '../i18n/index.js';
import { Shares } from './shares.js';
import { verdicts } from './verdict.js';

/** @typedef {import('../types.d.ts').Report} Report */

/** Sealed votes that a quick look draws: of as many, one that is wrong in twenty is missed once in thirteen looks. */
const LOTS = 50;
/** Entries from which on a quick look is offered first. */
const LARGE = 100_000;

/** @type {'start' | 'running' | 'report' | 'quick' | 'stopped' | 'failure'} */
let screen = 'start';
/** @type {import('../types.d.ts').Progress | null} */
let progress = null;
/** @type {Report | null} */
let report = null;
/** What a quick look found. @type {import('../types.d.ts').Looked | null} */
let looked = null;
/** The book's checkpoint and size, as the server says before anything is checked; null while unknown. @type {{ note: string, size: number } | null} */
let head = null;
/** Whether it is a quick look that runs, or ran last. */
let quick = false;
/** The ballot paper that the result is of, for its words; the checked result has only ids. @type {import('../types.d.ts').Opened | null} */
let paper = null;
/** @type {import('../types.d.ts').Failed | null} */
let failure = null;
/** Whole id; from a link, or as the server lists it. @type {string | null} */
let election = takeFragment().election;
const calls = new Calls('count');
const shares = new Shares();
/** How far readers who do not see the page were told. */
let told = 0;

/** @param {typeof screen} next */
function go(next) {
  screen = next;
  render();
}

/** @param {boolean} [keepFocus] */
function render(keepFocus = false) {
  show({ start, running, report: reportNodes, quick: quickNodes, stopped, failure: failureScreen }[screen](), keepFocus);
}

/** Asks how large the book is: to say so, and so that all workers count up to the same entry. They check what is told here. */
async function introduce() {
  try {
    const told = await fetch(`/e/${prefix()}/checkpoint`);
    const note = await told.text();
    const size = Number(note.split('\n')[1]);
    head = told.ok && Number.isSafeInteger(size) && size > 0 ? { note, size } : null;
  } catch {
    // Counting says it where the server is out of reach.
    head = null;
  }
}

async function look() {
  progress = null;
  told = 0;
  quick = true;
  go('running');
  try {
    const id = election ?? (await wholeId());
    election = id;
    looked = await calls.call('quick', { origin: location.origin, election: id, ballots: LOTS }, advance);
    paper = looked.paper;
    go('quick');
  } catch (error) {
    failure = failed(error);
    go(failure.code === 'stopped-here' ? 'stopped' : 'failure');
  }
}

async function count() {
  quick = false;
  progress = null;
  told = 0;
  go('running');
  try {
    const id = election ?? (await wholeId());
    election = id;
    // The book may have grown since the page was opened.
    await introduce();
    report = await shares.count(id, head, advance);
    if (report.verdict) paper = await calls.call('open', { origin: location.origin, election: id }).catch(() => null);
    go('report');
    say(t(`audit.${outcome(report)}`));
  } catch (error) {
    failure = failed(error);
    if (failure.code === 'stopped-here') go('stopped');
    else go('failure');
  }
}

/** @param {import('../types.d.ts').Progress} step */
function advance(step) {
  progress = step;
  const bar = document.querySelector('progress');
  const line = document.querySelector('#progress-line');
  if (!bar || !line || screen !== 'running') return;
  if (step.of) {
    bar.max = step.of;
    bar.value = step.entries ?? 0;
  }
  line.textContent = progressLine();
  const quarter = step.of ? Math.floor((4 * (step.entries ?? 0)) / step.of) : 0;
  if (quarter > told) {
    told = quarter;
    say(progressLine());
  }
}

const progressLine = () => (progress?.of ? t(quick ? 'audit.quick-progress' : 'audit.progress', { entries: progress.entries ?? 0, of: progress.of }) : t('audit.fetching'));

function start() {
  const large = (head?.size ?? 0) >= LARGE;
  const whole = button(t('audit.start'), () => void count(), large ? 'other' : 'main');
  const short = button(t('audit.quick'), () => void look(), large ? 'main' : 'other');
  return [
    heading(t('audit.title')),
    p(t('audit.text')),
    head === null ? null : el('p', { id: 'size' }, t('audit.size', { count: head.size })),
    el('p', { class: 'hint' }, t('audit.takes')),
    ...(large ? [short, whole] : [whole, short]),
    el('p', { class: 'hint' }, t('audit.quick-text', { count: LOTS })),
    back(),
  ].filter((node) => node !== null);
}

function running() {
  const bar = el('progress', { 'aria-label': t('audit.running'), max: progress?.of, value: progress?.of ? progress.entries : null });
  return [heading(t(quick ? 'audit.quick-running' : 'audit.running')), bar, el('p', { id: 'progress-line' }, progressLine()), button(t('audit.stop'), stop, 'other')];
}

function stop() {
  calls.end();
  shares.end();
}

function stopped() {
  return [heading(t('audit.title')), p(t('audit.stopped')), button(t('audit.again'), () => void (quick ? look() : count())), back()];
}

function failureScreen() {
  return failure ? failureNodes(failure, election, [button(t('failure.again'), () => void (quick ? look() : count()))]) : [];
}

/** What a quick look found: first of all, that it was one. */
function quickNodes() {
  const found = looked;
  if (!found) return [];
  const right = found.wrong.length === 0;
  const keep = () => save('quick-look.json', `${JSON.stringify(found, null, 2)}\n`, 'application/json');
  const lines = [
    t('audit.quick-setup'),
    t('audit.quick-drawn', { count: found.drawn, right: found.right }),
    t(found.result === null ? 'audit.quick-no-result' : found.certified ? 'audit.quick-certified' : 'audit.quick-result'),
  ];
  const wrong = found.wrong.map(({ entry, reason }) => el('li', { lang: 'en' }, `${reason} (${t('audit.at-entry', { entry })})`));
  return [
    heading(t(right ? 'audit.quick-right' : 'audit.failed')),
    el(
      'div',
      { class: `verdict ${right ? 'quick' : 'failed'}`, 'data-quick': right ? 'right' : 'wrong' },
      el('p', {}, el('strong', {}, t('audit.quick-is'))),
      ...(right ? [] : [p(t('audit.failed-text'))]),
      el('ul', {}, ...lines.map((line) => el('li', {}, line)), ...wrong),
    ),
    ofVote(found.observers, true),
    el('p', { class: 'small' }, own(found.paper.title)),
    el('p', { class: 'small' }, t('audit.fingerprint'), ' ', el('span', { class: 'mono' }, found.paper.fingerprint)),
    button(t('audit.start'), () => void count()),
    button(t('audit.report'), keep, 'other'),
    back(),
  ].filter((node) => node !== null);
}

/** @param {Report} found */
const outcome = (found) => ({ passed: 'passed', cancelled: 'election-cancelled', 'not-yet': 'not-yet', failed: 'failed' })[found.outcome] ?? 'failed';

function reportNodes() {
  const found = report;
  if (!found) return [];
  const keep = () => save('report.json', `${JSON.stringify(found, null, 2)}\n`, 'application/json');
  return [
    heading(t(`audit.${outcome(found)}`)),
    el('div', { class: `verdict ${found.outcome}`, 'data-outcome': found.outcome }, ...(found.outcome === 'failed' ? [p(t('audit.failed-text'))] : counts(found))),
    found.title === null ? null : el('p', { class: 'small' }, own(paper?.title) || found.title),
    el('p', { class: 'small' }, t('audit.fingerprint'), ' ', el('span', { class: 'mono' }, found.fingerprint ?? '–')),
    el('div', { class: 'row' }, button(t('audit.report'), keep, 'other'), button(t('audit.again'), () => void count(), 'other')),
    el('h2', {}, t('audit.checks')),
    el('p', { class: 'hint' }, t('audit.checks-english')),
    el('ul', { class: 'checks', lang: 'en' }, ...found.checks.map(checkLine)),
    findings(found),
    back(),
  ].filter((node) => node !== null);
}

/** @param {Report} found */
function counts(found) {
  const lines = [t('audit.entries', { count: found.size })];
  if (found.counts) {
    lines.push(t('audit.ballots', { count: found.counts.ballots, counted: found.counts.counted }));
    lines.push(t('audit.eligible', { count: found.counts.eligible }));
  }
  return [...(found.verdict ? verdicts(found.verdict, paper?.contests ?? []) : []), el('ul', {}, ...lines.map((line) => el('li', {}, line)))];
}

/** @param {import('../types.d.ts').CheckReport} check */
function checkLine(check) {
  const where = check.entry === null ? '' : ` (${t('audit.at-entry', { entry: check.entry })})`;
  return el(
    'li',
    { class: check.status, 'data-check': check.name },
    el('span', { class: 'status', lang: document.documentElement.lang }, t(`audit.${check.status}`)),
    el('span', {}, el('span', { class: 'mono' }, check.name), ` — ${check.sentence}`, check.reason ? el('strong', {}, ` ${check.reason}${where}`) : null),
  );
}

/** @param {Report} found */
function findings(found) {
  if (found.findings.length === 0) return el('span', {});
  return el('section', {}, el('h2', {}, t('audit.findings')), el('ul', { lang: 'en' }, ...found.findings.map((finding) => el('li', {}, finding.text))));
}

const back = () => el('p', {}, el('a', { href: startPage() }, t('start.to-election')));

setFrame({ changed: () => render(true), footer: 'audit.footer' });
if (typeof WebAssembly === 'undefined') failure = { code: 'no-webassembly', message: 'no WebAssembly' };
go(failure ? 'failure' : 'start');
if (!failure) void introduce().then(() => screen === 'start' && render(true));
