// Where ordinary people stumble: shared devices, wrong clocks, the back button in a test, slow servers, other languages.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { PHONE, device, launch, press, stands } from '../stage/browser.js';
import { CODE, CONTROL, OPENED, RECEIPT, REPORT, SECOND_CONTROL, STEPS, VOTER, well } from '../stage/answers.js';
import { ID, serve, visit as scripted } from '../stage/static.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
const page_ = (/** @type {string} */ name) => `${site.origin}/e/${ID.slice(0, 16)}/${name}`;
const linked = () => `${page_('v')}#c=${CODE}&e=${ID}`;

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
/** @param {import('playwright-core').Page} page */
async function sealed(page) {
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await page.locator('.groups').waitFor();
}
/** What has the focus. @param {import('playwright-core').Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.textContent);
/** Opens a link in the tab that is open, as a click in a message does. @param {import('playwright-core').Page} page */
const openHere = (page) => page.evaluate((address) => void (location.href = address), linked());

test('the next voter at the same device is not shown the last one\'s vote as hers', async () => {
  const { context, page } = await visit(linked(), well());
  await sealed(page);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  await openHere(page);
  await stands(page, 'A question');
  assert.equal(await page.locator(`[data-code="${CONTROL}"]`).count(), 0);
  assert.equal(page.url(), page_('v'));
  await sealed(page);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  await context.close();
});

test('a vote that is on its way is not given up for another link', async () => {
  const lost = { progress: [STEPS[0]], error: { code: 'network', message: 'no answer' } };
  const { context, page } = await visit(linked(), { ...well(), cast: [lost, { progress: STEPS.slice(1), value: RECEIPT }] });
  await sealed(page);
  await press(page, 'Put my vote in the box');
  await stands(page, 'No connection');
  await openHere(page);
  await page.getByText('Your vote is perhaps not in the box yet.').waitFor();
  assert.equal(page.url(), page_('v'));
  await press(page, 'Send the same vote again');
  await stands(page, 'Your vote is in the box');
  await context.close();
});

test('back out of an opened test and into another one: it opens the vote that is sealed now', async () => {
  const openings = [{ value: { control_code: CONTROL, opening: '00ff' } }, { value: { control_code: SECOND_CONTROL, opening: '11ee' } }];
  const { context, page } = await visit(linked(), { ...well(), test: openings });
  await sealed(page);
  await press(page, 'First test whether this device seals truly');
  await press(page, 'I have the control code: open the vote');
  await page.locator('#opening').waitFor();
  await page.goBack();
  await page.locator(`[data-code="${SECOND_CONTROL}"]`).waitFor();
  await press(page, 'First test whether this device seals truly');
  await page.locator(`[data-code="${SECOND_CONTROL}"]`).waitFor();
  assert.equal(await page.locator('#opening').count(), 0);
  await press(page, 'I have the control code: open the vote');
  assert.equal(await page.locator('#opening').inputValue(), '11ee');
  await press(page, 'Copy the text');
  await context.close();
});

test('after another vote came in between, the next one has ticks of its own', async () => {
  const overtaken = { progress: STEPS.slice(0, 2), error: { code: 'overtaken', message: '' } };
  const { context, page } = await visit(linked(), { ...well(), cast: [overtaken, { progress: [STEPS[0]], wait: 3_000, value: RECEIPT }] });
  await sealed(page);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Another vote came in between');
  await press(page, 'Begin again');
  await stands(page, 'A question');
  await press(page, 'Begin');
  await page.getByRole('button', { name: 'Yes, it is the same' }).or(page.getByLabel('Code from your letter')).waitFor();
  await page.getByLabel('Code from your letter').fill(CODE);
  await press(page, 'Continue');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await page.locator('[data-step=sealed].ticked').waitFor();
  assert.equal(await page.locator('.ticked').count(), 1);
  await context.close();
});

test('a device whose clock is wrong keeps nobody from voting', async () => {
  const late = { ...OPENED, closes: '2020-02-01T00:00:00Z', now_closed: true };
  const { context, page } = await visit(linked(), { ...well(), open: [{ value: late }] });
  await page.getByText('By the clock of your device voting ended').waitFor();
  await sealed(page);
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  await context.close();
});

test('a server that takes its time is said to, and is waited for', async () => {
  const { context, page } = await visit(linked(), { ...well(), cast: [{ progress: [STEPS[0]], wait: 60_000, value: RECEIPT }] });
  await page.clock.install();
  await sealed(page);
  await press(page, 'Put my vote in the box');
  await page.locator('[data-step=sealed].ticked').waitFor();
  assert.equal(await page.locator('#slow').count(), 0);
  await page.clock.runFor(11_000);
  await page.locator('#slow', { hasText: 'This takes longer than usual' }).waitFor();
  await stands(page, 'Your vote is on its way');
  await context.close();
});

test('the focus stays where it is when the seal is there, or the server has answered', async () => {
  const { context, page } = await visit(linked(), { ...well(), encrypt: [{ wait: 300, value: { control_code: CONTROL } }] });
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await stands(page, 'Check your answer');
  assert.equal(await focused(page), 'Check your answer');
  await page.locator('.groups').waitFor();
  assert.equal(await focused(page), 'Check your answer');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Change');
  await context.close();
});

