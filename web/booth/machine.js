// The booth's one state and what changes it. Screens only show it and call these acts.

import { setFrame, say, show } from '../parts/page.js';
import { prefix, wholeId } from '../parts/address.js';
import { failed, meaning } from '../parts/failures.js';
import { codeMistake, secretCode } from '../parts/codes.js';
import { own, t } from '../i18n/index.js';
import { missing } from './kinds/index.js';
import { Practice, practicePaper } from './practice.js';
import { stateOf, stateText } from './start.js';

/**
 * @typedef {'opening' | 'start' | 'fingerprint' | 'code' | 'code-works' | 'vote-again' | 'question' | 'check-answer' | 'test-device' | 'sending' | 'done' | 'practised' | 'cleared' | 'failure'} ScreenName
 * @typedef {(booth: Booth) => Node[]} Screen
 * @typedef {import('../types.d.ts').Failed} Failed
 */

/** Screens to which the browser's back and forward buttons may lead. @type {ScreenName[]} */
const WALKABLE = ['start', 'fingerprint', 'code', 'code-works', 'vote-again', 'question', 'check-answer'];

/** Failures after which the vote is known not to be in the box, and never will be. */
const UNSENT = ['overtaken', 'ended-unsent'];

/** Milliseconds within which a vote usually stands. */
const USUAL = 10_000;
/** Milliseconds between two looks at what the observers have confirmed: their own interval, and no more often. */
const LOOK = 60_000;
/** Looks before the page leaves it to the voter. */
const LOOKS = 15;
/** Milliseconds between two looks at the clock on the start page. */
const CLOCK = 15_000;
/** Milliseconds between two looks whether voting has opened, once it should have: at least, and at most. */
const DUE = [60_000, 120_000];

export class Booth {
  /** @type {ScreenName} */
  screen = 'opening';
  /** The question shown, by place. */
  contest = 0;
  /** Whole id. @type {string | null} */
  election = null;
  /** Whether a link brought the whole id: then nothing is to be compared by eye. */
  linked = false;
  /** The voter said that the fingerprint is that of her letter. */
  compared = false;
  /** Codes given so far; emptied as soon as the worker has them. @type {string[]} */
  codes = [];
  /** The text that is no code yet, so that one mistake does not cost it all. */
  typed = '';
  /** What is wrong with the code that was typed last. @type {Failed | null} */
  mistake = null;
  /** A call is under way whose end the screen waits for. */
  busy = false;
  /** @type {import('../types.d.ts').Opened | null} */
  opened = null;
  /** @type {import('../types.d.ts').Voter | null} */
  voter = null;
  /** Answer by contest, whole or begun; absent while none was begun. @type {Map<string, import('../types.d.ts').Given>} */
  choices = new Map();
  /** What the answer still lacks, once the voter has asked to go on. @type {string | null} */
  missing = null;
  /** Control code of the vote that is sealed now. @type {string | null} */
  control = null;
  /** A tested vote, open for the second device. @type {import('../types.d.ts').TestedBallot | null} */
  tested = null;
  /** Whether the vote was handed to the worker to be cast: from then on it is never made anew. */
  casting = false;
  /** @type {Set<import('../types.d.ts').Step>} */
  steps = new Set();
  /** The vote is on its way for longer than usual: said, so that nobody takes a slow server for a stuck page. */
  slow = false;
  /** @type {import('../types.d.ts').Receipt | null} */
  receipt = null;
  /** The receipt's QR code. @type {{ of: string, figure: HTMLElement } | null} */
  code = null;
  /** What the observers confirmed contradicts what was shown: the evidence. @type {Failed | null} */
  contradiction = null;
  /** The page looks no more for what the observers confirm. */
  lookedEnough = false;
  /** @type {{ failed: Failed, again: () => void } | null} */
  failure = null;
  /** A practice vote: what the true one had before it. @type {{ calls: Booth['calls'], opened: Booth['opened'], voter: Booth['voter'] } | null} */
  real = null;
  /** Whether a vote that was handed over is beyond reach: it may stand, and only the book can tell. */
  lost = false;
  /** Whether a vote stood with the code when this device was cleared: then the next one would be another. */
  voted = false;
  /** The code is only tried: nothing follows from it. */
  checking = false;
  #sealing = 0;
  #lookDue = 0;

