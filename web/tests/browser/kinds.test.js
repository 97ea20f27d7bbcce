// Every kind of question by keyboard and by pointer: what arrives in the worker, and what is never let through.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { clean } from '../stage/axe.js';
import { DESKTOP, PHONE, device, launch } from '../stage/browser.js';
import { CODE, OPENED, VOTER, well } from '../stage/answers.js';
import { ID, serve } from '../stage/static.js';

const text = (/** @type {string} */ en, /** @type {string} */ ru, /** @type {string} */ kk) => ({ kk, ru, en });
const option = (/** @type {string} */ letter) => ({ id: letter.toLowerCase(), label: text(`Option ${letter}`, `Вариант ${letter}`, `${letter} нұсқасы`) });
const options = ['A', 'B', 'C', 'D'].map(option);
const blank = { blank: true, blank_label: text('Blank', 'Пустой голос', 'Бос дауыс') };
const question = text('What do you choose?', 'Что вы выбираете?', 'Нені таңдайсыз?');
const of = (/** @type {string} */ kind, /** @type {object} */ numbers = {}) => ({ id: 'only', kind, question, options, ...blank, ...numbers });

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
before(async () => {
  browser = await launch();
  site = await serve();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/**
 * The booth at this one question.
 * @param {object} contest
 * @param {Parameters<typeof device>[1]} [wish]
 */
async function at(contest, wish) {
  site.script = { ...well(), open: [{ value: { ...OPENED, contests: [contest] } }], enter: [{ value: VOTER }] };
  const visitor = await device(browser, wish);
  await visitor.page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    /** @type {any} */ (globalThis).sent = [];
    Worker.prototype.postMessage = function (message, ...rest) {
      /** @type {any} */ (globalThis).sent.push(message);
      return post.call(this, message, .../** @type {[any]} */ (rest));
    };
  });
  await visitor.page.goto(`${site.origin}/e/${ID.slice(0, 16)}/v#c=${CODE}&e=${ID}`);
  await visitor.page.locator('main button.main').click();
  await visitor.page.locator('main fieldset').waitFor();
  return visitor;
}

/** @param {import('playwright-core').Page} page */
const go = (page) => page.locator('main button[type=submit]').click();
/** What the worker was last told to encrypt. @param {import('playwright-core').Page} page */
async function encrypted(page) {
  await page.locator('.not-yet').waitFor();
  const sent = await page.evaluate(() => JSON.stringify(/** @type {any} */ (globalThis).sent));
  const calls = JSON.parse(sent).filter((/** @type {any} */ message) => message.call === 'encrypt');
  assert.ok(calls.length > 0, sent);
  const { choices } = calls.at(-1).args;
  assert.equal(choices.length, 1);
  return choices[0].choice;
}
/** @param {import('playwright-core').Page} page @param {string} name */
const press = (page, name) => page.getByRole('button', { name, exact: true }).click({ force: true });

test('approval: between the least and the most, and never more', async () => {
  const { context, page, said } = await at(of('approval', { minimum: 2, maximum: 3 }));
  await go(page);
  await page.getByText('Tick your answers.').waitFor();
  await page.getByLabel('Option B').check();
  await go(page);
  await page.getByText('Tick at least 2.').waitFor();
  assert.equal(await page.getByLabel('Option B').isChecked(), true);
  await page.getByLabel('Option A').check();
  await page.getByLabel('Option D').check();
  await page.getByLabel('Option C').click();
  assert.equal(await page.getByLabel('Option C').isChecked(), false);
  await page.getByText('At most 3 can be ticked.').waitFor();
  await go(page);
  assert.deepEqual(await encrypted(page), { numbers: [1, 1, 0, 1] });
  assert.equal(await page.locator('.answer li').count(), 3);
  assert.deepEqual(said, []);
  await context.close();
});

test('approval: none of these is an answer of its own, and so is blank', async () => {
  const { context, page } = await at(of('approval', { minimum: 0, maximum: 2 }));
  await page.getByLabel('Option A').check();
  await page.getByLabel('None of these').check();
  assert.equal(await page.getByLabel('Option A').isChecked(), false);
  await go(page);
  assert.deepEqual(await encrypted(page), { numbers: [0, 0, 0, 0] });
  await press(page, 'Change');
  await page.getByLabel('Blank').check();
  assert.equal(await page.getByLabel('None of these').isChecked(), false);
  await go(page);
  await page.locator('.answer', { hasText: 'Blank' }).waitFor();
  assert.equal(await encrypted(page), null);
  await context.close();
});

test('score: every slider by keyboard, and a 0 must be meant', async () => {
  const { context, page, said } = await at(of('score', { maximum: 10 }));
  await page.getByLabel('Option A').focus();
  for (let times = 0; times < 7; times += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.press('End');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Home');
  await go(page);
  await page.getByText('Not rated yet: Option D.').waitFor();
  assert.equal(await page.getByLabel('Option A').inputValue(), '7');
  await page.getByLabel('Option D').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await go(page);
  assert.deepEqual(await encrypted(page), { numbers: [7, 10, 0, 0] });
  assert.equal(await page.locator('.answer tr', { hasText: 'Option A' }).locator('td').innerText(), '7');
  assert.deepEqual(said, []);
  await context.close();
});

test('score: blank takes every score back, and a score takes blank back', async () => {
  const { context, page } = await at(of('score', { maximum: 5 }));
  await page.getByLabel('Option A').focus();
  await page.keyboard.press('ArrowRight');
  await page.getByLabel('Blank').check();
  assert.equal(await page.locator('.slider.unrated').count(), 4);
  await page.getByLabel('Option B').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByLabel('Blank').isChecked(), false);
  await go(page);
  await page.getByText('Not rated yet: Option A, Option C, Option D.').waitFor();
  await context.close();
});

