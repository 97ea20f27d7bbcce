// A voter's whole way in a real browser, with the real server and the real cryptography; and what a lying server gets for it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { PHONE, control, device, launch, press, saved, stands } from '../stage/browser.js';
import { begin, link } from '../stage/server.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof begin>>} */
let stage;
const QUESTION = 'Do you agree with the construction of a nuclear power plant in Kazakhstan?';

before(async () => {
  [browser, stage] = [await launch(), await begin()];
});
after(async () => {
  await browser?.close();
  await stage?.end();
});

/** @param {{ id: string }} election @param {string} page */
const at = (election, page) => `${stage.origin}/e/${election.id.slice(0, 16)}/${page}`;

/**
 * A visitor of one's own, before a front that says a lie, or the truth.
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

/**
 * From the start page to the sealed vote.
 * @param {import('playwright-core').Page} page
 * @param {string} answer
 * @param {string} [title] of the screen that follows the start page, if it is not the question
 */
async function seal(page, answer, title) {
  await press(page, 'Begin');
  if (title) {
    await stands(page, title);
    await press(page, 'Replace my vote');
  }
  await stands(page, QUESTION);
  await page.getByLabel(answer).check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
  return control(page);
}

test('a vote reaches the public book, is checked there, and is then replaced', async () => {
  const { open } = stage.elections;
  const { context, page, said, requests } = await visit(link(stage.origin, open, 0));
  const sealed = await seal(page, 'Yes, I agree');
  const before = requests.length;
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  assert.equal(await control(page), sealed);
  const roll = (await page.locator('[data-roll]').getAttribute('data-roll')) ?? '';
  const receipt = await saved(page, page.getByRole('button', { name: 'Save receipt' }));
  assert.match(receipt.text, /^c2sp\.org\/tlog-proof@v1/u);
  assert.ok(requests.length > before);
  await press(page, 'Clear this device');
  await stands(page, 'This device has forgotten your vote');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, document.documentElement.outerHTML]));
  const code = /** @type {string} */ (open.codes[0]?.[0]);
  for (const secret of [code, code.replaceAll('-', ''), 'Yes, I agree']) assert.ok(!kept.includes(secret), 'something of the vote stays in the page');
  assert.deepEqual(said, []);
  await context.close();

  const second = await visit(at(open, 'check'));
  await second.page.getByLabel('Roll number').fill(roll);
  await second.page.getByLabel('Control code').fill(sealed);
  await press(second.page, 'Check');
  await stands(second.page, 'Your vote stands in the public book');
  await second.context.close();

  const again = await visit(link(stage.origin, open, 0));
  const replaced = await seal(again.page, 'No, I disagree', 'Your vote is in the box already');
  assert.notEqual(replaced, sealed);
  await press(again.page, 'Put my vote in the box');
  await stands(again.page, 'Your new vote is in the box');
  await again.context.close();

  const third = await visit(at(open, 'check'));
  await third.page.getByLabel('Roll number').fill(roll);
  await third.page.getByLabel('or the receipt').setInputFiles({ name: 'receipt.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from(receipt.text) });
  await press(third.page, 'Check');
  await stands(third.page, 'This vote was replaced by a later one');
  await third.context.close();
});

test('no request leaves for another origin, and none carries a code or a choice', async () => {
  const { two } = stage.elections;
  const { context, page, requests } = await visit(link(stage.origin, two, 1));
  await seal(page, 'No, I disagree');
  const beforeCasting = requests.filter(({ method }) => method === 'POST').length;
  assert.equal(beforeCasting, 0);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  assert.ok(requests.every(({ url }) => new URL(url).origin === stage.origin || url.startsWith('blob:') || url.startsWith('data:')), JSON.stringify(requests));
  const asked = JSON.stringify([requests, stage.asked, stage.log()]).toUpperCase();
  for (const code of two.codes[1] ?? []) {
    for (const part of [code, code.replaceAll('-', ''), ...code.split('-').slice(0, 3).map((group) => `${group}-`)]) assert.ok(!asked.includes(part), `a request or a line of the log has ${part}`);
  }
  for (const word of ['DISAGREE', '"NO"', 'OPTION']) assert.ok(!asked.includes(word), word);
  assert.ok(stage.asked.some(({ method }) => method === 'POST'));
  await context.close();
});

test('from the question to the box nothing leaves the browser', async () => {
  const { context, page, requests } = await visit(link(stage.origin, stage.elections.open, 2));
  await press(page, 'Begin');
  await stands(page, QUESTION);
  const asked = [requests.length, stage.asked.length];
  await page.getByLabel('Blank vote').check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
  await press(page, 'Change');
  await page.getByLabel('Yes, I agree').check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
  assert.deepEqual([requests.length, stage.asked.length], asked);
  await context.close();
});

