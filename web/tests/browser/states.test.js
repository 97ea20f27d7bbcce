// The screens alone again: before, beside and after a vote. Practice, the tried code, the way of a test through a second phone's
// camera, who did not vote, a quick look; and axe on every one of these in light and dark.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { clean } from '../stage/axe.js';
import { DESKTOP, PHONE, device, launch, press, saved, stands } from '../stage/browser.js';
import { CODE, CONFIRMED, CONTROL, FINGERPRINT, OPENED, SECOND_CONTROL, VOTER, well } from '../stage/answers.js';
import { ID, serve, visit as scripted } from '../stage/static.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
const page_ = (/** @type {string} */ name) => `${site.origin}/e/${ID.slice(0, 16)}/${name}`;
const linked = () => `${page_('v')}#c=${CODE}&e=${ID}`;
const COMING = { ...OPENED, phase: 'announced', opens: '2099-01-01T00:00:00Z', observers: null };
const OPENING = '00ff'.repeat(30);

before(async () => {
  browser = await launch();
  site = await serve();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** @param {string} address @param {import('../stage/static.js').Script} script @param {Parameters<typeof device>[1]} [wish] */
const visit = (address, script, wish) => scripted(browser, site, address, script, wish);

test('a link opened before voting begins shows the ballot paper\'s times, counts down, and goes on once voting has opened', async () => {
  const { context, page } = await device(browser);
  site.script = { ...well(), open: [{ value: { ...COMING, opens: new Date(Date.now() + 3 * 86_400_000).toISOString() } }, { value: COMING }, { value: OPENED }] };
  await page.clock.install();
  await page.goto(linked());
  await page.getByText('Voting opens on').waitFor();
  await page.locator('#state', { hasText: 'in 3 days' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Begin' }).count(), 0);
  await page.clock.fastForward(86_400_000);
  await page.locator('#state', { hasText: 'in 2 days' }).waitFor();
  await press(page, 'Look again');
  await page.locator('#state', { hasText: '2099' }).waitFor();
  await press(page, 'Look again');
  await press(page, 'Begin');
  await stands(page, 'Shall a bridge be built?');
  await context.close();
});

test('an opening that is late is said to be, and is looked for by the page itself', async () => {
  const { context, page } = await device(browser);
  const due = { ...COMING, opens: '2020-01-01T00:00:00Z' };
  site.script = { ...well(), open: [{ value: due }, { error: { code: 'network', message: '' } }, { value: OPENED }] };
  await page.clock.install();
  await page.goto(linked());
  await page.getByText('The officials have not opened it yet.').waitFor();
  // The first look fails by itself and leaves what is there; the next one finds the vote open.
  for (let passed = 0; passed < 40 && (await page.getByRole('button', { name: 'Begin' }).count()) === 0; passed += 1) {
    await page.clock.fastForward(15_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(await page.locator('.failure').count(), 0);
  }
  await press(page, 'Begin');
  await stands(page, 'Shall a bridge be built?');
  await context.close();
});

test('a practice vote goes nowhere, leaves nothing, and the true one begins after it', async () => {
  const { context, page, requests } = await visit(linked(), well());
  await press(page, 'Practise first: nothing is sent');
  await page.locator('#practice', { hasText: 'Nothing is sealed or sent' }).waitFor();
  await press(page, 'Continue');
  await page.getByText('Choose one of the answers.').waitFor();
  await page.getByLabel('Winter').check();
  await press(page, 'Continue');
  await page.getByText('Your vote is not in the box yet.').waitFor();
  await page.locator('.groups[data-code^=PRACT]').waitFor();
  assert.equal(await page.getByRole('button', { name: 'First test' }).count(), 0);
  const before = requests.length;
  await press(page, 'Put my vote in the box');
  await stands(page, 'That was the practice vote');
  assert.equal(requests.length, before);
  await press(page, 'Back to the true vote');
  assert.equal(await page.locator('#practice').count(), 0);
  await press(page, 'Begin');
  await stands(page, 'Shall a bridge be built?');
  assert.equal(await page.locator('input:checked').count(), 0);
  await context.close();
});

test('the back button leads out of practice, and a new link in the same tab ends it', async () => {
  const { context, page } = await visit(linked(), well());
  await press(page, 'Practise first: nothing is sent');
  await page.getByLabel('Winter').check();
  await page.goBack();
  await stands(page, 'A question');
  assert.equal(await page.locator('#practice').count(), 0);
  await press(page, 'Practise first: nothing is sent');
  await page.evaluate((address) => void (location.href = address), linked());
  await stands(page, 'A question');
  await press(page, 'Begin');
  await stands(page, 'Shall a bridge be built?');
  await context.close();
});

test('a code is tried without voting, and the vote can follow', async () => {
  const region = { id: 'a', name: { kk: 'А өңірі', ru: 'Регион А', en: 'Region A' } };
  const { context, page } = await visit(linked(), { ...well(), enter: [{ value: { ...VOTER, region } }] });
  await press(page, 'Check that my code works');
  await stands(page, 'Your code works');
  await page.getByText('No vote has been put in the box with it.').waitFor();
  await page.getByText('Region A').waitFor();
  assert.equal(await page.locator('[data-roll]').innerText(), '17');
  await press(page, 'Vote now');
  await stands(page, 'Shall a bridge be built?');
  // Back to the start and "Begin": to the question, not to the tried code.
  await page.goBack();
  await stands(page, 'Your code works');
  await page.goBack();
  await press(page, 'Begin');
  await stands(page, 'Shall a bridge be built?');
  await context.close();
  const voted = await visit(linked(), { ...well(), enter: [{ value: { ...VOTER, voted_before: true, sequence: 1 } }] });
  await press(voted.page, 'Check that my code works');
  await voted.page.getByText('A vote is in the box with it already.').waitFor();
  await press(voted.page, 'Vote now');
  await stands(voted.page, 'Your vote is in the box already');
  await voted.context.close();
});

test('a code that was only tried is forgotten as a code: nobody is told of a vote', async () => {
  const { context, page } = await visit(linked(), well());
  await press(page, 'Check that my code works');
  await press(page, 'Clear this device');
  await stands(page, 'This device has forgotten your code');
  await page.getByText('No vote was put in the box from here.').waitFor();
  await context.close();
  const voted = await visit(linked(), { ...well(), enter: [{ value: { ...VOTER, voted_before: true, sequence: 1 } }] });
  await press(voted.page, 'Begin');
  await press(voted.page, 'Leave it as it is');
  await stands(voted.page, 'This device has forgotten your vote');
  await voted.context.close();
});

test('"Copied" is said only where the browser has copied', async () => {
  for (const [allowed, told] of /** @type {[boolean, string][]} */ ([[true, 'Copied.'], [false, 'Your browser did not copy it.']])) {
    const { context, page } = await device(browser);
    await page.addInitScript((allowed) => {
      const clipboard = { written: '', writeText: async (/** @type {string} */ text) => {
        if (!allowed) throw new DOMException('no', 'NotAllowedError');
        clipboard.written = text;
      } };
      Object.defineProperty(navigator, 'clipboard', { value: clipboard });
    }, allowed);
    site.script = well();
    await page.goto(linked());
    await press(page, 'Begin');
    await page.getByLabel('Yes').check();
    await press(page, 'Continue');
    await press(page, 'Put my vote in the box');
    await press(page, 'Copy control code');
    await page.locator('#copied', { hasText: told }).waitFor();
    assert.equal(await page.evaluate(() => /** @type {any} */ (navigator.clipboard).written), allowed ? CONTROL : '');
    await context.close();
  }
});

test('the QR codes of a test lead a second phone through it: first the control code, then the opening', async () => {
  const { context, page } = await visit(page_(`check#t=${CONTROL}&e=${ID}`), well());
  await stands(page, 'Check a vote');
  await page.getByText('This device has noted the control code').waitFor();
  await page.locator(`[data-code="${CONTROL}"]`).waitFor();
  assert.equal(new URL(page.url()).hash, '');
  await page.getByLabel('Roll number').fill('17');
  // A camera opens the second code in another tab of the same device. It lies: what counts is what was noted first.
  const second = await context.newPage();
  await second.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    /** @type {any} */ (globalThis).sent = [];
    Worker.prototype.postMessage = function (message, ...rest) {
      /** @type {any} */ (globalThis).sent.push(message);
      return post.call(this, message, .../** @type {[any]} */ (rest));
    };
  });
  await second.goto(page_(`check#t=${SECOND_CONTROL}&o=${OPENING}&e=${ID}`));
  await second.locator(`[data-code="${CONTROL}"]`).waitFor();
  assert.equal(await second.getByLabel('Roll number').inputValue(), '17');
  await press(second, 'Check');
  await stands(second, 'Is this what you chose on the tested device?');
  const sent = await second.evaluate(() => /** @type {any} */ (globalThis).sent.filter((/** @type {any} */ one) => one.call === 'check_test'));
  assert.deepEqual([sent[0].args.control_code, sent[0].args.roll_number, sent[0].args.opening], [CONTROL, 17, OPENING]);
  await second.locator(`[data-code="${CONTROL}"]`).waitFor();
  await context.close();
});

test('without a noted control code the voter compares it by eye, and a different one fails the test', async () => {
  const { context, page } = await visit(page_(`check#t=${CONTROL}&o=${OPENING}&e=${ID}`), well());
  await stands(page, 'Is this the control code that you noted first?');
  await page.locator(`[data-code="${CONTROL}"]`).waitFor();
  await press(page, 'No, it is different');
  await stands(page, 'The test failed');
  await context.close();
  const same = await visit(page_(`check#t=${CONTROL}&o=${OPENING}&e=${ID}`), well());
  await press(same.page, 'Yes, it is the same');
  await same.page.getByLabel('Roll number').fill('17');
  await press(same.page, 'Check');
  await stands(same.page, 'Is this what you chose on the tested device?');
  await same.context.close();
});

test('a book that is older than a receipt is behind at a mirror, and at the server that takes votes a false one or a false receipt', async () => {
  for (const [code, mirror, heading] of /** @type {[string, boolean, string][]} */ ([
    ['behind', true, 'The book on this page is older than your receipt'],
    ['behind-unsigned', true, 'The book on this page is older than your receipt'],
    ['behind', false, 'The public book contradicts itself'],
    ['behind-unsigned', false, 'The server did not prove that your vote is in the box'],
  ])) {
    const { context, page } = await visit(page_('check'), { ...well(), check: [{ error: { code, message: '' } }] });
    if (mirror) await page.route(page_('v'), (route) => route.fulfill({ status: 404 }));
    await page.getByLabel('Roll number').fill('17');
    await page.getByLabel('or the receipt').setInputFiles({ name: 'receipt.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from('a receipt') });
    await press(page, 'Check');
    await stands(page, heading);
    await context.close();
  }
});

test('who did not vote sees that nobody else did, or that somebody has', async () => {
  const none = { value: { state: 'none', control_code: null, sequence: 0, entry: null, phase: 'open' } };
  const some = { value: { state: 'stands', control_code: CONTROL, sequence: 1, entry: 41, phase: 'open' } };
  const { context, page } = await visit(page_('check'), { ...well(), check: [none, some] });
  await press(page, 'I did not vote');
  await press(page, 'Check');
  await page.locator('.mistake', { hasText: 'Enter the roll number: digits only, as on your letter.' }).waitFor();
  await page.getByLabel('Roll number').fill('12a');
  await press(page, 'Check');
  await page.locator('.mistake', { hasText: 'Enter the roll number: digits only, as on your letter.' }).waitFor();
  await page.getByLabel('Roll number').fill('17');
  await press(page, 'Check');
  await stands(page, 'No vote is registered under this roll number');
  assert.equal(await page.locator('.tell').count(), 0);
  await press(page, 'Check another one');
  await press(page, 'Check');
  await stands(page, 'A vote is registered under this roll number');
  await page.getByText('somebody has used your code').waitFor();
  await page.locator('.tell').waitFor();
  await context.close();
});

test('a quick look says first that it is one, and a wrong vote is wrong', async () => {
  const looked = { size: 120_000, drawn: 50, right: 49, wrong: [], phase: 'closed', result: 119_990, certified: true, observers: CONFIRMED, paper: OPENED };
  const bad = { ...looked, right: 48, wrong: [{ entry: 77, reason: 'the signature of roll number 3 does not hold' }] };
  const { context, page } = await visit(page_('audit'), { ...well(), quick: [{ progress: [{ entries: 10, of: 50 }], value: looked }, { value: bad }, { wait: 60_000, value: looked }] });
  await press(page, 'Quick look');
  await stands(page, 'Nothing wrong was found.');
  assert.match(await page.locator('[data-quick=right]').innerText(), /^This was a quick look and no count/u);
  await page.getByText('The result in the book is certified').waitFor();
  await page.goto(page_('audit'));
  site.script = { ...well(), quick: [{ value: bad }, { wait: 60_000, value: looked }] };
  await page.reload();
  await press(page, 'Quick look');
  await stands(page, 'The book is NOT right.');
  await page.getByText('the signature of roll number 3 does not hold (entry 77)').waitFor();
  await page.goto(page_('audit'));
  site.script = { ...well(), quick: [{ wait: 60_000, value: looked }] };
  await page.reload();
  await press(page, 'Quick look');
  await press(page, 'Stop');
  await page.getByText('Stopped. Nothing was found out.').waitFor();
  await context.close();
});

test('a connection that is lost at any step costs nothing but another try', async () => {
  const lost = { error: { code: 'network', message: 'no answer' } };
  const script = { ...well(), open: [lost, { value: OPENED }], enter: [lost, { value: VOTER }], cast: [lost, ...(well()['cast'] ?? [])] };
  const { context, page } = await visit(linked(), script);
  await stands(page, 'No connection');
  await page.getByText('No vote was sent from this page.').waitFor();
  await press(page, 'Try again');
  await press(page, 'Begin');
  await stands(page, 'No connection');
  await page.getByText('No vote was sent from this page.').waitFor();
  await press(page, 'Try again');
  await stands(page, 'Shall a bridge be built?');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await page.getByText('Your vote is perhaps not in the box yet.').waitFor();
  await press(page, 'Send the same vote again');
  await stands(page, 'Your vote is in the box');
  await context.close();
  for (const [name, call, button] of /** @type {[string, string, string][]} */ ([['check', 'check', 'Check'], ['audit', 'audit', 'Count again'], ['audit', 'quick', 'Quick look']])) {
    const answers = call === 'quick' ? [{ value: { size: 9, drawn: 1, right: 1, wrong: [], phase: 'open', result: null, certified: false, observers: null, paper: OPENED } }] : well()[call] ?? [];
    const visitor = await visit(page_(name), { ...well(), [call]: [lost, ...answers] });
    if (name === 'check') {
      await visitor.page.getByLabel('Roll number').fill('17');
      await visitor.page.getByLabel('Control code').fill(CONTROL);
    }
    await press(visitor.page, button);
    await stands(visitor.page, 'No connection');
    // A count begins with new workers, which read their answers from the start.
    site.script = { ...well(), [call]: answers };
    await press(visitor.page, 'Try again');
    if (name === 'check') await press(visitor.page, 'Check');
    await visitor.page.locator('.verdict, [data-state=stands]').waitFor();
    await visitor.context.close();
  }
});

test('a worker that dies while the vote is on its way leaves no false word about it', async () => {
  const died = { error: { code: 'worker-failed', message: 'out of memory' } };
  const { context, page } = await visit(linked(), { ...well(), cast: [died] });
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await page.getByText('This page cannot tell whether your vote is in the box.').waitFor();
  await press(page, 'Begin again');
  await stands(page, 'A question');
  await context.close();
});

test('who was too late is told so, and that the vote is not in the box', async () => {
  const late = { error: { code: 'ended-unsent', message: 'a close stands in the log' } };
  const { context, page } = await visit(linked(), { ...well(), cast: [late] });
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await stands(page, 'Voting ended before your vote was in the box');
  await page.getByText('No vote was sent from this page.').waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('button', { name: 'Send the same vote again' }).count(), 0);
  await page.getByRole('button', { name: 'Save the evidence' }).waitFor();
  await context.close();
});

test('a page that is left open and a reload: what was sealed is asked about, and the code is asked for again', async () => {
  const { context, page } = await visit(linked(), well());
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await page.reload();
  await stands(page, 'A question');
  await press(page, 'Begin');
  await stands(page, 'Is this the number on your letter?');
  await page.locator(`[data-code="${FINGERPRINT}"]`).waitFor();
  await press(page, 'Yes, it is the same');
  await page.getByLabel('Code from your letter').fill(CODE);
  await press(page, 'Continue');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
  // A sealed vote that is not in the box is not left by mistake.
  const asked = new Promise((resolve) => page.once('dialog', async (dialog) => {
    resolve(dialog.type());
    await dialog.dismiss();
  }));
  await page.evaluate(() => void setTimeout(() => location.reload()));
  assert.equal(await asked, 'beforeunload');
  await stands(page, 'Check your answer');
  await context.close();
});

test('on paper there is what is needed to check, and nothing else', async () => {
  const code = { size: 21, rows: Array.from({ length: 21 }, (_, y) => (y % 2 ? [[0, 7]] : [[3, 4]])) };
  const { context, page } = await visit(linked(), { ...well(), qr: [{ value: code }] });
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await page.locator('.qr svg').waitFor();
  await page.emulateMedia({ media: 'print' });
  for (const there of ['.groups', '[data-roll]', '.qr svg']) assert.ok(await page.locator(there).isVisible(), there);
  for (const gone of ['header .languages', 'main button', 'footer']) assert.ok(!(await page.locator(gone).first().isVisible()), gone);
  await context.close();
});

/** What each screen here is reached by. @type {Record<string, { at: string, script?: object, go?: (page: import('playwright-core').Page) => Promise<void> }>} */
const SCREENS = {
  coming: { at: 'v', script: { open: [{ value: COMING }] } },
  cancelled: { at: 'v', script: { open: [{ value: { ...OPENED, phase: 'cancelled' } }] } },
  closed: { at: 'v', script: { open: [{ value: { ...OPENED, phase: 'closed' } }] } },
  practice: { at: 'v', go: (page) => page.locator('.before button').first().click() },
  'code works': { at: 'v', go: (page) => page.locator('.before button').nth(1).click() },
  noted: { at: `check#t=${CONTROL}&e=${ID}` },
  compare: { at: `check#t=${CONTROL}&o=${OPENING}&e=${ID}`, go: (page) => page.locator('.groups').waitFor() },
  absent: { at: 'check', go: (page) => page.locator('.tabs button').nth(1).click() },
  quick: { at: 'audit', go: async (page) => {
    await page.locator('main button').nth(1).click();
    await page.locator('[data-quick]').waitFor();
  } },
};
for (const [name, wish] of Object.entries({ 'kk, phone, dark': { language: 'kk', viewport: PHONE, dark: true }, 'ru, desktop, light': { language: 'ru', viewport: DESKTOP }, 'en, twice the text, light': { language: 'en', viewport: { width: 180, height: 370 } } })) {
  test(`axe finds nothing on the screens beside a vote, and none is too wide: ${name}`, async () => {
    const quick = [{ value: { size: 9, drawn: 1, right: 1, wrong: [], phase: 'open', result: null, certified: false, observers: CONFIRMED, paper: OPENED } }];
    for (const [screen, { at, script, go }] of Object.entries(SCREENS)) {
      const { context, page } = await visit(at === 'v' ? linked() : page_(at), /** @type {any} */ ({ ...well(), quick, ...script }), wish);
      await page.locator('main h1').waitFor();
      await page.locator('#state, .tabs, .groups, main button').first().waitFor();
      await go?.(page);
      await clean(page, screen);
      await context.close();
    }
  });
}

test('a setup record is saved for a roll number, and the checker is offered as one file', async () => {
  const { context, page } = await visit(page_('check#t='), { ...well(), record: [{ value: { election: ID, roll_number: 17 } }] });
  await press(page, 'What is in the vote that I tested?');
  await page.getByText('Check without any server').click();
  assert.equal(await page.getByRole('link', { name: 'Save the checker as one file' }).getAttribute('href'), '/assets/pkg/checker.html');
  await page.getByLabel('Roll number').fill('17');
  const file = await saved(page, page.getByRole('button', { name: 'Save the setup record for this roll number' }));
  assert.deepEqual([file.name, JSON.parse(file.text).roll_number], ['setup-record-17.json', 17]);
  await context.close();
});
