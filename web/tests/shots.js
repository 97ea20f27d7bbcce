// Pictures of the real pages: `node shots.js`, with the server and the module built. They land in web/screenshots; with a folder's
// name, `node shots.js FOLDER`, every screen in every language, on phone and desktop, light and dark, lands there to be looked at.

import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DESKTOP, PHONE, device, launch } from './stage/browser.js';
import { begin, link } from './stage/server.js';

const EVERYTHING = process.argv[2];
const FOLDER = EVERYTHING ?? fileURLToPath(new URL('../screenshots', import.meta.url));
const CHECKER = fileURLToPath(new URL('../pkg/checker.html', import.meta.url));
const [browser, stage] = [await launch(), await begin()];
const { open, finished, coming, closed, cancelled } = stage.elections;
mkdirSync(FOLDER, { recursive: true });

/** Which screens of which visit are kept: a picture each for desktop and phone, in three languages. */
const KEPT = [
  { language: 'kk', size: 'phone', viewport: PHONE, dark: false },
  { language: 'ru', size: 'desktop', viewport: DESKTOP, dark: false },
  { language: 'en', size: 'phone', viewport: PHONE, dark: true },
  { language: 'en', size: 'desktop', viewport: DESKTOP, dark: false },
];
const ALL = ['kk', 'ru', 'en'].flatMap((language) => [
  { language, size: 'phone', viewport: PHONE, dark: language === 'kk' },
  { language, size: 'desktop', viewport: DESKTOP, dark: language !== 'kk' },
]);
/** Screens of which the kept pictures have one only, in English on a phone. */
const ONCE = ['test-device', 'coming', 'practice', 'code-works', 'check', 'noted', 'quick', 'board'];

let voter = 0;
for (const { language, size, viewport, dark } of EVERYTHING ? ALL : KEPT) {
  const { context, page } = await device(browser, { language, viewport, dark });
  const keep = async (/** @type {string} */ name, fullPage = true) => {
    if (!EVERYTHING && ONCE.includes(name) && !(language === 'en' && size === 'phone')) return;
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `${FOLDER}/${name}-${language}-${size}.png`, fullPage });
  };
  const main = page.locator('main button.main').first();
  const at = (/** @type {{ id: string }} */ election, /** @type {string} */ name) => `${stage.origin}/e/${election.id.slice(0, 16)}/${name}`;
  await page.goto(link(stage.origin, coming, 0));
  await page.locator('#state').waitFor();
  await keep('coming');
  await page.locator('.before button').first().click();
  await page.locator('#practice').waitFor();
  await keep('practice');
  await page.goto(link(stage.origin, open, voter));
  await main.waitFor();
  await keep('start');
  await page.locator('.before button').nth(1).click();
  await page.locator('[data-roll]').waitFor();
  await keep('code-works');
  await main.click();
  await page.locator('label.choice').nth(voter % 2).click();
  await keep('question');
  await main.click();
  await page.locator('.groups').waitFor();
  await keep('check-answer');
  await page.locator('button.link').last().click();
  await page.locator('.qr svg').waitFor();
  const control = await page.locator('.groups').getAttribute('data-code');
  if (EVERYTHING) await keep('test-device-before');
  await main.click();
  const opening = await page.locator('#opening').inputValue();
  await page.locator('.qr svg').waitFor();
  await keep('test-device');
  await main.click();
  await page.locator('.groups').waitFor();
  await main.click();
  await page.locator('[data-roll]').waitFor();
  await page.locator('.qr svg').waitFor();
  await keep('done');
  const roll = (await page.locator('[data-roll]').getAttribute('data-roll')) ?? '';
  const stood = await page.locator('.groups').getAttribute('data-code');
  await page.goto(at(open, `check#t=${control}&e=${open.id}`));
  await page.locator('#which .mono').waitFor();
  await keep('noted');
  await page.goto(at(open, 'check'));
  await page.locator('#which .mono').waitFor();
  await keep('check');
  await page.goto(at(finished, 'audit'));
  await main.click();
  await page.locator('.checks').waitFor();
  await keep('audit', false);
  await page.goto(at(finished, 'audit'));
  await page.locator('#size').waitFor();
  await page.locator('main button').nth(1).click();
  await page.locator('[data-quick]').waitFor();
  await keep('quick');
  for (const name of ['result', 'board']) {
    await page.goto(`${at(finished, name)}?lang=${language}`);
    await page.locator('main h1').waitFor();
    await keep(name, EVERYTHING !== undefined);
  }
  if (EVERYTHING) {
    await page.goto(`${at(open, '')}?lang=${language}`);
    await page.locator('time[title]').first().waitFor();
    await keep('front');
    await page.goto(at(open, `check#r=${roll}&k=${stood}&e=${open.id}`));
    await main.click();
    await page.locator('[data-state]').waitFor();
    await keep('check-found');
    for (const [name, number] of /** @type {[string, string][]} */ ([['silent', '19'], ['spoken', roll]])) {
      await page.goto('about:blank');
      await page.goto(at(open, 'check'));
      await page.locator('.tabs button').nth(1).click();
      await page.locator('#roll').fill(number);
      await main.click();
      await page.locator('[data-state]').waitFor();
      await keep(`check-${name}`);
    }
    await page.goto('about:blank');
    await page.goto(at(open, `check#t=${control}&o=${opening}&e=${open.id}`));
    // Not the form that stands there for a moment, until no other page of this device has answered.
    await page.locator('.groups').waitFor();
    await keep('test-compare');
    await main.click();
    await page.locator('#roll').fill(roll);
    await main.click();
    await page.locator('.chosen').waitFor();
    await keep('test-passed');
    for (const [name, election] of Object.entries({ closed, cancelled })) {
      await page.goto(link(stage.origin, election, voter));
      await page.locator('#state').waitFor();
      await keep(name);
    }
    await page.goto(link(stage.origin, open, voter));
    await main.click();
    await page.locator('.groups').waitFor();
    await keep('vote-again');
    await main.click();
    await page.locator('label.choice').first().click();
    await main.click();
    await page.locator('.groups').waitFor();
    stage.lie = async (_, method) => (method === 'POST' ? null : undefined);
    await main.click();
    await page.locator('.failure').waitFor();
    await keep('lost');
    stage.lie = null;
    await main.click();
    await page.locator('[data-roll]').waitFor();
    await main.waitFor();
    await page.locator('main button.main').last().click();
    await page.locator('[data-roll]').waitFor({ state: 'detached' });
    await keep('cleared');
    await page.goto(pathToFileURL(CHECKER).href);
    await main.waitFor();
    await keep('checker');
    await page.goto('about:blank');
    await page.goto(link(stage.origin, { ...open, id: open.id }, voter).replace(/c=.{34}/u, 'c='));
    await main.click();
    await page.locator('#code').waitFor();
    await page.locator('#code').fill(open.fingerprint);
    await main.click();
    await page.locator('#mistake').waitFor();
    await keep('code');
  }
  voter += 1;
  await context.close();
}
await browser.close();
await stage.end();