test('cumulative: no more points than there are, for one or for all', async () => {
  const { context, page, said } = await at(of('cumulative', { budget: 5, minimum: 2, maximum: 3 }));
  await go(page);
  await page.getByText('Share out your points').waitFor();
  for (let times = 0; times < 6; times += 1) await press(page, 'Option A: one more');
  await page.getByText('2 points left', { exact: true }).waitFor();
  await press(page, 'Option A: one less');
  await press(page, 'Option A: one less');
  await go(page);
  await page.getByText('Give at least 2 points altogether.').first().waitFor();
  for (let times = 0; times < 3; times += 1) await press(page, 'Option C: one more');
  for (let times = 0; times < 3; times += 1) await press(page, 'Option D: one more');
  await page.getByText('0 points left').waitFor();
  await go(page);
  assert.deepEqual(await encrypted(page), { numbers: [1, 0, 3, 1] });
  assert.deepEqual(said, []);
  await context.close();
});

test('quadratic: every vote more costs more, and the credits bound all', async () => {
  const { context, page } = await at(of('quadratic', { budget: 10 }));
  await page.getByRole('button', { name: 'Option B: one more' }).focus();
  for (let times = 0; times < 5; times += 1) await page.keyboard.press('Enter');
  await page.getByText('1 credit left', { exact: true }).waitFor();
  await page.getByText('9 credits', { exact: true }).waitFor();
  await press(page, 'Option A: one more');
  await press(page, 'Option A: one more');
  await page.getByText('0 credits left').waitFor();
  await go(page);
  assert.deepEqual(await encrypted(page), { numbers: [1, 3, 0, 0] });
  await press(page, 'Change');
  await press(page, 'I give none');
  await go(page);
  assert.deepEqual(await encrypted(page), { numbers: [0, 0, 0, 0] });
  await context.close();
});

for (const kind of ['borda', 'condorcet']) {
  test(`${kind}: an order by keyboard, from nothing`, async () => {
    const { context, page, said } = await at(of(kind));
    await go(page);
    await page.getByText('Put the options in your order.').waitFor();
    await page.getByRole('button', { name: 'Option C', exact: true }).focus();
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Enter');
    await go(page);
    await page.getByText('Still to place: Option D.').waitFor();
    await press(page, 'Option D');
    await press(page, 'Option D: one place up');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Option D: one place up');
    await page.keyboard.press('Enter');
    await page.getByText('Option D: place 2').waitFor();
    await go(page);
    assert.deepEqual(await encrypted(page), { ranking: ['c', 'd', 'a', 'b'] });
    assert.deepEqual(await page.locator('.answer ol li').allInnerTexts(), ['Option C', 'Option D', 'Option A', 'Option B']);
    assert.deepEqual(said, []);
    await context.close();
  });
}

test('an order by dragging, and taken apart again', async () => {
  const { context, page } = await at(of('condorcet'));
  for (const letter of ['A', 'B', 'C', 'D']) await press(page, `Option ${letter}`);
  const last = page.locator('.order li').nth(3);
  const first = page.locator('.order li').nth(0);
  const [from, to] = [await last.locator('.handle').boundingBox(), await first.boundingBox()];
  assert.ok(from && to);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + 40, to.y + to.height / 2, { steps: 12 });
  await page.mouse.up();
  assert.deepEqual(await page.locator('.order .name').allInnerTexts(), ['Option D', 'Option A', 'Option B', 'Option C']);
  await press(page, 'Option A: take out of the order');
  await go(page);
  await page.getByText('Still to place: Option A.').waitFor();
  await page.getByLabel('Blank').check();
  assert.equal(await page.locator('.order li').count(), 0);
  await go(page);
  assert.equal(await encrypted(page), null);
  await context.close();
});

test('yes, no, both or none', async () => {
  const [yes, no, both] = [text('Yes', 'Да', 'Иә'), text('No', 'Нет', 'Жоқ'), text('Both', 'Оба', 'Екеуі де')];
  const answers = [{ id: 'yes', label: yes }, { id: 'no', label: no }, { id: 'both', label: both }];
  const { context, page } = await at(of('yes_no_both_none', { options: answers, blank_label: text('None', 'Ни одного', 'Ешқайсысы') }));
  await page.getByLabel('Both').check();
  await go(page);
  assert.equal(await encrypted(page), 'both');
  await press(page, 'Change');
  await page.getByLabel('None').check();
  await go(page);
  assert.equal(await encrypted(page), null);
  await context.close();
});

const SHOTS = process.env['PLEBISCITE_SHOTS'];
const KINDS = [
  of('approval', { minimum: 1, maximum: 3 }),
  of('score', { maximum: 10 }),
  of('cumulative', { budget: 10, minimum: 0, maximum: 10 }),
  of('quadratic', { budget: 16 }),
  of('condorcet'),
];
for (const language of ['kk', 'ru', 'en']) {
  test(`${language}: every kind fits a phone, and nothing bars a reader`, async () => {
    for (const contest of KINDS) {
      for (const [name, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
        const { context, page } = await at(contest, { viewport, language });
        if (contest.kind === 'condorcet') {
          await page.locator('.unplaced button').first().click();
          await page.locator('.unplaced button').first().click();
        } else if (contest.kind === 'score') {
          await page.locator('#score-0').focus();
          await page.keyboard.press('End');
        } else if (contest.kind !== 'approval') {
          await page.locator('.stepper .step').nth(1).click();
        }
        if (SHOTS) {
          mkdirSync(SHOTS, { recursive: true });
          await page.screenshot({ path: `${SHOTS}/${contest.kind}-${language}-${name}.png`, fullPage: true });
        }
        await clean(page, `${language} ${contest.kind} ${name}`);
        await context.close();
      }
    }
  });
}
