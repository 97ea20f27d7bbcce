// Pictures of the real pages for the README: `node shots.js`, with the server and the module built. They land in web/screenshots.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DESKTOP, PHONE, device, launch } from './stage/browser.js';
import { begin, link } from './stage/server.js';

const FOLDER = fileURLToPath(new URL('../screenshots', import.meta.url));
const [browser, stage] = [await launch(), await begin()];
const { open, finished } = stage.elections;
mkdirSync(FOLDER, { recursive: true });

/** Which screens of which visit are kept: a picture each for desktop and phone, in three languages. */
const VISITS = [
  { language: 'kk', size: 'phone', viewport: PHONE, dark: false, voter: 10 },
  { language: 'ru', size: 'desktop', viewport: DESKTOP, dark: false, voter: 11 },
  { language: 'en', size: 'phone', viewport: PHONE, dark: true, voter: 12 },
  { language: 'en', size: 'desktop', viewport: DESKTOP, dark: false, voter: 13 },
];

for (const { language, size, viewport, dark, voter } of VISITS) {
  const { context, page } = await device(browser, { language, viewport, dark });
  const keep = (/** @type {string} */ name) => page.screenshot({ path: `${FOLDER}/${name}-${language}-${size}.png`, fullPage: true });
  const main = page.locator('main button.main').first();
  await page.goto(link(stage.origin, open, voter));
  await main.waitFor();
  await keep('start');
  await main.click();
  await page.locator('label.choice').nth(voter % 2).click();
  await keep('question');
  await main.click();
  await page.locator('.groups').waitFor();
  await page.mouse.move(0, 0);
  await keep('check-answer');
  if (language === 'en' && size === 'phone') {
    await page.locator('button.link').last().click();
    await page.locator('main ol').waitFor();
    await main.click();
    await page.locator('#opening').waitFor();
    await keep('test-device');
    await main.click();
    await page.locator('.groups').waitFor();
  }
  await main.click();
  await page.locator('[data-roll]').waitFor();
  await page.mouse.move(0, 0);
  await keep('done');
  await page.goto(`${stage.origin}/e/${finished.id.slice(0, 16)}/audit`);
  await main.click();
  await page.locator('.checks').waitFor();
  await page.screenshot({ path: `${FOLDER}/audit-${language}-${size}.png` });
  await page.goto(`${stage.origin}/e/${finished.id.slice(0, 16)}/result`);
  await page.screenshot({ path: `${FOLDER}/result-${language}-${size}.png` });
  await context.close();
}
await browser.close();
await stage.end();
