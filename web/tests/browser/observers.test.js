// What the voter learns of the observers: with real witnesses, each a process, and with a server that lies about them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { device, launch, press, saved, stands } from '../stage/browser.js';
import { PROGRAMS, begin, link } from '../stage/server.js';

/** The page's own pause between two looks. */
const LOOK = 60_000;
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

const prefix = () => `/e/${stage.elections.watched.id.slice(0, 16)}`;
/** @param {import('playwright-core').Page} page */
const line = (page) => page.locator('[data-observers]').first();

/** Size and number of observers of the newest cosigned checkpoint, as the server tells it without a lie. */
async function cosigned() {
  const lie = stage.lie;
  stage.lie = null;
  const told = await fetch(`${stage.origin}${prefix()}/cosigned/latest`);
  stage.lie = lie;
  const text = told.ok ? await told.text() : '';
  return { size: Number(text.split('\n')[1] ?? 0), by: [...text.matchAll(/^— witness\d /gmu)].length, text };
}

/** @param {number} size */
async function confirmedUpTo(size) {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    const now = await cosigned();
    if (now.size >= size && now.by === 2) return now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail('the witnesses do not cosign');
}

/**
 * A visitor whose page has a clock that the test moves.
 * @param {string} address
 * @param {import('../stage/server.js').Lie | null} [lie]
 */
async function visit(address, lie = null) {
  stage.lie = lie;
  const visitor = await device(browser);
  await visitor.page.clock.install();
  await visitor.page.goto(address);
  return visitor;
}

/** @param {import('playwright-core').Page} page */
async function vote(page) {
  await press(page, 'Begin');
  await page.getByLabel('Yes, I agree').check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
}

/** @param {Buffer} body */
const answer = (body) => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