test('who has voted sees the control code of what stands', async () => {
  const voted = { ...VOTER, voted_before: true, sequence: 1, standing: { control_code: SECOND_CONTROL, entry: 40 } };
  const { context, page } = await visit(linked(), { ...well(), enter: [{ value: voted }] });
  await press(page, 'Begin');
  await stands(page, 'Your vote is in the box already');
  await page.locator(`[data-code="${SECOND_CONTROL}"]`).waitFor();
  await page.getByText('If you noted another control code, somebody else voted with your code').waitFor();
  await context.close();
});

test('the language of a rendered page stays when the page is loaded anew, and the next page has it', async () => {
  const { context, page } = await visit(`${page_('v')}?lang=ru`, well(), { language: 'kk' });
  await stands(page, 'Вопрос');
  await page.reload();
  await stands(page, 'Вопрос');
  await page.goto(`${page_('audit')}?lang=ru`);
  await stands(page, 'Пересчитать в этом браузере');
  await press(page, 'Қазақша');
  await page.reload();
  await stands(page, 'Осы браузерде қайта санау');
  await context.close();
});

test('no word of a button is cut on a narrow phone, and numbers are parted alike in every language', async () => {
  for (const language of ['kk', 'ru', 'en']) {
    const { context, page } = await visit(linked(), well(), { language, viewport: PHONE });
    const state = await page.locator('.state').innerText();
    assert.ok(/\d\u202f\d{3}/u.test(state) && !/\d[,\u00a0]\d/u.test(state), state);
    await page.locator('button.main').click();
    await page.locator('label.choice').first().click();
    await page.locator('button.main').click();
    await page.locator('.groups').waitFor();
    await page.locator('button.main').click();
    await page.locator('[data-roll]').waitFor();
    // A word that is cut takes two lines, and so more than one box.
    const cut = await page.evaluate(() => [...document.querySelectorAll('.row button')].flatMap((button) => {
      const text = button.firstChild;
      if (!text) return [];
      return [...(text.textContent ?? '').matchAll(/\S+/gu)].filter(({ 0: word, index }) => {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        return range.getClientRects().length > 1;
      }).map(([word]) => word);
    }));
    assert.deepEqual(cut, [], language);
    await context.close();
  }
});

test('a file is chosen in the reader\'s language, and one that is far too long is no receipt', async () => {
  const { context, page } = await visit(page_('check'), well(), { language: 'kk' });
  await page.getByText('Файлды таңдау').waitFor();
  await press(page, 'English');
  await page.getByLabel('Roll number').fill('17');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByText('Choose a file').click()]);
  await chooser.setFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(65 * 1024) });
  await page.getByText('photo.jpg').waitFor();
  await press(page, 'Check');
  await page.locator('.mistake', { hasText: 'its name ends in .tlog-proof' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'file');
  await page.getByLabel('or the receipt').setInputFiles({ name: 'receipt.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from(RECEIPT.receipt) });
  await press(page, 'Check');
  await stands(page, 'Your vote stands in the public book');
  await context.close();
});

test('a count of other kinds of questions says what it found, in the words of the ballot paper', async () => {
  const words = (/** @type {string} */ en) => ({ en, ru: `${en} по-русски`, kk: `${en} қазақша` });
  const options = ['Park', 'Pool', 'Library'].map((label, place) => ({ id: `o${place}`, label: words(label) }));
  const both = { ...OPENED.contests[0], id: 'law', kind: 'yes_no_both_none', options: [{ id: 'yes', label: words('For') }, { id: 'no', label: words('Against') }, { id: 'both', label: words('Either') }] };
  const contests = [both, { id: 'what', kind: 'score', question: words('What first?'), options, blank: false }, { id: 'who', kind: 'condorcet', question: words('Where?'), options, blank: true, blank_label: words('Nowhere') }];
  const verdict = {
    contests: [
      { contest: 'law', kind: 'yes_no', valid: true, decision: 'adopted', yes: 1_247, no: 5, both: 6, blank: 7 },
      { contest: 'what', kind: 'options', totals: [3, 9, 4], blank: 0, places: { result: 'decided', elected: [1] } },
      { contest: 'who', kind: 'ranked', blank: 2, places: { result: 'tied', elected: [], tied: [0, 2], places_left: 1 } },
    ],
    tie_breaks: [{ contest: 'what', outcome: 'first' }],
  };
  const script = { ...well(), open: [{ value: { ...OPENED, contests } }], audit: [{ value: { ...REPORT, verdict } }] };
  const { context, page, said } = await visit(page_('audit'), script);
  await press(page, 'Count again');
  const of = (/** @type {string} */ id) => page.locator(`[data-contest=${id}]`).innerText().then((text) => text.split('\n').filter((line) => line !== ''));
  await page.locator('[data-contest=law]').waitFor();
  assert.deepEqual(await of('law'), ['Shall a bridge be built?', 'For: 1\u202f247', 'Against: 5', 'Either: 6', 'Blank: 7', 'By the rule of this vote: adopted.']);
  assert.deepEqual(await of('what'), ['What first?', 'Park: 3', 'Pool: 9', 'Library: 4', 'By the rule of this vote: Pool.']);
  assert.deepEqual(await of('who'), ['Where?', 'Nowhere: 2', 'A tie, which the rule does not break: Park, Library.']);
  await page.getByText('Both proposals are adopted. Enters into force: Park.').waitFor();
  await press(page, 'Қазақша');
  assert.equal((await of('what'))[1], 'Park қазақша: 3');
  assert.deepEqual(said, []);
  await context.close();
});
