// Building pages out of elements: no markup in strings, so nothing that is shown can become code.

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | EventListener | null | undefined>} Attributes
 */

/**
 * An element with attributes, listeners (`onclick: …`) and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, String(value));
    }
  }
  append(element, children);
  return element;
}

/**
 * @param {Node} parent
 * @param {Child[]} children
 */
export function append(parent, children) {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      parent.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    }
  }
}

/** @param {string} text */
export const p = (text) => el('p', {}, text);

/**
 * The one heading of a screen; it takes the focus when the screen opens.
 * @param {string} text
 */
export const heading = (text) => el('h1', { tabindex: -1 }, text);

/**
 * @param {string} text
 * @param {() => void} act
 * @param {'main' | 'other' | 'link'} [kind]
 */
export const button = (text, act, kind = 'main') => el('button', { type: 'button', class: kind, onclick: act }, text);

/**
 * A code in groups, in large letters; read out symbol by symbol.
 * @param {string} code
 * @param {string} label
 */
export function shownCode(code, label) {
  const groups = code.split('-').map((group) => el('span', {}, group));
  const spoken = el('span', { class: 'unseen' }, `${label}: ${code.split('').join(' ')}`);
  return el('p', { class: 'shown-code' }, spoken, el('span', { 'aria-hidden': 'true', class: 'groups', 'data-code': code }, ...groups));
}

/**
 * Offers text as a file to keep.
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = el('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
