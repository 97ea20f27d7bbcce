// The screens alone, with a worker that answers what each test says: ways that a true election takes seldom.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { clean as cleanly, tooWide } from '../stage/axe.js';
import { DESKTOP, PHONE, device, launch, press, saved, stands } from '../stage/browser.js';
import { CODE, CONTROL, FINGERPRINT, OPENED, RECEIPT, REPORT, SECOND, SECOND_CONTROL, STEPS, VOTER, well } from '../stage/answers.js';
import { ID, serve, visit as scripted } from '../stage/static.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
const booth = () => `${site.origin}/e/${ID.slice(0, 16)}/v`;
const linked = (codes = [CODE]) => `${booth()}#${codes.map((code) => `c=${code}`).join('&')}&e=${ID}`;

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
const title = (page) => page.locator('main h1').innerText();

test('from a link to the box, and the code stays nowhere', async () => {
  const { context, page, said, requests } = await visit(linked(), well());
  await stands(page, 'A question');
  assert.equal(page.url(), booth());
  await press(page, 'Begin');
  await stands(page, 'Shall a bridge be built?');
  assert.equal(await page.locator('input:checked').count(), 0);
  await press(page, 'Continue');
  await page.getByText('Choose one of the answers.').waitFor();
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await stands(page, 'Check your answer');
  await page.getByText('Your vote is not in the box yet.').waitFor();
  await page.locator(`[data-code="${CONTROL}"]`).waitFor();
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  assert.ok(!(await page.locator('main').innerText()).includes('Yes'));
  const receipt = await saved(page, page.getByRole('button', { name: 'Save receipt' }));
  assert.deepEqual(receipt, { name: 'receipt-17.tlog-proof', text: RECEIPT.receipt });
  await press(page, 'Clear this device');
  await stands(page, 'This device has forgotten your vote');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, document.documentElement.outerHTML]));
  for (const secret of [CODE, CODE.replaceAll('-', ''), 'Yes']) assert.ok(!kept.includes(secret), secret);
  assert.ok(requests.every(({ url }) => url.startsWith(site.origin) && !url.includes('ABCD')), JSON.stringify(requests));
  assert.deepEqual(said, []);
  await context.close();
});

test('without a link the fingerprint comes first, and "no" stops', async () => {
  const { context, page } = await visit(booth(), well());
  await press(page, 'Begin');
  await stands(page, 'Is this the number on your letter?');
  await page.locator(`[data-code="${FINGERPRINT}"]`).waitFor();
  await press(page, 'No, it is different');
  await stands(page, 'This is not the vote of your letter');
  await page.goBack();
  await press(page, 'Begin');
  await press(page, 'Yes, it is the same');
  await stands(page, 'Your code');
  await page.getByLabel('Code from your letter').fill(FINGERPRINT);
  await press(page, 'Continue');
  await page.locator('[data-code="code-is-fingerprint"]').waitFor();
  // The field has two lines: a code that was pasted with a line's end in it is one, and Enter goes on.
  await page.getByLabel('Code from your letter').fill(CODE.toLowerCase().replaceAll('-', ' ').replace(' ', '\n'));
  await page.keyboard.press('Enter');
  await stands(page, 'Shall a bridge be built?');
  await context.close();
});

test('a mistyped code is told apart from an unknown one, and can be typed again', async () => {
  const wrong = (/** @type {string} */ code) => ({ error: { code, message: 'a sentence' } });
  const { context, page } = await visit(linked(), { ...well(), enter: [wrong('code-checksum'), wrong('code-unknown'), wrong('code-replaced'), { value: VOTER }] });
  await press(page, 'Begin');
  for (const code of ['code-checksum', 'code-unknown', 'code-replaced']) {
    await page.locator(`[data-code="${code}"]`).waitFor();
    assert.equal(await title(page), 'Your code');
    await page.getByLabel('Code from your letter').fill(CODE);
    await press(page, 'Continue');
  }
  await stands(page, 'Shall a bridge be built?');
  await context.close();
});

