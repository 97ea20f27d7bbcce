// "Count it again in this browser" before the real server, with a book that is long enough for several workers: what they say
// together, what one of them alone finds, and what stopping does.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { number } from '../../i18n/index.js';
import { device, launch, press, saved, stands } from '../stage/browser.js';
import { begin } from '../stage/server.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof begin>>} */
let stage;

before(async () => {
  [browser, stage] = [await launch(), await begin('--long')];
});
after(async () => {
  await browser?.close();
  await stage?.end();
});

const path = (/** @type {string} */ file) => `/e/${stage.elections.long.id.slice(0, 16)}/${file}`;

/**
 * The page on a device with so many cores. What each of its workers answers is kept, in the order in which they were started.
 * @param {number} cores
 */
async function counting(cores) {
  const visitor = await device(browser);
  visitor.page.setDefaultTimeout(120_000);
  await visitor.page.addInitScript((cores) => {
    Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => cores });
    Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 8 });
    const started = /** @type {any[]} */ ((/** @type {any} */ (globalThis).started = []));
    const True = Worker;
    /** @type {any} */ (globalThis).Worker = class extends True {
      /** @param {string | URL} address @param {WorkerOptions} options */
      constructor(address, options) {
        super(address, options);
        const said = { asked: /** @type {any[]} */ ([]), values: /** @type {any[]} */ ([]), told: 0 };
        started.push(said);
        this.addEventListener('message', ({ data }) => {
          if ('progress' in data) said.told += 1;
          else said.values.push(data.value ?? data.error);
        });
        const post = this.postMessage.bind(this);
        this.postMessage = (/** @type {any} */ message) => {
          said.asked.push(message);
          post(message);
        };
      }
    };
  }, cores);
  await visitor.page.goto(`${stage.origin}${path('audit')}`);
  await visitor.page.locator('#size').waitFor();
  /** What each worker that counted answered. @returns {Promise<any[]>} */
  const shares = async () => {
    const started = await visitor.page.evaluate(() => JSON.stringify(/** @type {any} */ (globalThis).started));
    const counted = JSON.parse(started).filter((/** @type {any} */ one) => one.asked[0]?.call === 'audit');
    return counted.map((/** @type {any} */ one) => ({ ...one.values[0], share: one.asked[0].args.share, told: one.told }));
  };
  return { ...visitor, shares };
}

/** Serves the log in a folder of the stage in the place of the true one. @param {string} folder @returns {import('../stage/server.js').Lie} */
const instead = (folder) => async (asked) => {
  const file = asked.startsWith(path('')) && /\/(checkpoint|tile\/[\w./]+)$/u.exec(asked)?.[1];
  if (!file) return undefined;
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: readFileSync(join(stage.folder, folder, file)) };
};

/** @param {import('playwright-core').Page} page */
const report = async (page) => JSON.parse((await saved(page, page.getByRole('button', { name: 'Save the report' }))).text);

test('three workers, each with its share, come to the same report as one alone', async () => {
  const alone = await counting(1);
  await press(alone.page, 'Count again');
  await stands(alone.page, 'Everything is right');
  assert.deepEqual((await alone.shares()).map(({ share }) => share), [undefined]);
  const one = await report(alone.page);
  assert.equal(one.outcome, 'passed');
  assert.equal(one.size, stage.elections.long.entries);
  assert.equal(one.counts.ballots, 2_000);
  await alone.context.close();

  const { context, page, said, shares } = await counting(3);
  await press(page, 'Count again');
  await stands(page, 'Everything is right');
  await page.getByText('By the rule of this vote').first().waitFor();
  const done = await shares();
  assert.deepEqual(done.map(({ share }) => share), [[0, 3], [1, 3], [2, 3]]);
  for (const { outcome, share, told } of done) assert.ok(outcome === 'passed' && told > 0, JSON.stringify({ outcome, share, told }));
  assert.deepEqual(await report(page), one);
  assert.deepEqual(said, []);
  await context.close();
});

test('a ballot that is not signed by its voter is found by the second worker alone, and the book is not right', async () => {
  const { wrong } = stage.elections.long;
  const { context, page, shares } = await counting(3);
  stage.lie = instead('long-wrong');
  try {
    await press(page, 'Count again');
    await stands(page, 'The book is NOT right.');
  } finally {
    stage.lie = null;
  }
  const done = await shares();
  assert.deepEqual(done.map(({ outcome }) => outcome), ['not-yet', 'failed', 'not-yet']);
  await page.locator('.checks .fail', { hasText: `(entry ${number(Number(wrong))})` }).waitFor();
  const found = await report(page);
  assert.deepEqual([found.outcome, found.valid_up_to, found.share], ['failed', wrong, undefined]);
  await context.close();
  // The twin: the same book, with the true signature.
  const twin = await counting(3);
  stage.lie = instead('long-open');
  try {
    await press(twin.page, 'Count again');
    await stands(twin.page, 'Everything so far is right. There is no result yet.');
  } finally {
    stage.lie = null;
  }
  assert.deepEqual((await twin.shares()).map(({ outcome }) => outcome), ['not-yet', 'not-yet', 'not-yet']);
  await twin.context.close();
});

test('stopped in the middle all workers end at once, nothing is said of the book, and a new count begins from the start', async () => {
  const { context, page, shares } = await counting(3);
  /** Answers that are held back, so that no worker comes to the end. @type {(() => void)[]} */
  const held = [];
  stage.lie = async (asked) => {
    // The sixth bundle of entries; five are judged by then.
    if (/\/tile\/entries\/005(\.|$)/u.test(asked)) await new Promise((resolve) => held.push(() => resolve(undefined)));
    return undefined;
  };
  try {
    await press(page, 'Count again');
    await page.waitForFunction(() => (/** @type {HTMLProgressElement | null} */ (document.querySelector('progress'))?.value ?? 0) > 0);
    assert.equal((await shares()).length, 3);
    assert.equal(page.workers().length, 3);
    await press(page, 'Stop');
    await page.getByText('Stopped. Nothing was found out.').waitFor();
    for (const until = Date.now() + 10_000; page.workers().length > 0 && Date.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(page.workers().length, 0);
    assert.equal(await page.locator('.verdict').count(), 0);
  } finally {
    stage.lie = null;
    for (const release of held) release();
  }
  assert.ok((await shares()).every(({ outcome }) => outcome === undefined));
  await press(page, 'Count once more');
  await stands(page, 'Everything is right');
  assert.equal((await shares()).length, 6);
  await context.close();
});
