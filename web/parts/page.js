// What every page has around its screen: the election's name, the languages, and the place where the screen stands.

import { append, el } from './dom.js';
import { keepLanguage, LANGUAGES, language, t } from '../i18n/index.js';

/**
 * @typedef {object} Frame
 * @property {string} title in the header, above the screen
 * @property {boolean} test whether a band says that this is a rehearsal
 * @property {boolean} practice whether a band says that nothing here is sent
 * @property {string} footer the key of the sentence that says what this page does
 * @property {() => void} changed called when the reader has chosen another language
 */

/** @type {Frame} */
let frame = { title: '', test: false, practice: false, footer: 'page.footer', changed: () => {} };

/** @param {Partial<Frame>} part */
export function setFrame(part) {
  frame = { ...frame, ...part };
}

/**
 * Shows a screen. The focus moves to its heading, unless only the language changed.
 * @param {Node[]} nodes
 * @param {boolean} [keepFocus]
 */
export function show(nodes, keepFocus = false) {
  const main = el('main', { id: 'main' });
  append(main, nodes);
  document.documentElement.lang = language();
  const focused = keepFocus ? whereFocus() : null;
  place().replaceChildren(
    el('a', { class: 'skip', href: '#main', onclick: skip }, t('page.skip')),
    header(),
    ...(frame.test ? [el('aside', { class: 'test-band' }, t('page.test'))] : []),
    ...(frame.practice ? [el('aside', { class: 'test-band', id: 'practice' }, t('practice.band'))] : []),
    main,
    el('footer', {}, el('p', {}, t(frame.footer))),
  );
  const first = main.querySelector('h1');
  const titles = [first?.textContent ?? '', frame.title].filter((title, at, all) => title !== '' && all.indexOf(title) === at);
  document.title = titles.join(' · ');
  if (keepFocus) {
    if (focused !== null) places()[focused]?.focus({ preventScroll: true });
  } else {
    scrollTo(0, 0);
    first?.focus({ preventScroll: true });
  }
}

/** Everything on the page that can have the focus, in its order. @returns {HTMLElement[]} */
const places = () => [...place().querySelectorAll(/** @type {'a'} */ ('h1, a, button, input, textarea, summary'))];

/** Which of them has it: a screen that is drawn anew in the same shape leaves it there. */
function whereFocus() {
  const at = places().findIndex((one) => one === document.activeElement);
  return at < 0 ? null : at;
}

/** Where screens stand. Beside it, never replaced, since screen readers listen to it: what is said of progress. */
function place() {
  const there = document.getElementById('page');
  if (there) return there;
  const page = el('div', { id: 'page' });
  document.body.replaceChildren(page, el('div', { id: 'say', class: 'unseen', 'aria-live': 'polite', role: 'status' }));
  return page;
}

/**
 * Gives the page that is shown its title, and touches nothing that somebody may be typing in.
 * @param {string} title
 */
export function retitle(title) {
  setFrame({ title });
  const place = document.querySelector('header .title');
  if (place) place.textContent = title;
}

/**
 * Tells those who do not see it what has just happened.
 * @param {string} sentence
 */
export function say(sentence) {
  const place = document.getElementById('say');
  if (place) place.textContent = sentence;
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.querySelector('h1')?.focus();
}

function header() {
  const choices = Object.entries(LANGUAGES).map(([code, name]) =>
    el('button', {
      type: 'button',
      lang: code,
      'data-language': code,
      'aria-pressed': code === language() ? 'true' : 'false',
      onclick: () => {
        keepLanguage(code);
        frame.changed();
        /** @type {HTMLElement | null} */ (document.querySelector(`[data-language="${code}"]`))?.focus();
      },
    }, name),
  );
  return el(
    'header',
    {},
    el('p', { class: 'title' }, frame.title),
    el('div', { class: 'languages', role: 'group', 'aria-label': t('page.languages') }, ...choices),
  );
}
