// What is measured of the pages: how long they hold the browser's thread, and what they weigh.

import { forward } from './server.js';

/**
 * The longest task of a page's main thread while something is done, in milliseconds of the thread's own time: other programs on
 * the machine take the processor as well.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} act
 */
export async function longestTask(browser, page, act) {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await act();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  /** @type {any[]} */
  const events = JSON.parse((await browser.stopTracing()).toString()).traceEvents;
  const main = events.find((one) => one.name === 'thread_name' && one.args?.name === 'CrRendererMain' && events.some((task) => task.pid === one.pid && task.tid === one.tid && task.name === 'RunTask'));
  const tasks = events.filter((one) => one.pid === main?.pid && one.tid === main.tid && one.ph === 'X' && one.tdur).map((one) => one.tdur / 1_000);
  if (tasks.length <= 10) throw new Error(`${tasks.length} tasks were seen`);
  return Math.max(...tasks);
}

/**
 * What the body of each address weighs, as the real server compresses it for a browser; every address once, as a browser keeps
 * files.
 * @param {string} server
 * @param {string[]} paths
 * @returns {Promise<(of: (path: string) => boolean) => number>} the sum in bytes of those asked for
 */
export async function weight(server, paths) {
  const address = server.replace('http://', '');
  /** @type {Map<string, number>} */
  const bytes = new Map();
  for (const asked of new Set(paths)) {
    const { body } = await forward(address, asked, 'GET', { 'accept-encoding': 'gzip, deflate, br', accept: '*/*' }, Buffer.alloc(0));
    bytes.set(asked, body.length);
  }
  return (of) => [...bytes].filter(([asked]) => of(asked)).reduce((sum, [, size]) => sum + size, 0);
}
