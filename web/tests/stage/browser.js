// Debian's Chromium, without any connection of its own.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PROGRAM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The two screens on which every page must work. */
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

export function launch() {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: install Debian's package chromium`);
  return chromium.launch({ executablePath: PROGRAM, headless: true, args: FLAGS });
}

/**
 * A device of its own: nothing is shared with another. Whatever the page says on its console, or throws, is kept.
 * @param {import('playwright-core').Browser} browser
 * @param {{ language?: string, viewport?: { width: number, height: number }, dark?: boolean, script?: boolean }} [wish]
 */
export async function device(browser, wish = {}) {
  const context = await browser.newContext({
    locale: wish.language ?? 'en',
    viewport: wish.viewport ?? DESKTOP,
    colorScheme: wish.dark ? 'dark' : 'light',
    javaScriptEnabled: wish.script ?? true,
    acceptDownloads: true,
    timezoneId: 'Asia/Almaty',
  });
  const page = await context.newPage();
  // Long enough for a machine that does other things beside; nothing waits longer for what comes.
  page.setDefaultTimeout(30_000);
  /** @type {string[]} */
  const said = [];
  /** @type {{ method: string, url: string }[]} */
  const requests = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  context.on('request', (request) => requests.push({ method: request.method(), url: request.url() }));
  return { context, page, said, requests };
}

/**
 * The text of a file that a click saves.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} button
 */
export async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const stream = await download.createReadStream();
  const parts = [];
  for await (const part of stream) parts.push(part);
  return { name: download.suggestedFilename(), text: Buffer.concat(parts).toString('utf8') };
}

/** @param {import('playwright-core').Page} page @param {string} name */
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/**
 * Waits for a screen's heading; what stands there instead is in the failure.
 * @param {import('playwright-core').Page} page
 * @param {string} text
 */
export const stands = (page, text) =>
  page.locator('main h1', { hasText: text }).waitFor().catch(async () => assert.fail(`not “${text}”, but: ${(await page.locator('main').innerText()).slice(0, 400)}`));

/** The control code that a page shows. @param {import('playwright-core').Page} page */
export const control = async (page) => (await page.locator('.groups').first().getAttribute('data-code')) ?? '';