test('with two registrars the second code is asked for, and why', async () => {
  const needs = { error: { code: 'code-needs-second', message: 'one of two' } };
  const same = { error: { code: 'code-same-twice', message: 'one registrar twice' } };
  const opened = { value: { ...OPENED, registrars: 2 } };
  const { context, page } = await visit(linked(), { ...well(), open: [opened], enter: [needs, same, { value: VOTER }] });
  await press(page, 'Begin');
  await stands(page, 'Your second code');
  await page.getByText('Two offices each made one code for you').waitFor();
  await page.getByLabel('Code from the other letter').fill(CODE);
  await press(page, 'Continue');
  await page.locator('[data-code="code-same-twice"]').waitFor();
  assert.equal(await title(page), 'Your second code');
  await page.getByLabel('Code from the other letter').fill(SECOND);
  await press(page, 'Continue');
  await stands(page, 'Shall a bridge be built?');
  await context.close();
});

test('a lost connection while casting keeps the vote and sends the same again', async () => {
  const lost = { progress: [STEPS[0]], error: { code: 'network', message: 'no answer' } };
  const { context, page } = await visit(linked(), { ...well(), cast: [lost, { progress: STEPS.slice(1), value: RECEIPT }] });
  await press(page, 'Begin');
  await page.getByLabel('No', { exact: true }).check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await stands(page, 'No connection');
  await page.getByText('Your vote is perhaps not in the box yet.').waitFor();
  await page.goBack();
  assert.equal(await title(page), 'No connection');
  await press(page, 'Send the same vote again');
  await stands(page, 'Your vote is in the box');
  await context.close();
});

test('a false receipt is never "in the box": the evidence is a file', async () => {
  const error = { code: 'false-receipt', message: 'another ballot', evidence: { exchanges: [] } };
  const { context, page } = await visit(linked(), { ...well(), cast: [{ progress: STEPS.slice(0, 2), error }] });
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await stands(page, 'The server did not prove that your vote is in the box');
  const file = await saved(page, page.getByRole('button', { name: 'Save the evidence' }));
  const held = JSON.parse(file.text);
  assert.deepEqual([held.code, held.election, held.evidence], ['false-receipt', ID, { exchanges: [] }]);
  assert.ok(!file.text.includes(CODE) && !file.text.includes('yes'));
  await context.close();
});

test('a tested vote is spent, and the kept choice is sealed again', async () => {
  const { context, page } = await visit(linked(), well());
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await press(page, 'First test whether this device seals truly');
  await page.locator(`[data-code="${CONTROL}"]`).waitFor();
  assert.equal(await page.locator('#opening').count(), 0);
  await press(page, 'I have the control code: open the vote');
  assert.equal(await page.locator('#opening').inputValue(), '00ff');
  assert.equal((await saved(page, page.getByRole('button', { name: 'Save as a file' }))).text, '00ff');
  await press(page, 'Seal my vote again');
  await stands(page, 'Check your answer');
  await page.locator(`[data-code="${SECOND_CONTROL}"]`).waitFor();
  assert.equal(await page.locator('.chosen').innerText(), 'Yes');
  await context.close();
});

test('going back and choosing otherwise seals anew', async () => {
  const { context, page } = await visit(linked(), well());
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Continue');
  await page.locator(`[data-code="${CONTROL}"]`).waitFor();
  await page.goBack();
  await stands(page, 'Shall a bridge be built?');
  assert.ok(await page.getByLabel('Yes').isChecked());
  await page.getByLabel('Blank').check();
  await press(page, 'Continue');
  await page.locator(`[data-code="${SECOND_CONTROL}"]`).waitFor();
  assert.equal(await page.locator('.chosen').innerText(), 'Blank');
  await context.close();
});

test('who has voted is asked whether to replace the vote', async () => {
  const voted = { value: { ...VOTER, voted_before: true, sequence: 1 } };
  const { context, page } = await visit(linked(), { ...well(), enter: [voted] });
  await press(page, 'Begin');
  await stands(page, 'Your vote is in the box already');
  await press(page, 'Replace my vote');
  await page.getByLabel('No', { exact: true }).check();
  await press(page, 'Continue');
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your new vote is in the box');
  await context.close();
});

