// What a server can try once the ballot paper was right: other answers, older books, ends that did not come, ways elsewhere.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';
import { control, device, launch, press, saved, stands } from '../stage/browser.js';
import { begin, link } from '../stage/server.js';

/** @typedef {import('../stage/server.js').Reply} Reply */

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

/** @param {{ id: string }} election @param {string} page */
const at = (election, page) => `${stage.origin}/e/${election.id.slice(0, 16)}/${page}`;
/** @param {number} status @param {string} code @returns {Reply} */
const problem = (status, code) => ({ status, headers: { 'content-type': 'application/problem+json' }, body: Buffer.from(JSON.stringify({ type: 'about:blank', title: 'no', status, code, detail: 'no' })) });

/**
 * @param {string} address
 * @param {import('../stage/server.js').Lie | null} [lie]
 */
async function visit(address, lie = null) {
  stage.lie = lie;
  stage.asked = [];
  const visitor = await device(browser);
  await visitor.page.goto(address);
  return visitor;
}

/** @param {import('playwright-core').Page} page */
async function seal(page) {
  await press(page, 'Begin');
  await page.getByLabel('Yes, I agree').check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
  return control(page);
}

/** Notes every answer that it passes on, and from `freeze` on gives the noted ones again: a true book, but an older one. */
function older() {
  /** @type {Map<string, Reply>} */
  const noted = new Map();
  let frozen = false;
  /** @type {import('../stage/server.js').Lie} */
  const lie = async (path, method, pass) => {
    if (method !== 'GET') return undefined;
    const before = noted.get(path);
    if (frozen && before) return before;
    const reply = await pass();
    if (!frozen) noted.set(path, reply);
    return reply;
  };
  return { lie, freeze: () => (frozen = true) };
}

test('a server that takes the vote and then shows the book from before is refused, and the vote is in the box by the same bytes', async () => {
  const book = older();
  const { context, page } = await visit(link(stage.origin, stage.elections.open, 0), book.lie);
  const sealed = await seal(page);
  book.freeze();
  await press(page, 'Put my vote in the box');
  await stands(page, 'The public book contradicts itself');
  await page.getByText('Your vote is perhaps not in the box yet.').waitFor();
  const held = JSON.parse((await saved(page, page.getByRole('button', { name: 'Save the evidence' }))).text);
  assert.equal(held.code, 'contradiction');
  stage.lie = null;
  await press(page, 'Send the same vote again');
  await stands(page, 'Your vote is in the box');
  assert.equal(await control(page), sealed);
  await context.close();
});

test('a receipt proves to any device that the server shows a book from before the vote', async () => {
  const { open } = stage.elections;
  const book = older();
  const early = await visit(at(open, 'check'), book.lie);
  await early.page.locator('#which', { hasText: open.fingerprint }).waitFor();
  for (const row of open.codes.keys()) await fetch(`${stage.origin}/api/v1/e/${open.id.slice(0, 16)}/roll/${row}`);
  const { context, page } = await visit(link(stage.origin, open, 1), null);
  const sealed = await seal(page);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  const roll = (await page.locator('[data-roll]').getAttribute('data-roll')) ?? '';
  const receipt = Buffer.from((await saved(page, page.getByRole('button', { name: 'Save receipt' }))).text);
  const look = async (/** @type {import('playwright-core').Page} */ second) => {
    await second.getByLabel('Roll number').fill(roll);
    await second.getByLabel('or the receipt').setInputFiles({ name: 'receipt.tlog-proof', mimeType: 'text/plain', buffer: receipt });
    await press(second, 'Check');
  };
  // The answers of before, the place under the roll number among them, as an honest server gave them then.
  book.freeze();
  stage.lie = book.lie;
  await look(early.page);
  await stands(early.page, 'The public book contradicts itself');
  stage.lie = null;
  const honest = await visit(at(open, 'check'));
  await look(honest.page);
  await stands(honest.page, 'Your vote stands in the public book');
  assert.equal(await control(honest.page), sealed);
  for (const visitor of [{ context }, early, honest]) await visitor.context.close();
});