test('two registrars: the second code is asked for, in either order', async () => {
  const { two } = stage.elections;
  const [first, second] = /** @type {[string, string]} */ (two.codes[3]);
  const { context, page } = await visit(`${at(two, 'v')}#c=${second}&e=${two.id}`);
  await press(page, 'Begin');
  await stands(page, 'Your second code');
  await page.getByLabel('Code from the other letter').fill(second);
  await press(page, 'Continue');
  await page.locator('[data-code="code-same-twice"]').waitFor();
  await page.getByLabel('Code from the other letter').fill(first.toLowerCase().replaceAll('-', ''));
  await press(page, 'Continue');
  await stands(page, QUESTION);
  await context.close();
});

test('a second device sees what a tested vote holds, and the tested vote is never cast', async () => {
  const { open } = stage.elections;
  const { context, page } = await visit(link(stage.origin, open, 4));
  const tested = await seal(page, 'Yes, I agree');
  await press(page, 'First test whether this device seals truly');
  assert.equal(await control(page), tested);
  const roll = /\d+/u.exec((await page.getByText('This device says that it is').textContent()) ?? '')?.[0] ?? '';
  await press(page, 'I have the control code: open the vote');
  const opening = await page.locator('#opening').inputValue();

  const second = await visit(at(open, 'check'), null, { viewport: PHONE });
  const look = async (/** @type {string} */ shown) => {
    await press(second.page, 'What is in the vote that I tested?');
    await second.page.getByLabel('Roll number').fill(roll);
    await second.page.getByLabel('Control code').fill(shown);
    await second.page.getByLabel('Text of the opened vote').fill(opening);
    await press(second.page, 'Check');
  };
  await look(tested);
  await stands(second.page, 'Is this what you chose on the tested device?');
  assert.equal(await second.page.locator('.chosen').innerText(), 'Yes, I agree');
  await press(second.page, 'Check another one');
  await look(`00000${tested.slice(5)}`);
  await stands(second.page, 'The test failed');
  await second.context.close();

  await press(page, 'Seal my vote again');
  await page.locator('.groups').waitFor();
  const anew = await control(page);
  assert.notEqual(anew, tested);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  assert.equal(await control(page), anew);
  await context.close();
});

test('a mistyped code is found on the device, a code of another vote is not known, and the fingerprint is told apart', async () => {
  const { open, other } = stage.elections;
  const { context, page } = await visit(at(open, 'v'));
  await press(page, 'Begin');
  await stands(page, 'Is this the number on your letter?');
  assert.equal(await control(page), open.fingerprint);
  await press(page, 'Yes, it is the same');
  const right = /** @type {string} */ (open.codes[5]?.[0]);
  const wrong = right.replace(/.$/u, (last) => (last === '7' ? '8' : '7'));
  const asked = stage.asked.length;
  for (const [typed, code] of /** @type {[string, string][]} */ ([[open.fingerprint, 'code-is-fingerprint'], [wrong, 'code-checksum']])) {
    await page.getByLabel('Code from your letter').fill(typed);
    await press(page, 'Continue');
    await page.locator(`#mistake[data-code="${code}"]`).waitFor();
  }
  assert.equal(stage.asked.length, asked);
  await page.getByLabel('Code from your letter').fill(other.codes[9]?.[0] ?? '');
  await press(page, 'Continue');
  await page.locator('#mistake[data-code="code-unknown"]').waitFor();
  await page.getByLabel('Code from your letter').fill(right);
  await press(page, 'Continue');
  await stands(page, QUESTION);
  await context.close();
});

test('after voting has ended the page says so and takes nothing', async () => {
  const { context, page } = await visit(link(stage.origin, stage.elections.closed, 0));
  await page.getByText('Voting has ended.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Begin' }).count(), 0);
  await context.close();
});

test('a connection that breaks after the server took the vote costs nothing', async () => {
  const { context, page } = await visit(link(stage.origin, stage.elections.open, 6), async (path, method, pass) => {
    if (method !== 'POST' || !path.endsWith('/ballots')) return undefined;
    await pass();
    return null;
  });
  const sealed = await seal(page, 'Blank vote');
  await press(page, 'Put my vote in the box');
  await stands(page, 'No connection');
  await page.getByText('Your vote is perhaps not in the box yet.').waitFor();
  stage.lie = null;
  await press(page, 'Send the same vote again');
  await stands(page, 'Your vote is in the box');
  assert.equal(await control(page), sealed);
  await context.close();
});

/** @param {import('playwright-core').Page} page @param {string} code */
async function evidence(page, code) {
  const file = await saved(page, page.getByRole('button', { name: 'Save the evidence' }));
  const held = JSON.parse(file.text);
  assert.equal(held.code, code);
  assert.ok(Array.isArray(held.evidence.exchanges) && held.evidence.exchanges.length > 0);
  for (const election of Object.values(stage.elections)) {
    for (const secret of election.codes.flat()) assert.ok(!file.text.includes(secret) && !file.text.includes(secret.replaceAll('-', '')));
  }
}