test('before, after and without voting the start page says so', async () => {
  const states = { 'Voting opens on': { phase: 'roll-sealed', opens: '2099-01-01T00:00:00Z', now_closed: true }, 'Voting has ended.': { phase: 'closed', now_closed: true }, 'This vote was cancelled.': { phase: 'cancelled', now_closed: true } };
  for (const [sentence, change] of Object.entries(states)) {
    const { context, page } = await visit(linked(), { ...well(), open: [{ value: { ...OPENED, ...change } }] });
    await page.getByText(sentence).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Begin' }).count(), 0);
    await context.close();
  }
  for (const [code, heading] of [['not-open', 'Voting is not open yet'], ['ended', 'Voting has ended'], ['other-election', 'This is not the official ballot paper'], ['contradiction', 'The public book contradicts itself']]) {
    const { context, page } = await visit(linked(), { ...well(), open: [{ error: { code, message: '' } }] });
    await stands(page, /** @type {string} */ (heading));
    await page.getByRole('button', { name: 'Save the evidence' }).waitFor();
    await context.close();
  }
});

test('a link to another election than the address names is refused before anything is asked', async () => {
  const { context, page } = await visit(`${booth()}#c=${CODE}&e=${'ff'.repeat(32)}`, well());
  await stands(page, 'This is not the vote of your letter');
  await context.close();
});

test('a link opened in the same tab is taken and stripped likewise', async () => {
  const { context, page } = await visit(booth(), well());
  await stands(page, 'A question');
  await page.evaluate((fragment) => new Promise((resolve) => {
    addEventListener('hashchange', resolve, { once: true });
    location.hash = fragment ?? '';
  }), linked().split('#')[1]);
  assert.equal(await page.evaluate(() => location.href), booth());
  await press(page, 'Begin');
  await stands(page, 'Shall a bridge be built?');
  await context.close();
});

test('by keyboard alone from the link to the box', async () => {
  const { context, page } = await visit(linked(), well());
  await stands(page, 'A question');
  const keys = page.keyboard;
  /** @param {string} name */
  const reach = async (name) => {
    for (let step = 0; step < 30; step += 1) {
      await keys.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
    }
    throw new Error(`${name} is not reached by Tab`);
  };
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  await reach('Begin');
  await keys.press('Enter');
  await stands(page, 'Shall a bridge be built?');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  await keys.press('Tab');
  await keys.press('Space');
  await keys.press('ArrowDown');
  await reach('Continue');
  await keys.press('Enter');
  await stands(page, 'Check your answer');
  assert.equal(await page.locator('.chosen').innerText(), 'No');
  await page.locator(`[data-code="${CONTROL}"]`).waitFor();
  await reach('Put my vote in the box');
  await keys.press('Enter');
  await stands(page, 'Your vote is in the box');
  await context.close();
});

test('the language is chosen by name, kept, and changes nothing else', async () => {
  const { context, page } = await visit(linked(), well());
  await press(page, 'Begin');
  await page.getByLabel('Yes').check();
  await press(page, 'Русский');
  await stands(page, 'Строить ли мост?');
  assert.ok(await page.getByLabel('Да').isChecked());
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'ru');
  await page.goto(`${site.origin}/e/${ID.slice(0, 16)}/audit`);
  await stands(page, 'Пересчитать в этом браузере');
  assert.equal(await page.evaluate(() => JSON.stringify({ ...localStorage })), '{"language":"ru"}');
  await context.close();
});

