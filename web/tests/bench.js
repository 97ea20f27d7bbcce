// What the pages take in Chromium before the real server: proving in the booth's worker, a whole count in the page's workers, the
// longest task of the page's thread while it seals, and what a whole vote weighs as it is served. Prints one line of JSON.
// Run by `cargo xtask bench --browser`: node bench.js LOG BALLOTS, a folder with an open election's log and how many ballots it has.

import assert from 'node:assert/strict';
import { number } from '../i18n/index.js';
import { device, launch, press, stands } from './stage/browser.js';
import { longestTask, weight } from './stage/measures.js';
import { begin, link } from './stage/server.js';

/** Proofs of each kind, after the first one; rounds of everything that is slower. */
const PROOFS = 100;
const ROUNDS = 5;

const [log, ballots] = [process.argv[2] ?? '', Number(process.argv[3])];
const browser = await launch();
const stage = await begin('--measured', [log]);
const { three, ten } = stage.elections;

const median = (/** @type {number[]} */ all) => [...all].sort((one, other) => one - other)[all.length >> 1] ?? 0;
const rounded = (/** @type {number} */ number, places = 2) => Number(number.toFixed(places));

/**
 * Milliseconds from the call to the answer of the booth's own worker, sealing one ballot after the other: the first one, whose code
 * the browser still compiles, and the median of the rest.
 * @param {import('./stage/server.js').Election} election
 * @param {string} option
 */
async function proving(election, option) {
  const { context, page } = await device(browser);
  await page.goto(`${stage.server}/e/${election.id.slice(0, 16)}/v`);
  await page.locator('main button').first().waitFor();
  const taken = await page.evaluate(
    async ({ id, codes, option, proofs }) => {
      const own = '/assets/parts/worker.js';
      const { Calls } = await import(own);
      const calls = new Calls();
      const opened = await calls.call('open', { origin: location.origin, election: id });
      await calls.call('enter', { codes });
      const choices = [{ contest: opened.contests[0].id, choice: option }];
      const times = [];
      for (let number = 0; number <= proofs; number += 1) {
        const begun = performance.now();
        await calls.call('encrypt', { choices });
        times.push(performance.now() - begun);
      }
      return times;
    },
    { id: election.id, codes: election.codes[0] ?? [], option, proofs: PROOFS },
  );
  await context.close();
  return { first: rounded(taken[0] ?? 0), median: rounded(median(taken.slice(1))) };
}

/** Seconds from the press of "Count again" to the verdict. */
async function counting() {
  const listed = await (await fetch(`${stage.server}/api/v1/elections`)).json();
  const { id } = listed.find((/** @type {{ id: string }} */ one) => one.id !== three.id && one.id !== ten.id);
  const { context, page } = await device(browser);
  page.setDefaultTimeout(600_000);
  await page.addInitScript(() => {
    new MutationObserver(() => {
      const found = /** @type {any} */ (globalThis);
      if (document.querySelector('[data-outcome]') && found.began && !found.took) found.took = performance.now() - found.began;
    }).observe(document, { childList: true, subtree: true });
    addEventListener('click', () => (/** @type {any} */ (globalThis).began ??= performance.now()), true);
  });
  await page.goto(`${stage.server}/e/${id.slice(0, 16)}/audit`);
  await page.locator('#size').waitFor();
  await press(page, 'Count again');
  await page.locator('[data-outcome]').waitFor();
  assert.equal(await page.locator('[data-outcome]').getAttribute('data-outcome'), 'not-yet');
  await page.getByText(`${number(ballots)} sealed votes in the book`).waitFor();
  const took = await page.evaluate(() => /** @type {any} */ (globalThis).took);
  await context.close();
  return took / 1_000;
}

/** A whole vote: the longest task while it is sealed, and the addresses that it asked for. @param {number} voter */
async function vote(voter) {
  stage.asked = [];
  const { context, page } = await device(browser);
  await page.goto(link(stage.origin, three, voter));
  await press(page, 'Begin');
  await page.getByLabel('Yes, I agree').check();
  const longest = await longestTask(browser, page, async () => {
    await press(page, 'Continue');
    await page.locator('.groups').waitFor();
  });
  await press(page, 'Put my vote in the box');
  await stands(page, 'Your vote is in the box');
  await page.locator('.qr svg').waitFor();
  await press(page, 'Clear this device');
  await stands(page, 'This device has forgotten your vote');
  await context.close();
  return { longest, asked: stage.asked.filter(({ method }) => method === 'GET').map(({ path }) => path) };
}

try {
  const [o3, o10] = [await proving(three, 'yes'), await proving(ten, 'c')];
  /** @type {number[]} */
  const counts = [];
  const votes = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    counts.push(await counting());
    votes.push(await vote(round));
  }
  const weighed = (await weight(stage.server, votes[0]?.asked ?? []))(() => true);
  console.log(
    JSON.stringify({
      prove_o3_ms: o3.median,
      prove_o3_first_ms: o3.first,
      prove_o10_ms: o10.median,
      prove_o10_first_ms: o10.first,
      audit_10k_s: rounded(median(counts), 3),
      audit_10k_fastest_s: rounded(Math.min(...counts), 3),
      longest_task_ms: rounded(median(votes.map(({ longest }) => longest))),
      compressed_kb: rounded(weighed / 1_000, 1),
    }),
  );
} finally {
  await browser.close();
  await stage.end();
}
