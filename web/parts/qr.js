// A QR code as a drawing, for a second device's camera. The worker makes it: nothing of it leaves this device.

import { el } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Modules of light around the code, as the standard demands. */
const QUIET = 4;

/**
 * A figure that shows the code as soon as the worker has made it; nothing where the text is longer than a QR code holds.
 * @param {import('./worker.js').Calls} calls
 * @param {string} text
 * @param {string} label what it is, for those who do not see it
 */
export function qr(calls, text, label) {
  const figure = el('figure', { class: 'qr', hidden: true });
  calls.call('qr', { text }).then(
    (code) => {
      figure.append(drawing(code, label), el('figcaption', {}, label));
      figure.hidden = false;
    },
    () => undefined,
  );
  return figure;
}

/**
 * One box a run of dark modules, on white in light and dark alike: cameras read nothing else as well.
 * @param {import('../types.d.ts').QrCode} code
 * @param {string} label
 */
function drawing({ size, rows }, label) {
  const svg = document.createElementNS(SVG, 'svg');
  const side = size + 2 * QUIET;
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${side} ${side}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' })) svg.setAttribute(name, value);
  svg.append(box(0, 0, side, side, 'light'));
  rows.forEach((runs, y) => svg.append(...runs.map(([x, length]) => box(x + QUIET, y + QUIET, length, 1, 'dark'))));
  return svg;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {string} kind
 */
function box(x, y, width, height, kind) {
  const rect = document.createElementNS(SVG, 'rect');
  for (const [name, value] of Object.entries({ x, y, width, height, class: kind })) rect.setAttribute(name, String(value));
  return rect;
}
