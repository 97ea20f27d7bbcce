// "Count it again in this browser": the verifier's own code in the worker, and its report in plain words.

import { startPage, takeFragment, wholeId } from '../parts/address.js';
import { button, el, heading, p, save } from '../parts/dom.js';
import { failureNodes } from '../parts/failed.js';
import { failed } from '../parts/failures.js';
import { say, setFrame, show } from '../parts/page.js';
import { Calls } from '../parts/worker.js';
import { own, t } from '../i18n/index.js';
import { verdicts } from './verdict.js';

/** @typedef {import('../types.d.ts').Report} Report */

/** @type {'start' | 'running' | 'report' | 'stopped' | 'failure'} */
let screen = 'start';
/** @type {import('../types.d.ts').Progress | null} */
let progress = null;
/** @type {Report | null} */
let report = null;
/** The ballot paper that the result is of, for its words; the checked result has only ids. @type {import('../types.d.ts').Opened | null} */
let paper = null;
/** @type {import('../types.d.ts').Failed | null} */
let failure = null;
/** Whole id; from a link, or as the server lists it. @type {string | null} */
let election = takeFragment().election;
const calls = new Calls('count');
/** How far readers who do not see the page were told. */
let told = 0;

/** @param {typeof screen} next */
function go(next) {
  screen = next;
  render();
}

/** @param {boolean} [keepFocus] */
function render(keepFocus = false) {
  show({ start, running, report: reportNodes, stopped, failure: failureScreen }[screen](), keepFocus);
}

async function count() {
  progress = null;
  told = 0;
  go('running');
  try {
    const id = election ?? (await wholeId());
    election = id;
    report = await calls.call('audit', { origin: location.origin, election: id }, advance);
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

const progressLine = () => (progress?.of ? t('audit.progress', { entries: progress.entries ?? 0, of: progress.of }) : t('audit.fetching'));

function start() {
  return [heading(t('audit.title')), p(t('audit.text')), el('p', { class: 'hint' }, t('audit.takes')), button(t('audit.start'), () => void count()), back()];
}

function running() {
  const bar = el('progress', { 'aria-label': t('audit.running'), max: progress?.of, value: progress?.of ? progress.entries : null });
  return [heading(t('audit.running')), bar, el('p', { id: 'progress-line' }, progressLine()), button(t('audit.stop'), () => calls.end(), 'other')];
}

function stopped() {
  return [heading(t('audit.title')), p(t('audit.stopped')), button(t('audit.again'), () => void count()), back()];
}

function failureScreen() {
  return failure ? failureNodes(failure, election, [button(t('failure.again'), () => void count())]) : [];
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

setFrame({ changed: () => render(true) });
if (typeof WebAssembly === 'undefined') failure = { code: 'no-webassembly', message: 'no WebAssembly' };
go(failure ? 'failure' : 'start');
