// Whole journeys before the real server, in three languages, on a phone and at a desk, all at once; one by keyboard alone. What
// was asked, said, kept and remembered on the way is recorded.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { DESKTOP, PHONE, device, launch, saved } from '../stage/browser.js';
import { begin, link } from '../stage/server.js';
import en from '../../i18n/en.js';
import kk from '../../i18n/kk.js';
import ru from '../../i18n/ru.js';

/** @type {Record<string, Record<string, any>>} */
const WORDS = { en, kk, ru };
/** The answer that this voter gives, as the ballot paper of each language has it. */
const CHOSEN = { en: 'No, I disagree', kk: 'Жоқ, келіспеймін', ru: 'Нет, не согласен (-на)' };

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof begin>>} */
let stage;

before(async () => {
  [browser, stage] = [await launch(), await begin()];
});
after(async () => {
  await browser?.close();
  await stage?.end();
});

/**
 * Everything that history, storage and page hold.
 * @param {import('playwright-core').Page} page
 */
const kept = (page) =>
  page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? [];
    const caches_ = await caches.keys().catch(() => []);
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href, databases, caches_, document.documentElement.outerHTML]);
  });

/**
 * Notes every entry of the history as it is made, before any script of the page runs.
 * @param {import('playwright-core').BrowserContext} context
 */
const noteHistory = (context) =>
  context.addInitScript(() => {
    const noted = /** @type {string[]} */ ((/** @type {any} */ (globalThis).noted = []));
    for (const name of /** @type {const} */ (['pushState', 'replaceState'])) {
      const was = history[name];
      history[name] = function (state, unused, url) {
        noted.push(JSON.stringify([state, String(url)]));
        return was.call(this, state, unused, url);
      };
    }
  });

/**
 * @param {string} language
 * @param {string} size
 * @param {{ width: number, height: number }} viewport
 * @param {number} number of the voter
 */
async function journey(language, size, viewport, number) {
  const { open } = stage.elections;
  const w = (/** @type {string} */ key) => String(WORDS[language]?.[key]);
  const { context, page, said, requests } = await device(browser, { language, viewport, dark: size === 'phone' });
  // Two share the machine, and others may have it too.
  page.setDefaultTimeout(30_000);
  await noteHistory(context);
  const press = (/** @type {string} */ key) => page.getByRole('button', { name: w(key), exact: true }).click();
  const stands = (/** @type {string} */ key) => page.locator('main h1', { hasText: w(key) }).waitFor();
  /** @type {string[]} */
  const history = [];
  const note = async () => history.push(...(await page.evaluate(() => /** @type {any} */ (globalThis).noted)));
  const chosen = CHOSEN[/** @type {'en'} */ (language)];
  await page.goto(link(stage.origin, open, number));

  await press('practice.begin');
  await page.locator('#practice').waitFor();
  await page.getByLabel(w('practice.autumn')).check();
  await press('question.next');
  await page.locator('.groups').waitFor();
  await press('check-answer.cast');
  await stands('practice.done');
  assert.ok(!requests.some(({ method }) => method === 'POST'));
  await press('practice.back');

  await press('code-works.check');
  await stands('code-works.title');
  const roll = (await page.locator('[data-roll]').getAttribute('data-roll')) ?? '';
  await press('code-works.vote');
  await page.getByLabel(chosen).check();
  await press('question.next');
  await page.getByText(w('check-answer.not-yet')).first().waitFor();
  await page.locator('.groups').waitFor();
  const control = (await page.locator('.groups').getAttribute('data-code')) ?? '';
  await press('check-answer.cast');
  await stands('done.title');
  assert.equal(await page.locator('.groups').getAttribute('data-code'), control);
  assert.ok(!(await page.locator('main').innerText()).includes(chosen));
  await page.locator('.qr svg').waitFor();
  const receipt = await saved(page, page.getByRole('button', { name: w('done.save') }));
  assert.equal(receipt.name, `receipt-${roll}.tlog-proof`);
  await note();
  await press('done.clear');
  await stands('cleared.title');
  await note();

  const code = /** @type {string} */ (open.codes[number]?.[0]);
  const held = (await kept(page)).toUpperCase();
  const everything = JSON.stringify([requests, said, history, stage.log(), stage.asked]).toUpperCase();
  for (const secret of [code, code.replaceAll('-', ''), code.slice(0, 14)]) {
    assert.ok(!held.includes(secret) && !everything.includes(secret), 'the code stays somewhere');
  }
  for (const word of [chosen, '"CHOICE"', control]) assert.ok(!held.includes(word.toUpperCase()), `${word} stays in the page`);
  for (const word of [chosen, '"NO"', 'AUTUMN']) assert.ok(!everything.includes(word.toUpperCase()), `${word} was asked, said or remembered`);
  assert.ok(history.length > 5);
  assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
  assert.ok(requests.every(({ url }) => new URL(url).origin === stage.origin || url.startsWith('blob:') || url.startsWith('data:')), JSON.stringify(requests));
  assert.deepEqual(said, []);
  await context.close();

  // The address behind the receipt's QR code, on another device: nothing is to be typed.
  const second = await device(browser, { language, viewport });
  second.page.setDefaultTimeout(30_000);
  await second.page.goto(`${stage.origin}/e/${open.id.slice(0, 16)}/check#r=${roll}&k=${control}&e=${open.id}`);
  assert.equal(new URL(second.page.url()).hash, '');
  await second.page.getByRole('button', { name: w('check.go'), exact: true }).click();
  await second.page.locator('main h1', { hasText: w('check.stands') }).waitFor();
  assert.ok(second.requests.every(({ url }) => !url.includes(control)));
  await second.context.close();
}