test('a server that says voting has ended is not believed without the book\'s word', async () => {
  for (const code of ['closed', 'not-open', 'ballot-chain']) {
    const { context, page } = await visit(link(stage.origin, stage.elections.open, 2 + ['closed', 'not-open', 'ballot-chain'].indexOf(code)), async (path, method) => (method === 'POST' && path.endsWith('/ballots') ? problem(409, code) : undefined));
    const sealed = await seal(page);
    await press(page, 'Put my vote in the box');
    await stands(page, 'The server did not take it');
    await page.getByText('Your vote is perhaps not in the box yet.').waitFor();
    stage.lie = null;
    await press(page, 'Send the same vote again');
    await stands(page, 'Your vote is in the box');
    assert.equal(await control(page), sealed);
    await context.close();
  }
});

test('an answer about somebody else is not taken for one about the voter', async () => {
  const { open } = stage.elections;
  let asked = 0;
  const { context, page } = await visit(link(stage.origin, open, 5), async (path) => {
    if (!path.includes('/credential/')) return undefined;
    asked += 1;
    const told = await fetch(`${stage.origin}/api/v1/e/${open.id.slice(0, 16)}/roll/3`);
    return { status: told.status, headers: { 'content-type': told.headers.get('content-type') ?? '' }, body: Buffer.from(await told.arrayBuffer()) };
  });
  await press(page, 'Begin');
  await stands(page, 'The server gave a false answer about you');
  await page.getByText('No vote was sent from this page.').waitFor();
  assert.equal(asked, 1);
  await context.close();
});

test('the words of a counted result are those of the counted vote, or none', async () => {
  const { finished } = stage.elections;
  const honest = await visit(at(finished, 'audit'));
  await press(honest.page, 'Count again');
  await honest.page.locator('[data-contest]', { hasText: 'the construction of a nuclear power plant' }).waitFor();
  await honest.page.getByText('Yes, I agree: 3').waitFor();
  await honest.context.close();

  let counted = false;
  const { context, page } = await visit(at(finished, 'audit'), async (path, _, pass) => {
    if (path.endsWith('/setup')) counted = true;
    if (!counted || !path.includes('/tile/entries/')) return undefined;
    const reply = await pass();
    const words = reply.body.toString('latin1').replace('Yes, I agree', 'No, I refuse').replace('the construction of', 'the destruction  of');
    return { ...reply, body: Buffer.from(words, 'latin1') };
  });
  await press(page, 'Count again');
  await stands(page, 'Everything is right');
  await page.locator('[data-contest]').waitFor();
  const shown = await page.locator('main').innerText();
  assert.ok(counted && !shown.includes('destruction') && !shown.includes('refuse'), shown);
  await context.close();
});

test('a way to another server is not gone', async () => {
  let strangers = 0;
  const stranger = createServer((_, response) => {
    strangers += 1;
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('{}');
  });
  await new Promise((resolve) => stranger.listen(0, '127.0.0.1', () => resolve(undefined)));
  const elsewhere = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (stranger.address()).port}`;
  const { context, page } = await visit(link(stage.origin, stage.elections.open, 6), async (path) => (path.startsWith('/api/') ? { status: 307, headers: { location: `${elsewhere}${path}` }, body: Buffer.alloc(0) } : undefined));
  await stands(page, 'No connection');
  assert.equal(strangers, 0);
  stage.lie = null;
  await press(page, 'Try again');
  await seal(page);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  await context.close();
  stranger.closeAllConnections();
  await new Promise((resolve) => stranger.close(resolve));
});

test('a network that answers everything with a page of its own is told from the server', async () => {
  const { context, page } = await visit(link(stage.origin, stage.elections.open, 7), async (path) => (path.startsWith('/api/') || path.includes('/tile/') || path.endsWith('/checkpoint') ? { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<!doctype html><title>Log in to the wireless network</title>') } : undefined));
  await stands(page, 'The server gave an answer that makes no sense');
  await page.getByText('No vote was sent from this page.').waitFor();
  stage.lie = null;
  await press(page, 'Try again');
  await seal(page);
  await context.close();
});
