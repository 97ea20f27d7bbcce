// Ways beside the straight one, before the real server: too early, too late, two windows, a second phone, a mirror, a checker in a
// file, a quick look. And what the pages weigh, and for how long they hold the browser.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PHONE, control, device, launch, press, saved, stands } from '../stage/browser.js';
import { longestTask, weight } from '../stage/measures.js';
import { begin, link, mirror } from '../stage/server.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof begin>>} */
let stage;
/** The checker as one file. */
const CHECKER = new URL('../../pkg/checker.html', import.meta.url);

before(async () => {
  [browser, stage] = [await launch(), await begin()];
});
after(async () => {
  await browser?.close();
  await stage?.end();
});

/** @param {{ id: string }} election @param {string} page */
const path = (election, page) => `/e/${election.id.slice(0, 16)}/${page}`;

/**
 * @param {string} address
 * @param {import('../stage/server.js').Lie | null} [lie]
 * @param {Parameters<typeof device>[1]} [wish]
 */
async function visit(address, lie = null, wish = undefined) {
  stage.lie = lie;
  stage.asked = [];
  const visitor = await device(browser, wish);
  await visitor.page.goto(address);
  return visitor;
}

/** @param {import('playwright-core').Page} page @param {string} answer */
async function seal(page, answer) {
  await press(page, 'Begin');
  await page.getByLabel(answer).check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
  return control(page);
}

test('a link opened too early shows the question\'s vote and its times, and lets practise; a cancelled one says so', async () => {
  const { coming, cancelled } = stage.elections;
  const { context, page, said } = await visit(link(stage.origin, coming, 0));
  await stands(page, 'Referendum on a nuclear power plant');
  await page.locator('#state.early', { hasText: /Voting opens on .*, in [56] hours/u }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Begin' }).count(), 0);
  await press(page, 'Practise first: nothing is sent');
  await page.locator('#practice').waitFor();
  assert.deepEqual(said, []);
  await context.close();
  const ended = await visit(link(stage.origin, cancelled, 0));
  await ended.page.getByText('This vote was cancelled.').waitFor();
  assert.equal(await ended.page.getByRole('button', { name: 'Begin' }).count(), 0);
  await ended.context.close();
});

test('rendered pages say their times in the reader\'s zone, as the booth does, and in UTC without script', async () => {
  const { open } = stage.elections;
  for (const language of ['kk', 'ru', 'en']) {
    const { context, page, said } = await visit(`${stage.origin}${path(open, '')}?lang=${language}`, null, { language });
    const closes = page.locator('dl.times time').nth(1);
    await page.locator('dl.times time[title$=UTC]').first().waitFor();
    const shown = await closes.innerText();
    assert.ok(!shown.includes('UTC') && /GMT|UTC\+/u.test(shown), shown);
    await page.goto(`${link(stage.origin, open, 0)}`);
    await page.locator('#state', { hasText: shown }).waitFor();
    assert.deepEqual(said, []);
    await context.close();
    const plain = await visit(`${stage.origin}${path(open, '')}?lang=${language}`, null, { language, script: false });
    assert.match(await plain.page.locator('dl.times time').nth(1).innerText(), /UTC$/u);
    await plain.context.close();
  }
});

test('the regions of a result fit a phone without scrolling sideways, and are a table for who hears them', async () => {
  const { finished } = stage.elections;
  for (const [viewport, display] of /** @type {[{ width: number, height: number }, string][]} */ ([[PHONE, 'block'], [{ width: 1280, height: 800 }, 'table-row']])) {
    const { context, page } = await visit(`${stage.origin}${path(finished, 'result')}?lang=kk`, null, { viewport });
    const row = page.locator('table.regions tbody tr').first();
    assert.equal(await row.evaluate((element) => getComputedStyle(element).display), display);
    const [inner, scroll] = await page.locator('.wide').first().evaluate((element) => [element.clientWidth, element.scrollWidth]);
    assert.ok((scroll ?? 0) <= (inner ?? 0), `${scroll} > ${inner}`);
    assert.equal(await page.locator('table.regions').first().getByRole('rowheader').first().innerText(), await row.locator('th').innerText());
    await context.close();
  }
});

test('who seals before the end and sends after it is told by the book that the vote is not in the box', async () => {
  const { closing } = stage.elections;
  const closed = join(stage.folder, 'closing-closed');
  const after = async (/** @type {string} */ asked, /** @type {string} */ method, /** @type {() => Promise<import('../stage/server.js').Reply>} */ pass) => {
    if (method === 'POST') {
      const problem = JSON.stringify({ status: 409, code: 'entry-order', detail: 'voting has ended' });
      return { status: 409, headers: { 'content-type': 'application/problem+json' }, body: Buffer.from(problem) };
    }
    if (asked.endsWith('/setup')) {
      const hints = JSON.parse((await pass()).body.toString());
      return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ ...hints, size: closing.entries + 1, close: closing.entries })) };
    }
    const file = asked.startsWith(path(closing, '')) && /\/(checkpoint|tile\/[\w./]+)$/u.exec(asked)?.[1];
    if (!file || !existsSync(join(closed, file))) return undefined;
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: readFileSync(join(closed, file)) };
  };
  const { context, page } = await visit(link(stage.origin, closing, 0));
  await seal(page, 'Yes, I agree');
  stage.lie = after;
  await press(page, 'Put my vote in the box');
  await stands(page, 'Voting ended before your vote was in the box');
  assert.equal(await page.getByRole('button', { name: 'Send the same vote again' }).count(), 0);
  const evidence = JSON.parse((await saved(page, page.getByRole('button', { name: 'Save the evidence' }))).text);
  assert.ok(evidence.evidence.exchanges.some((/** @type {any} */ one) => one.method === 'POST' && one.sent));
  await context.close();
});

