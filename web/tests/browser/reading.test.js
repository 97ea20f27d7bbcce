// The pages beside the booth, before the real server and a real mirror: those that are rendered, those that check and count, and
// the checker in a file. axe, and nothing moved sideways, in three languages, in light and dark, on a phone and at a desk.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { clean } from '../stage/axe.js';
import { DESKTOP, PHONE, control, device, launch, saved } from '../stage/browser.js';
import { begin, link, mirror } from '../stage/server.js';

const CHECKER = new URL('../../pkg/checker.html', import.meta.url);
const LANGUAGES = ['kk', 'ru', 'en'];

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof begin>>} */
let stage;
/** @type {Awaited<ReturnType<typeof mirror>>} */
let copy;

before(async () => {
  [browser, stage] = [await launch(), await begin()];
  copy = await mirror(stage.folder, stage.server, stage.elections.finished);
});
after(async () => {
  await browser?.close();
  await copy?.end();
  await stage?.end();
});

const path = (/** @type {{ id: string }} */ election, /** @type {string} */ page) => `/e/${election.id.slice(0, 16)}/${page}`;

/**
 * A page as it stands, on both screens and in both schemes.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function everyWay(page, name) {
  for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await clean(page, `${name}, ${size}, ${colorScheme}`);
    }
  }
}

/** @param {string} language */
async function reader(language) {
  const visitor = await device(browser, { language, viewport: PHONE });
  // Others may have the machine too.
  visitor.page.setDefaultTimeout(60_000);
  return visitor;
}

for (const language of LANGUAGES) {
  test(`${language}: every rendered page of a server and of a mirror`, async () => {
    const { open, coming, closed, cancelled, finished, watched } = stage.elections;
    const pages = [
      '/',
      ...[open, coming, closed, cancelled, finished].map((election) => path(election, '')),
      ...[open, cancelled, finished].map((election) => path(election, 'result')),
      ...[finished, watched].map((election) => path(election, 'board')),
      path({ id: '0'.repeat(16) }, ''),
    ].map((asked) => stage.server + asked);
    const mirrored = ['', 'result', 'board', 'v'].map((page) => copy.origin + path(finished, page));
    const { context, page, said } = await reader(language);
    for (const address of [...pages, ...mirrored]) {
      await page.goto(`${address}?lang=${language}`);
      assert.equal(await page.locator('html').getAttribute('lang'), language, address);
      await page.locator('main h1').waitFor();
      await everyWay(page, `${language} ${address}`);
    }
    // A page that is not here answers so, and a mirror that it takes no votes.
    assert.ok(said.every((line) => /status of (404|421)/u.test(line)), JSON.stringify(said));
    await context.close();
  });

  test(`${language}: checking and counting at a mirror`, async () => {
    const { finished } = stage.elections;
    const { context, page, said } = await reader(language);
    await page.goto(`${copy.origin}${path(finished, 'check')}?lang=${language}`);
    for (const tab of [0, 1, 2]) {
      await page.locator('.tabs button').nth(tab).click();
      await everyWay(page, `${language} check, form ${tab}`);
    }
    await page.locator('summary').click();
    await everyWay(page, `${language} check, without any server`);
    await page.locator('.tabs button').nth(1).click();
    await page.locator('#roll').fill('1');
    await page.locator('button.main').click();
    await page.locator('[data-state]').waitFor();
    await everyWay(page, `${language} check, found`);
    await page.goto(`${copy.origin}${path(finished, 'audit')}?lang=${language}`);
    await page.locator('#size').waitFor();
    await everyWay(page, `${language} count`);
    await page.locator('main button.main').click();
    await page.locator('[data-outcome=passed]').waitFor();
    await everyWay(page, `${language} count, report`);
    assert.deepEqual(said, []);
    await context.close();
  });
}

test('the checker in a file: its form, its mistakes, a test that passed and one that failed', async () => {
  const { open } = stage.elections;
  // One tested vote and its setup record, for all languages.
  const booth = await reader('en');
  await booth.page.goto(link(stage.origin, open, 17));
  const main = booth.page.locator('main button.main').first();
  await main.click();
  await booth.page.locator('label.choice').first().click();
  await main.click();
  await booth.page.locator('.groups').waitFor();
  const tested = await control(booth.page);
  await booth.page.locator('button.link').last().click();
  await booth.page.locator('.qr svg').waitFor();
  const roll = /\d+/u.exec((await booth.page.getByText('This device says that it is').textContent()) ?? '')?.[0] ?? '';
  await main.click();
  const opening = await booth.page.locator('#opening').inputValue();
  await booth.page.goto(`${stage.origin}${path(open, 'check')}#t=${tested}&e=${open.id}`);
  await booth.page.locator('#roll').fill(roll);
  await booth.page.locator('summary').click();
  const record = await saved(booth.page, booth.page.locator('details button'));
  const held = join(stage.folder, record.name);
  writeFileSync(held, record.text);
  await booth.context.close();

  for (const language of LANGUAGES) {
    const { context, page, said } = await reader(language);
    await context.setOffline(true);
    await page.goto(pathToFileURL(CHECKER.pathname).href);
    const go = page.locator('button.main');
    await go.waitFor();
    await everyWay(page, `${language} checker, form`);
    await go.click();
    await page.locator('.mistake').waitFor();
    await page.locator('#record').setInputFiles(held);
    await page.locator('#chosen', { hasText: record.name }).waitFor();
    await everyWay(page, `${language} checker, mistake`);
    await page.locator('#roll').fill(roll);
    await page.locator('#control').fill(tested);
    await page.locator('#opening').fill(opening);
    await go.click();
    await page.locator('.chosen').waitFor();
    await everyWay(page, `${language} checker, passed`);
    await page.locator('main button.other').click();
    await page.locator('#control').fill(`00000${tested.slice(5)}`);
    await go.click();
    await page.locator('.failure').waitFor();
    await everyWay(page, `${language} checker, failed`);
    assert.deepEqual(said, []);
    await context.close();
  }
});