  /**
   * @param {import('../parts/worker.js').Calls} calls
   * @param {Record<ScreenName, Screen>} screens
   */
  constructor(calls, screens) {
    this.calls = calls;
    this.screens = screens;
    setFrame({ changed: () => this.render(true) });
    // A link opened in this tab is a step of the history too; what it carries is taken elsewhere.
    addEventListener('popstate', (event) => location.hash === '' && this.#walk(event.state));
    addEventListener('beforeunload', (event) => {
      if (this.unfinished()) event.preventDefault();
    });
    setInterval(() => this.#clock(), CLOCK);
  }

  /** Whether a vote is sealed or on its way, and not in the box. */
  unfinished() {
    return this.real === null && (this.control !== null || this.casting) && this.receipt === null && this.screen !== 'cleared';
  }

  /** Whether a vote was handed over and is not known to stand: nothing else may begin before that is known. */
  get sending() {
    return this.casting && this.receipt === null;
  }

  /** @param {boolean} [keepFocus] */
  render(keepFocus = false) {
    setFrame({ title: own(this.opened?.title), test: this.opened?.test ?? false, practice: this.real !== null, footer: this.real === null ? 'page.footer' : 'practice.footer' });
    show(this.screens[this.screen](this), keepFocus);
  }

  /**
   * Shows a screen and makes it a step that the back button knows. The history holds the screen's name, nothing else.
   * @param {ScreenName} screen
   * @param {number} [contest]
   */
  go(screen, contest = this.contest) {
    this.#enter(screen, contest);
    history.pushState({ screen, contest: this.contest }, '', location.pathname);
  }

  /**
   * Shows a screen in place of the present one.
   * @param {ScreenName} screen
   * @param {number} [contest]
   */
  replace(screen, contest = this.contest) {
    this.#enter(screen, contest);
    history.replaceState({ screen, contest: this.contest }, '', location.pathname);
  }

  /**
   * @param {ScreenName} screen
   * @param {number} contest
   */
  #enter(screen, contest) {
    if (screen === 'start') this.#stopPractice();
    this.screen = screen;
    this.contest = contest;
    this.missing = null;
    if (screen === 'check-answer') this.#seal();
    this.render();
  }

  /**
   * The back and forward buttons: never back over a vote that was sent, never past a code that is not given.
   * @param {{ screen?: ScreenName, contest?: number } | null} step
   */
  #walk(step) {
    const screen = step?.screen;
    const early = screen === 'start' || screen === 'fingerprint' || (screen === 'code' && this.voter === null);
    const later = this.voter !== null && !(screen === 'check-answer' && !this.answered);
    const walkable = screen !== undefined && WALKABLE.includes(screen) && this.opened !== null && this.screen !== 'cleared';
    if (walkable && !this.casting && !this.busy && (early || (later && screen !== 'code'))) this.#enter(screen, step?.contest ?? 0);
    else history.pushState({ screen: this.screen, contest: this.contest }, '', location.pathname);
  }

  /**
   * Begins anew with what a link carried.
   * @param {{ codes: string[], election: string | null }} carried
   */
  async begin(carried) {
    this.#stopPractice();
    this.codes = carried.codes;
    this.linked = carried.election !== null;
    this.election = carried.election;
    this.compared = false;
    this.voter = null;
    this.mistake = null;
    this.typed = '';
    this.control = null;
    this.tested = null;
    this.receipt = null;
    this.casting = false;
    this.checking = false;
    this.lost = false;
    this.choices.clear();
    this.steps.clear();
    this.replace('opening');
    try {
      if (this.election !== null && !this.election.startsWith(prefix())) {
        throw { code: 'link-mismatch', message: 'the address names another election than the link' };
      }
      this.election ??= await wholeId();
      this.opened = await this.calls.call('open', { origin: location.origin, election: this.election });
      this.replace('start');
    } catch (error) {
      this.fail(error, () => void this.begin({ codes: this.codes, election: carried.election }));
    }
  }

  /** While the start page is open time goes by, and voting opens. */
  #clock() {
    if (this.screen !== 'start' || !this.opened) return;
    const line = document.getElementById('state');
    const text = stateText(this.opened);
    if (line && line.textContent !== text) line.textContent = text;
    if (stateOf(this.opened) !== 'due') return;
    // Not all who wait at the same moment.
    this.#lookDue ||= Date.now() + Math.random() * /** @type {number} */ (DUE[0]);
    if (Date.now() < this.#lookDue) return;
    const [least, most] = /** @type {[number, number]} */ (DUE);
    this.#lookDue = Date.now() + least + Math.random() * (most - least);
    void this.lookAgain(true);
  }

