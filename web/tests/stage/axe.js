// axe, and the width of a page: the two questions that are put to every screen.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds on a page as it stands, a line for each rule. It is put in by the debugger: the pages let no such script in.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function violations(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: `if (!globalThis.axe) { ${AXE} }` });
  await session.detach();
  return page.evaluate(async () => {
    const { axe } = /** @type {any} */ (globalThis);
    const found = await axe.run().catch((/** @type {unknown} */ error) => ({ violations: [{ id: String(error), nodes: [] }] }));
    return found.violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html).join(' | ')}`);
  });
}

/**
 * By how many pixels a page has to be moved sideways; 0 where it fits.
 * @param {import('playwright-core').Page} page
 */
export const tooWide = (page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));

/** A desktop's 1,280 pixels at 400 % and at 200 %: there, too, nothing is moved sideways (WCAG 1.4.10). */
const ZOOMED = [
  { width: 320, height: 256 },
  { width: 640, height: 512 },
];

/**
 * Both, for a screen by its name; and its width as it is zoomed.
 * @param {import('playwright-core').Page} page
 * @param {string} screen
 */
export async function clean(page, screen) {
  assert.equal(await tooWide(page), 0, `${screen} has to be moved sideways`);
  assert.deepEqual(await violations(page), [], screen);
  const before = page.viewportSize();
  for (const zoomed of ZOOMED) {
    await page.setViewportSize(zoomed);
    assert.equal(await tooWide(page), 0, `${screen} has to be moved sideways at ${zoomed.width} pixels`);
  }
  if (before) await page.setViewportSize(before);
}