test('a vote in the book is confirmed by the observers, its receipt holds it, and the check page shows it', async () => {
  const { watched } = stage.elections;
  await confirmedUpTo(watched.entries);
  const { context, page, said, requests } = await visit(link(stage.origin, watched, 0));
  await stands(page, 'Referendum on a nuclear power plant');
  assert.equal(await line(page).count(), 0);
  await vote(page);
  assert.match(await line(page).innerText(), /^In the public book\. Observers have not confirmed it yet \(0 of 3 so far, 2 are needed\)\./u);
  const roll = (await page.locator('[data-roll]').getAttribute('data-roll')) ?? '';
  const plain = await saved(page, page.getByRole('button', { name: 'Save receipt' }));
  assert.ok(!plain.text.includes('— witness'));
  await confirmedUpTo(watched.entries + 1);
  const asked = requests.length;
  await page.clock.fastForward(LOOK);
  await page.locator('[data-observers="confirmed"]').waitFor();
  assert.match(await line(page).innerText(), /In the public book; confirmed by 2 of 3 observers\.$/u);
  const looked = requests.slice(asked).map(({ url }) => new URL(url).pathname);
  assert.ok(looked.length > 0 && looked.every((path) => path === `${prefix()}/cosigned/latest` || (path.startsWith(`${prefix()}/tile/`) && !path.includes('entries'))), JSON.stringify(looked));
  // Once it is confirmed nothing more is asked.
  const quiet = requests.length;
  await page.clock.fastForward(10 * LOOK);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(requests.length, quiet);
  const receipt = await saved(page, page.getByRole('button', { name: 'Save receipt' }));
  assert.match(receipt.text, /— witness1 [^]*— witness2 /u);
  assert.deepEqual(said, []);
  await context.close();

  const second = await visit(`${stage.origin}${prefix()}/check`);
  await second.page.getByLabel('Roll number').fill(roll);
  await second.page.getByLabel('or the receipt').setInputFiles({ name: 'receipt.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from(plain.text) });
  await press(second.page, 'Check');
  await stands(second.page, 'Your vote stands in the public book');
  assert.match(await line(second.page).innerText(), /^Confirmed by 2 of 3 observers\.$/u);
  assert.match(await second.page.locator('.ticks').innerText(), /Received[^]*In the public book, entry \d+[^]*It counts, unless you vote again/u);
  const again = await saved(second.page, second.page.getByRole('button', { name: 'Save the receipt with' }));
  assert.match(again.text, /— witness1 [^]*— witness2 /u);
  await second.context.close();

  // The voter's program says the same, and gives the same receipt.
  const files = ['plain', 'again'].map((name) => join(stage.folder, `${name}.tlog-proof`));
  writeFileSync(files[0] ?? '', plain.text);
  const told = spawnSync(join(PROGRAMS, 'plebiscite-voter'), ['check', '--server', stage.server, '--election', watched.id, '--roll-number', roll, '--receipt', files[0] ?? '', '--save-receipt', files[1] ?? ''], { encoding: 'utf8' });
  assert.equal(told.status, 0, told.stderr);
  assert.match(told.stdout, /It is in the public book, confirmed by 2 of 3 observers; and it is the one that is counted, unless you vote again\./u);
  assert.match(readFileSync(files[1] ?? '', 'utf8'), /— witness1 [^]*— witness2 /u);

  const book = await device(browser, { script: false });
  await book.page.goto(`${stage.origin}${prefix()}/board?lang=en`);
  await book.page.getByText('This book is confirmed by 2 of 3 observers.').waitFor();
  await book.page.goto(`${stage.origin}/e/${stage.elections.finished.id.slice(0, 16)}/result?lang=en`);
  assert.ok(!/observer/iu.test(await book.page.locator('main').innerText()));
  await book.context.close();
});

test('where no observer has confirmed anything yet that is said, and stops no one', async () => {
  const missing = async (/** @type {string} */ path) => (path.endsWith('/cosigned/latest') ? { status: 404, headers: {}, body: Buffer.alloc(0) } : undefined);
  const { context, page } = await visit(link(stage.origin, stage.elections.watched, 1), missing);
  await page.getByText('The observers have not confirmed this public book yet (0 of 3 so far, 2 are needed).').waitFor();
  await vote(page);
  // It looks for a while, and then leaves it to the voter.
  for (let looks = 0; looks < 15; looks += 1) {
    const answered = page.waitForResponse((told) => told.url().endsWith('/cosigned/latest'));
    await page.clock.fastForward(LOOK);
    await answered;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await page.getByText('They have not confirmed it while this page was open.').waitFor();
  await context.close();
});

test('false cosignatures stop who would vote, with evidence, and take nothing from a vote that stands', async () => {
  const { watched } = stage.elections;
  const { text } = await confirmedUpTo(watched.entries);
  const at = text.lastIndexOf('— witness2 ') + 40;
  const forged = Buffer.from(text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1));
  const lie = async (/** @type {string} */ path) => (path.endsWith('/cosigned/latest') ? answer(forged) : undefined);
  const { context, page } = await visit(link(stage.origin, watched, 2), lie);
  await stands(page, 'The observers did not confirm this');
  const held = JSON.parse((await saved(page, page.getByRole('button', { name: 'Save the evidence' }))).text);
  assert.equal(held.code, 'false-cosignature');
  assert.ok(held.evidence.exchanges.some((/** @type {{ address: string }} */ one) => one.address.endsWith('/cosigned/latest')));
  await context.close();

  const late = await visit(link(stage.origin, watched, 2));
  await vote(late.page);
  stage.lie = lie;
  await late.page.clock.fastForward(LOOK);
  await late.page.locator('[data-observers="false"]').waitFor();
  await stands(late.page, 'Your vote is in the box');
  stage.lie = null;
  await confirmedUpTo(watched.entries + 3);
  await late.page.clock.fastForward(LOOK);
  await late.page.locator('[data-observers="confirmed"]').waitFor();
  await late.context.close();
});