test('two windows of one voter: the second is overtaken, sees what stands, and replaces it', async () => {
  const { open } = stage.elections;
  const first = await visit(link(stage.origin, open, 10));
  const second = await first.context.newPage();
  await second.goto(link(stage.origin, open, 10));
  const stood = await seal(first.page, 'Yes, I agree');
  await seal(second, 'No, I disagree');
  await press(first.page, 'Put my vote in the box');
  await stands(first.page, 'Your vote is in the box');
  await press(second, 'Put my vote in the box');
  await stands(second, 'Another vote came in between');
  await press(second, 'Begin again');
  await press(second, 'Begin');
  await second.getByLabel('Code from your letter').fill(open.codes[10]?.[0] ?? '');
  await press(second, 'Continue');
  await stands(second, 'Your vote is in the box already');
  assert.equal(await control(second), stood);
  await press(second, 'Replace my vote');
  await second.getByLabel('No, I disagree').check();
  await press(second, 'Continue');
  await second.locator('.groups').waitFor();
  await press(second, 'Put my vote in the box');
  await stands(second, 'Your new vote is in the box');
  await first.context.close();
});

test('a page loaded anew while the vote was on its way: the code shows what became of it', async () => {
  const { open } = stage.elections;
  const { context, page } = await visit(link(stage.origin, open, 11), async (asked, method, pass) => {
    if (method !== 'POST' || !asked.endsWith('/ballots')) return undefined;
    await pass();
    return null;
  });
  const sealed = await seal(page, 'Yes, I agree');
  await press(page, 'Put my vote in the box');
  await stands(page, 'No connection');
  stage.lie = null;
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto('about:blank');
  await page.goto(link(stage.origin, open, 11));
  await press(page, 'Begin');
  await stands(page, 'Your vote is in the box already');
  assert.equal(await control(page), sealed);
  await context.close();
});