test('a server that shows another question is refused, with evidence', async () => {
  const { open, other } = stage.elections;
  const { context, page } = await visit(link(stage.origin, open, 7), async (path) => {
    const from = `/e/${open.id.slice(0, 16)}/`;
    if (!path.includes(from) || path.endsWith('/v')) return undefined;
    const told = await fetch(`${stage.origin}${path.replace(from, `/e/${other.id.slice(0, 16)}/`)}`);
    return { status: told.status, headers: { 'content-type': told.headers.get('content-type') ?? '' }, body: Buffer.from(await told.arrayBuffer()) };
  });
  await stands(page, 'This is not the official ballot paper');
  assert.ok(!(await page.locator('body').innerText()).includes('halting'));
  await evidence(page, 'other-election');
  await context.close();
});

test('a server that changes the question in the book is refused, with evidence', async () => {
  const { context, page } = await visit(link(stage.origin, stage.elections.open, 7), async (path, _, pass) => {
    if (!path.includes('/tile/entries/')) return undefined;
    const reply = await pass();
    const body = Buffer.from(reply.body.toString('latin1').replace('the construction of', 'the destruction  of'), 'latin1');
    return { ...reply, body };
  });
  await stands(page, 'The public book contradicts itself');
  await evidence(page, 'false-log');
  await context.close();
});

test('a server that slips in another key is refused, with evidence', async () => {
  const { open } = stage.elections;
  const forged = join(stage.folder, 'other-key');
  const { context, page } = await visit(link(stage.origin, open, 7), async (path) => {
    const file = path.startsWith(`/e/${open.id.slice(0, 16)}/`) && /\/(checkpoint|tile\/[\w./]+)$/u.exec(path)?.[1];
    return file ? { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: readFileSync(join(forged, file)) } : undefined;
  });
  await stands(page, 'This is not the official ballot paper');
  await evidence(page, 'false-setup');
  await context.close();
});

test('a receipt for another ballot is not "in the box": the page refuses it with evidence, and sends the same vote again', async () => {
  const { open } = stage.elections;
  /** @type {import('../stage/server.js').Reply | undefined} */
  let earlier;
  const first = await visit(link(stage.origin, open, 8), async (path, method, pass) => {
    if (method === 'POST' && path.endsWith('/ballots')) return (earlier = await pass());
    return undefined;
  });
  await seal(first.page, 'Yes, I agree');
  await press(first.page, 'Put my vote in the box');
  await stands(first.page, 'Your vote is in the box');
  await first.context.close();

  const { context, page } = await visit(link(stage.origin, open, 9), async (path, method) => (method === 'POST' && path.endsWith('/ballots') ? earlier : undefined));
  const sealed = await seal(page, 'No, I disagree');
  await press(page, 'Put my vote in the box');
  await stands(page, 'The server did not prove that your vote is in the box');
  await evidence(page, 'false-receipt');
  stage.lie = null;
  await press(page, 'Send the same vote again');
  await stands(page, 'Your vote is in the box');
  assert.equal(await control(page), sealed);
  await context.close();
});

test('a whole vote is counted again in the browser', async () => {
  const { context, page } = await visit(at(stage.elections.finished, 'audit'));
  await press(page, 'Count again');
  await stands(page, 'Everything is right');
  await page.getByText('7 sealed votes in the book, of which 6 count').waitFor();
  const report = JSON.parse((await saved(page, page.getByRole('button', { name: 'Save the report' }))).text);
  assert.deepEqual([report.outcome, report.election], ['passed', stage.elections.finished.id]);
  await context.close();

  const lied = await visit(at(stage.elections.finished, 'audit'), async (path, _, pass) => {
    if (!path.includes('/tile/entries/')) return undefined;
    const reply = await pass();
    const body = Buffer.from(reply.body);
    body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
    return { ...reply, body };
  });
  await press(lied.page, 'Count again');
  await stands(lied.page, 'The book is NOT right.');
  await lied.context.close();
});

test('the rendered pages need no script and fit a narrow phone, at twice the text size too', async () => {
  for (const viewport of [PHONE, { width: 180, height: 370 }]) {
    const { context, page } = await visit(at(stage.elections.finished, ''), null, { viewport, script: false });
    for (const language of ['kk', 'ru', 'en']) {
      for (const name of ['', 'result', 'board']) {
        await page.goto(`${at(stage.elections.finished, name)}?lang=${language}`);
        const [inner, scroll] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
        assert.ok((scroll ?? 0) <= (inner ?? 0), `${language} ${viewport.width} ${name}: ${scroll} > ${inner}`);
      }
    }
    await context.close();
  }
});