test('a whole journey', { concurrency: true }, async (all) => {
  const sizes = Object.entries({ phone: PHONE, desktop: DESKTOP });
  let number = 0;
  // Two at a time: both sizes of a language.
  for (const language of ['kk', 'ru', 'en']) {
    await Promise.all(
      sizes.map(([size, viewport]) => {
        const own = number++;
        return all.test(`${language}, ${size}: practice, the code tried, a vote, its check on a second device, and nothing left`, () => journey(language, size, viewport, own));
      }));
  }
});

test('by keyboard alone: the code typed, the device tested, the vote in the box, the device cleared', async () => {
  const { open } = stage.elections;
  const { context, page, said } = await device(browser);
  const keys = page.keyboard;
  /** @param {string} name */
  const reach = async (name) => {
    for (let step = 0; step < 40; step += 1) {
      await keys.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
    }
    throw new Error(`${name} is not reached by Tab`);
  };
  const go = async (/** @type {string} */ name) => {
    await reach(name);
    await keys.press('Enter');
  };
  const stands = (/** @type {string} */ text) => page.locator('main h1', { hasText: text }).waitFor();
  await page.goto(`${stage.origin}/e/${open.id.slice(0, 16)}/?lang=en`);
  await go('Vote');
  await stands('Referendum on a nuclear power plant');
  await go('Begin');
  await stands('Is this the number on your letter?');
  await go('Yes, it is the same');
  await stands('Your code');
  await keys.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'code');
  await keys.type(/** @type {string} */ (open.codes[8]?.[0]).toLowerCase());
  await keys.press('Enter');
  await stands('Do you agree');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  await keys.press('Tab');
  await keys.press('Space');
  await go('Continue');
  await page.locator('.groups').waitFor();
  await go('First test whether this device seals truly');
  await stands('Test this device');
  await go('I have the control code: open the vote');
  await page.locator('#opening').waitFor();
  await go('Seal my vote again');
  await stands('Check your answer');
  await page.locator('.groups').waitFor();
  await go('Put my vote in the box');
  await stands('Your vote is in the box');
  await go('Clear this device');
  await stands('This device has forgotten your vote');
  assert.deepEqual(said, []);
  await context.close();
});