test('a device is tested by a second phone: by its camera, and by a checker in a file that asks no one', async () => {
  const { open } = stage.elections;
  const { context, page } = await visit(link(stage.origin, open, 12));
  const tested = await seal(page, 'No, I disagree');
  await press(page, 'First test whether this device seals truly');
  await page.locator('.qr svg').waitFor();
  const roll = /\d+/u.exec((await page.getByText('This device says that it is').textContent()) ?? '')?.[0] ?? '';
  const phone = await device(browser, { viewport: PHONE });
  await phone.page.goto(`${stage.origin}${path(open, 'check')}#t=${tested}&e=${open.id}`);
  await phone.page.getByText('This device has noted the control code').waitFor();
  await press(page, 'I have the control code: open the vote');
  const opening = await page.locator('#opening').inputValue();
  await page.locator('.qr svg').waitFor();
  const camera = await phone.context.newPage();
  await camera.goto(`${stage.origin}${path(open, 'check')}#t=${tested}&o=${opening}&e=${open.id}`);
  await camera.locator(`[data-code="${tested}"]`).waitFor();
  await camera.getByLabel('Roll number').fill(roll);
  await press(camera, 'Check');
  await stands(camera, 'Is this what you chose on the tested device?');
  assert.equal(await camera.locator('.chosen').innerText(), 'No, I disagree');
  assert.ok(phone.requests.every(({ url }) => !url.includes(tested) && !url.includes(opening)));

  await press(camera, 'Check another one');
  await camera.getByText('Check without any server').click();
  const record = await saved(camera, camera.getByRole('button', { name: 'Save the setup record for this roll number' }));
  await phone.context.close();

  // The file, opened as a file, on a device without any network.
  for (const language of ['en', 'kk', 'ru']) {
    const alone = await device(browser, { viewport: PHONE, language });
    await alone.context.setOffline(true);
    await alone.page.goto(pathToFileURL(CHECKER.pathname).href);
    const held = join(stage.folder, record.name);
    writeFileSync(held, record.text);
    await alone.page.locator('#record').setInputFiles(held);
    await alone.page.locator('#chosen', { hasText: record.name }).waitFor();
    await alone.page.locator('#roll').fill(roll);
    await alone.page.locator('#control').fill(tested);
    await alone.page.locator('#opening').fill(opening);
    await alone.page.locator('button.main').click();
    await alone.page.locator('.chosen').waitFor();
    if (language === 'en') {
      assert.equal(await alone.page.locator('.chosen').innerText(), 'No, I disagree');
      await alone.page.getByText(open.fingerprint).waitFor();
      await press(alone.page, 'Check another one');
      await alone.page.locator('#roll').fill(String(Number(roll) + 1));
      await press(alone.page, 'Check');
      await alone.page.locator('.mistake', { hasText: 'Compare the roll number' }).waitFor();
      await alone.page.locator('#roll').fill(roll);
      await alone.page.locator('#control').fill(`00000${tested.slice(5)}`);
      await press(alone.page, 'Check');
      await stands(alone.page, 'The test failed');
    }
    assert.deepEqual(alone.said, []);
    assert.ok(alone.requests.every(({ url }) => url.startsWith('file:') || url.startsWith('data:')), JSON.stringify(alone.requests.map(({ url }) => url.slice(0, 60))));
    await alone.context.close();
  }
  await context.close();
});

test('a mirror checks votes and tests, shows the pages, takes no votes, and answers for itself', async () => {
  const { open } = stage.elections;
  const { context, page } = await visit(link(stage.origin, open, 13));
  const sealed = await seal(page, 'Yes, I agree');
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  const roll = (await page.locator('[data-roll]').getAttribute('data-roll')) ?? '';
  await context.close();
  const other = await mirror(stage.folder, stage.server, open);
  try {
    const visitor = await device(browser, { viewport: PHONE });
    await visitor.page.goto(`${other.origin}${path(open, '')}?lang=en`);
    await visitor.page.getByText('This is a mirror: it takes no votes').waitFor();
    await visitor.page.getByRole('link', { name: 'Check my vote' }).click();
    await visitor.page.getByLabel('Roll number').fill(roll);
    await visitor.page.getByLabel('Control code').fill(sealed);
    await press(visitor.page, 'Check');
    await stands(visitor.page, 'Your vote stands in the public book');
    await visitor.page.goto(`${other.origin}${path(open, 'check')}`);
    await press(visitor.page, 'I did not vote');
    await visitor.page.getByLabel('Roll number').fill('14');
    await press(visitor.page, 'Check');
    await visitor.page.locator('[data-state=silent], [data-state=spoken]').waitFor();
    assert.ok(visitor.requests.every(({ url }) => new URL(url).origin === other.origin));
    await visitor.page.goto(`${other.origin}${path(open, 'v')}`);
    await visitor.page.getByText('This is a mirror: it takes no votes').waitFor();
    await visitor.context.close();
  } finally {
    await other.end();
  }
});