  /**
   * Looks whether voting has opened meanwhile; what was there stays where nothing can be had.
   * @param {boolean} [quiet] nobody asked
   */
  async lookAgain(quiet = false) {
    const election = this.election;
    if (this.busy || election === null) return;
    const before = this.opened?.phase;
    try {
      const opened = await this.calls.call('open', { origin: location.origin, election });
      if (this.screen !== 'start') return;
      this.opened = opened;
      this.render(true);
      if (!quiet || opened.phase !== before) say(stateText(opened));
    } catch (error) {
      if (!quiet || meaning(failed(error).code).then !== 'again') this.fail(error, () => void this.begin({ codes: this.codes, election: this.linked ? election : null }));
    }
  }

  /** Begins a practice vote, which seals and sends nothing. */
  practise() {
    if (this.busy || this.opened === null) return;
    this.real = { calls: this.calls, opened: this.opened, voter: this.voter };
    this.calls = /** @type {any} */ (new Practice());
    this.opened = practicePaper(this.opened);
    this.voter = { roll_number: 0, region: null, voted_before: false, sequence: 0 };
    this.choices.clear();
    this.control = null;
    this.go('question', 0);
  }

  /** Back from practice to the true vote's start page. */
  endPractice() {
    this.replace('start');
  }

  #stopPractice() {
    if (this.real === null) return;
    ({ calls: this.calls, opened: this.opened, voter: this.voter } = this.real);
    this.real = null;
    this.choices.clear();
    this.control = null;
    this.receipt = null;
    this.casting = false;
    this.steps.clear();
  }

  /** Only looks whether the code works. */
  checkCode() {
    this.checking = true;
    this.proceed();
  }

  /** Begins the vote, also after the code was only tried. */
  beginVote() {
    this.checking = false;
    this.proceed();
  }

  /** On from a code that was only tried. */
  voteNow() {
    this.checking = false;
    this.#afterCode();
  }

  /** From the start page on: to the fingerprint, the code, or the question, whichever is still open. */
  proceed() {
    if (!this.linked && !this.compared) this.go('fingerprint');
    else if (this.voter) this.#afterCode();
    else if (this.codes.length > 0) void this.enter(this.codes);
    else this.go('code');
  }

  /**
   * Takes a typed code beside those given before.
   * @param {string} typed
   */
  type(typed) {
    const mistake = codeMistake(typed);
    this.typed = typed;
    if (mistake !== null) this.refuse({ code: mistake, message: 'the typed text is no code' });
    else void this.enter([...this.codes, secretCode(typed)]);
  }

  /** @param {Failed} mistake */
  refuse(mistake) {
    this.mistake = mistake;
    this.busy = false;
    if (this.screen === 'code') this.render();
    else this.go('code');
    /** @type {HTMLElement | null} */ (document.querySelector('#code'))?.focus();
  }

  /**
   * Hands the codes to the worker, which looks the voter up.
   * @param {string[]} codes
   */
  async enter(codes) {
    if (this.busy) return;
    this.busy = true;
    this.mistake = null;
    this.render(true);
    say(t('code.looking'));
    try {
      this.voter = await this.calls.call('enter', { codes });
      this.busy = false;
      this.codes = [];
      this.typed = '';
      this.#afterCode();
    } catch (error) {
      this.busy = false;
      const why = failed(error);
      if (why.code === 'code-needs-second') {
        this.codes = codes;
        this.typed = '';
        this.mistake = null;
        this.go('code');
      } else if (meaning(why.code).then === 'code') {
        // What was accepted before stays; what a link brought whole is asked for again.
        this.codes = codes.length > 1 && this.screen === 'code' ? codes.slice(0, -1) : [];
        this.refuse(why);
      } else {
        this.fail(error, () => void this.enter(codes));
      }
    }
  }

  #afterCode() {
    if (this.checking) this.go('code-works');
    else if (this.voter?.voted_before) this.go('vote-again');
    else this.go('question', 0);
  }

  /**
   * Keeps a choice as it is made.
   * @param {string} contest
   * @param {import('../types.d.ts').Given | undefined} answer
   */
  choose(contest, answer) {
    if (answer === undefined) this.choices.delete(contest);
    else this.choices.set(contest, answer);
    this.missing = null;
  }

  /** Whether every question has a whole answer. */
  get answered() {
    return (this.opened?.contests ?? []).every((contest) => missing(contest, this.choices.get(contest.id)) === null);
  }

  /** From one question to the next, or to the last look. */
  next() {
    const contests = this.opened?.contests ?? [];
    const shown = contests[this.contest];
    const lack = shown ? missing(shown, this.choices.get(shown.id)) : null;
    if (lack !== null) {
      this.missing = lack;
      this.render(true);
      /** @type {HTMLElement | null} */ (document.querySelector('fieldset input, fieldset button'))?.focus();
    } else if (this.contest + 1 < contests.length) {
      this.go('question', this.contest + 1);
    } else {
      this.go('check-answer');
    }
  }

  /** Seals the choices in the worker. A vote that was sealed before and not cast is dropped there. */
  async #seal() {
    const turn = ++this.#sealing;
    this.control = null;
    // Whichever way led back here: the next test opens the vote that is sealed now, never one that was opened before.
    this.tested = null;
    const choices = [...this.choices].map(([contest, choice]) => ({ contest, choice }));
    try {
      const { control_code } = await this.calls.call('encrypt', { choices });
      if (turn !== this.#sealing) return;
      this.control = control_code;
      if (this.screen === 'check-answer') {
        this.render(true);
        say(t('check-answer.sealed'));
      }
    } catch (error) {
      if (turn === this.#sealing) this.fail(error, () => this.replace('check-answer'));
    }
  }

  /** Puts the sealed vote in the box; called again, sends the very same vote again. */
  async cast() {
    if (this.busy || (this.control === null && !this.casting)) return;
    this.busy = true;
    this.casting = true;
    this.failure = null;
    this.slow = false;
    if (this.screen === 'sending') this.render();
    else this.go('sending');
    const late = setTimeout(() => this.#late(), USUAL);
    try {
      this.receipt = await this.calls.call('cast', {}, (progress) => this.#tick(progress)).finally(() => clearTimeout(late));
      this.busy = false;
      this.choices.clear();
      this.contradiction = null;
      this.lookedEnough = false;
      if (this.real !== null) {
        this.replace('practised');
        return;
      }
      this.replace('done');
      if (this.receipt.observers) this.#lookLater(LOOKS);
    } catch (error) {
      this.busy = false;
      const { code } = failed(error);
      this.lost = code === 'worker-failed';
      if (this.lost || UNSENT.includes(code)) this.casting = false;
      this.fail(error, () => void this.cast());
    }
  }

  #late() {
    this.slow = true;
    if (this.screen !== 'sending') return;
    this.render(true);
    say(t('sending.slow'));
  }

  /** @param {number} left */
  #lookLater(left) {
    setTimeout(() => void this.#look(left), LOOK);
  }

  /**
   * Asks whether the observers have confirmed the vote, gently and not for ever. What is asked names nobody.
   * @param {number} left
   */
  async #look(left) {
    if (this.receipt === null) return;
    try {
      const { observers, receipt } = await this.calls.call('confirm', {});
      if (this.receipt === null) return;
      const before = this.receipt.observers?.state;
      this.receipt = { ...this.receipt, observers, receipt: receipt ?? this.receipt.receipt };
      if (observers?.state !== before) this.#renderDone(observers?.state === 'confirmed' ? t('observers.confirmed', { by: observers.confirmed_by, named: observers.named }) : '');
      if (observers?.state === 'confirmed') return;
    } catch (error) {
      const why = failed(error);
      if (this.receipt === null) return;
      if (meaning(why.code).then !== 'again') {
        this.contradiction = why;
        this.#renderDone('');
        return;
      }
    }
    if (left > 1) this.#lookLater(left - 1);
    else {
      this.lookedEnough = true;
      this.#renderDone('');
    }
  }

  /** @param {string} sentence */
  #renderDone(sentence) {
    if (this.screen !== 'done') return;
    this.render(true);
    if (sentence !== '') say(sentence);
  }

  /** @param {import('../types.d.ts').Progress} progress */
  #tick(progress) {
    if (!progress.step) return;
    this.steps.add(progress.step);
    if (this.screen === 'sending') {
      this.render(true);
      say(t(`sending.${progress.step}`));
    }
  }

  /** Opens the sealed vote for a second device. It is spent by that and never cast. */
  async test() {
    if (this.busy || this.control === null) return;
    this.busy = true;
    this.render(true);
    try {
      this.tested = await this.calls.call('test', {});
      this.control = null;
      this.busy = false;
      this.render();
    } catch (error) {
      this.busy = false;
      this.fail(error, () => this.replace('check-answer'));
    }
  }

  /** Forgets everything, here and in the worker. */
  async clear() {
    this.#stopPractice();
    await this.calls.call('clear', {}).catch(() => undefined);
    this.calls.end();
    this.voted = this.receipt !== null || this.voter?.voted_before === true;
    this.codes = [];
    this.typed = '';
    this.choices.clear();
    this.control = null;
    this.tested = null;
    this.receipt = null;
    this.code = null;
    this.voter = null;
    this.steps.clear();
    this.casting = false;
    this.replace('cleared');
  }

  /**
   * @param {unknown} error
   * @param {() => void} again
   */
  fail(error, again) {
    this.failure = { failed: failed(error), again };
    this.busy = false;
    this.replace('failure');
  }
}