test('counting again shows progress, can be stopped, and says the verdict plainly', async () => {
  const audit = `${site.origin}/e/${ID.slice(0, 16)}/audit`;
  const slow = await visit(audit, { ...well(), audit: [{ progress: [{ entries: 10, of: 40 }], wait: 60_000, value: REPORT }] });
  await press(slow.page, 'Count again');
  await slow.page.locator('#progress-line', { hasText: '10 of 40 entries checked' }).waitFor();
  await press(slow.page, 'Stop');
  await slow.page.getByText('Stopped. Nothing was found out.').waitFor();
  await slow.context.close();
  const { context, page } = await visit(audit, well());
  await press(page, 'Count again');
  await stands(page, 'Everything is right');
  await page.getByText('By the rule of this vote: not adopted.').waitFor();
  await page.locator('[data-check="log-tree"].pass').waitFor();
  assert.deepEqual(JSON.parse((await saved(page, page.getByRole('button', { name: 'Save the report' }))).text), REPORT);
  await context.close();
  const failing = { ...REPORT, outcome: 'failed', checks: [{ ...REPORT.checks[0], status: 'fail', entry: 7, reason: 'another root' }] };
  const wrong = await visit(audit, { ...well(), audit: [{ value: failing }] });
  await press(wrong.page, 'Count again');
  await stands(wrong.page, 'The book is NOT right.');
  await wrong.page.getByText('another root (entry 7)').waitFor();
  await wrong.context.close();
});

test('the check page compares, and never takes a voting code', async () => {
  const check = `${site.origin}/e/${ID.slice(0, 16)}/check`;
  const other = { value: { state: 'replaced', proven: false, control_code: CONTROL, sequence: 1 } };
  const { context, page } = await visit(check, { ...well(), check: [...(well()['check'] ?? []), other] });
  await page.getByLabel('Roll number').fill('17');
  await press(page, 'Check');
  await page.getByText('Enter the control code, or choose the receipt.').waitFor();
  await page.getByLabel('Control code').fill(CODE);
  await press(page, 'Check');
  await page.locator('.mistake', { hasText: 'Never enter your voting code' }).waitFor();
  assert.equal(await page.getByLabel('Control code').inputValue(), '');
  await page.getByLabel('Control code').fill(CONTROL);
  await press(page, 'Check');
  await stands(page, 'Your vote stands in the public book');
  await press(page, 'Check another one');
  await page.getByLabel('Control code').fill(SECOND_CONTROL);
  await press(page, 'Check');
  await stands(page, 'Another vote stands under this roll number');
  await press(page, 'Check another one');
  await press(page, 'What is in the vote that I tested?');
  await page.getByLabel('Control code').fill(CONTROL);
  await page.getByLabel('Text of the opened vote').fill('00ff');
  await press(page, 'Check');
  await stands(page, 'Is this what you chose on the tested device?');
  assert.equal(await page.locator('.chosen').innerText(), 'Yes');
  await context.close();
});

test('each page says at its foot what that page does', async () => {
  const at = (/** @type {string} */ name) => `${site.origin}/e/${ID.slice(0, 16)}/${name}`;
  const feet = [];
  for (const address of [linked(), at('check'), at('audit')]) {
    const { context, page } = await visit(address, well());
    await page.locator('main button').first().waitFor();
    feet.push(await page.locator('footer').innerText());
    if (address === linked()) {
      await press(page, 'Practise first: nothing is sent');
      await page.locator('footer', { hasText: 'this page seals nothing and sends nothing' }).waitFor();
    }
    await context.close();
  }
  assert.match(feet[0] ?? '', /sends your vote sealed/u);
  assert.match(feet[1] ?? '', /takes no votes/u);
  assert.match(feet[2] ?? '', /sends nothing about you/u);
});

test('without script the page says what to do, in three languages', async () => {
  const { context, page } = await visit(booth(), well(), { script: false });
  for (const language of ['kk', 'ru', 'en']) assert.match(await page.locator(`noscript p[lang=${language}]`).innerText(), /WebAssembly/u);
  await context.close();
});

test('a browser without WebAssembly is told so, and what to do instead', async () => {
  site.script = well();
  const { context, page } = await device(browser);
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await page.goto(linked());
  await stands(page, 'This browser cannot seal votes');
  assert.equal(page.url(), booth());
  await context.close();
});