test('a mirror that is behind says that its book is older and accuses nobody; the server itself shows the vote', async () => {
  const { open } = stage.elections;
  const late = await mirror(stage.folder, stage.server, open, false);
  try {
    const { context, page } = await visit(link(stage.origin, open, 17));
    const sealed = await seal(page, 'Yes, I agree');
    await press(page, 'Put my vote in the box');
    await stands(page, 'Your vote is in the box');
    const roll = (await page.locator('[data-roll]').getAttribute('data-roll')) ?? '';
    const receipt = { name: 'receipt.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from((await saved(page, page.getByRole('button', { name: 'Save receipt' }))).text) };
    await context.close();
    for (const [origin, heading] of /** @type {[string, string][]} */ ([[late.origin, 'The book on this page is older than your receipt'], [stage.origin, 'Your vote stands in the public book']])) {
      const visitor = await device(browser, { viewport: PHONE });
      await visitor.page.goto(`${origin}${path(open, 'check')}`);
      await visitor.page.getByLabel('Roll number').fill(roll);
      await visitor.page.getByLabel('or the receipt').setInputFiles(receipt);
      await press(visitor.page, 'Check');
      await stands(visitor.page, heading);
      await visitor.context.close();
    }
    const visitor = await device(browser, { viewport: PHONE });
    await visitor.page.goto(`${late.origin}${path(open, 'check')}`);
    await visitor.page.getByLabel('Roll number').fill(roll);
    await visitor.page.getByLabel('Control code').fill(sealed);
    await press(visitor.page, 'Check');
    await stands(visitor.page, 'No vote is registered under this roll number');
    await visitor.page.getByText('Only if that was a few minutes ago, and this page is a mirror’s').waitFor();
    await visitor.page.getByRole('button', { name: 'Save the evidence' }).waitFor();
    await visitor.context.close();
  } finally {
    await late.end();
  }
});

test('a quick look says that it is one; a wrong vote among those drawn is found', async () => {
  const { finished } = stage.elections;
  const { context, page, said } = await visit(`${stage.origin}${path(finished, 'audit')}`);
  await page.locator('#size', { hasText: String(finished.entries) }).waitFor();
  await press(page, 'Quick look');
  await page.locator('[data-quick=right]', { hasText: 'This was a quick look and no count' }).waitFor();
  await page.getByText('7 of them are sealed votes, and these are right.').waitFor();
  await page.getByText('The result in the book is certified').waitFor();
  await press(page, 'Count again');
  await stands(page, 'Everything is right');
  assert.deepEqual(said, []);
  await context.close();
});

test('where a part of the page does not come, that is no lack of the browser: the next try goes on', async () => {
  const { open } = stage.elections;
  for (const part of ['/assets/worker.js', '/assets/pkg/plebiscite_web.js', '/assets/pkg/plebiscite_web_bg.wasm']) {
    const { context, page } = await visit(link(stage.origin, open, 14), async (asked) => (asked === part ? null : undefined));
    await stands(page, 'No connection');
    stage.lie = null;
    await press(page, 'Try again');
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    await context.close();
  }
});

test('the first page is under 100 kB before the module, and a whole journey under 410 kB', async () => {
  const { open } = stage.elections;
  const { context, page } = await visit(link(stage.origin, open, 15));
  await page.getByRole('button', { name: 'Begin' }).waitFor();
  const shown = stage.asked.map(({ path: asked }) => asked);
  await seal(page, 'Yes, I agree');
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  await page.locator('.qr svg').waitFor();
  await press(page, 'Clear this device');
  await stands(page, 'This device has forgotten your vote');
  const asked = stage.asked.filter(({ method }) => method === 'GET').map(({ path: one }) => one);
  const weighed = await weight(stage.server, asked);
  const module = (/** @type {string} */ one) => one.endsWith('.wasm');
  const first = weighed((one) => shown.includes(one) && (one.startsWith('/assets/') || one.endsWith('/v')) && !module(one));
  const all = weighed(() => true);
  console.log(`first page ${first} bytes, module ${weighed(module)}, whole journey ${all}`);
  assert.ok(first > 10_000 && first < 100_000, `${first} bytes`);
  assert.ok(weighed(module) > 50_000 && all < 410_000, `${all} bytes`);
  assert.ok(!asked.some((one) => one.includes('plebiscite_count')), 'a voter loads the verifier');
  await context.close();
});

test('while a vote is sealed the page answers: no task holds its thread for 50 ms', async () => {
  const { open } = stage.elections;
  const { context, page } = await visit(link(stage.origin, open, 16));
  await press(page, 'Begin');
  await page.getByLabel('Yes, I agree').check();
  const longest = await longestTask(browser, page, async () => {
    await press(page, 'Continue');
    await page.locator('.groups').waitFor();
  });
  await context.close();
  console.log(`longest task of the page while sealing: ${longest.toFixed(1)} ms`);
  assert.ok(longest < 50, `${longest} ms`);
});