test('the browser grants no script but the worker, and no markup in strings', async () => {
  const { context, page } = await visit(linked(), well());
  await stands(page, 'A question');
  const refused = await page.evaluate(() => {
    const tries = [() => (document.body.innerHTML = '<b>x</b>'), () => new Worker('/assets/booth/booth.js'), () => /** @type {any} */ (globalThis).trustedTypes.createPolicy('other', {}), () => /** @type {any} */ (globalThis).trustedTypes.createPolicy('app', {})];
    return tries.map((attempt) => {
      try {
        attempt();
        return 'taken';
      } catch {
        return 'refused';
      }
    });
  });
  assert.deepEqual(refused, ['refused', 'refused', 'refused', 'refused']);
  await context.close();
});

test('no screen is wider than a narrow phone, at twice the text size too', async () => {
  for (const language of ['kk', 'ru', 'en']) {
    for (const viewport of [PHONE, { width: 180, height: 370 }, DESKTOP]) {
      const { context, page } = await visit(linked(), well(), { language, viewport });
      const fits = async (/** @type {string} */ screen) => {
        assert.equal(await tooWide(page), 0, `${language} ${viewport.width} ${screen}`);
      };
      await page.locator('button.main').waitFor();
      await fits('start');
      await page.locator('button.main').click();
      await page.locator('label.choice').first().click();
      await fits('question');
      await page.locator('button.main').click();
      await page.locator(`[data-code="${CONTROL}"]`).waitFor();
      await fits('check');
      await page.locator('button.link').last().click();
      await page.locator('main ol').waitFor();
      await fits('test');
      await page.locator('button.link').last().click();
      await page.locator(`[data-code="${SECOND_CONTROL}"]`).waitFor();
      await page.locator('button.main').click();
      await page.locator('[data-roll]').waitFor();
      await fits('done');
      await context.close();
    }
  }
});

test('axe finds nothing on any screen, in light and dark, wide and narrow', async () => {
  for (const wish of [{ language: 'kk', viewport: PHONE }, { language: 'en', viewport: DESKTOP, dark: true }]) {
    const slow = { progress: [STEPS[0]], wait: 2_000, error: { code: 'false-receipt', message: '' } };
    const { context, page } = await visit(booth(), { ...well(), cast: [slow, { value: RECEIPT }], enter: [{ error: { code: 'code-unknown', message: '' } }, { value: { ...VOTER, voted_before: true } }] }, wish);
    const clean = (/** @type {string} */ screen) => cleanly(page, `${wish.language} ${screen}`);
    const main = () => page.locator('main button.main').first();
    await main().waitFor();
    await clean('start');
    await main().click();
    await page.locator('.groups').waitFor();
    await clean('fingerprint');
    await main().click();
    await page.locator('#code').fill(CODE);
    await main().click();
    await page.locator('#mistake').waitFor();
    await clean('code');
    await main().click();
    await page.getByRole('button', { name: wish.language === 'kk' ? 'Дауысымды ауыстыру' : 'Replace my vote' }).waitFor();
    await clean('vote again');
    await main().click();
    await main().click();
    await page.locator('#missing').waitFor();
    await page.locator('label.choice').first().click();
    await clean('question');
    await main().click();
    await page.locator('.groups').waitFor();
    await clean('check answer');
    await page.locator('button.link').last().click();
    await page.locator('main ol').waitFor();
    await clean('test');
    await main().click();
    await page.locator('#opening').waitFor();
    await clean('opened');
    await main().click();
    await page.locator('.groups').waitFor();
    await main().click();
    await page.locator('.ticks').waitFor();
    await clean('sending');
    await page.locator('.failure').waitFor();
    await clean('failure');
    await main().click();
    await page.locator('[data-roll]').waitFor();
    await clean('done');
    await main().click();
    await page.locator('[data-roll]').waitFor({ state: 'detached' });
    await clean('cleared');
    for (const place of ['check', 'audit']) {
      await page.goto(`${site.origin}/e/${ID.slice(0, 16)}/${place}`);
      await main().waitFor();
      await clean(place);
      if (place === 'audit') {
        await main().click();
        await page.locator('.checks').waitFor();
        await clean('report');
      }
    }
    await context.close();
  }
});
