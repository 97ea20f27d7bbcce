// The pages' files under the server's addresses and headers, with a worker that answers what a test tells it to.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { device } from './browser.js';

const WEB = fileURLToPath(new URL('../..', import.meta.url));
const KINDS = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8' };
export const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
export const ID = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const PAGES = { v: 'booth', audit: 'audit', check: 'check' };

/**
 * What the worker answers to the calls of one name, in turn; the last answer stands for all further calls.
 * @typedef {{ value?: unknown, error?: unknown, progress?: unknown[], wait?: number }} Said
 * @typedef {Record<string, Said[]>} Script
 */

/** Serves the pages; the script can be changed between the calls of a test. */
export async function serve() {
  const stage = { origin: '', script: /** @type {Script} */ ({}), close: async () => {} };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    /** @param {number} status @param {string} kind @param {string | Buffer} body */
    const answer = (status, kind, body) => response.writeHead(status, { ...HEADERS, 'content-type': kind }).end(body);
    try {
      const page = /^\/e\/[0-9a-f]{16}\/(v|audit|check)$/u.exec(path)?.[1];
      if (path === '/api/v1/elections') answer(200, 'application/json', JSON.stringify([{ id: ID, prefix: ID.slice(0, 16) }]));
      else if (path.endsWith('/checkpoint')) answer(200, 'text/plain', `plebiscite/v1/${ID}\n40\nAAAA\n`);
      else if (path === '/assets/worker.js') answer(200, 'text/javascript', `const SCRIPT = ${JSON.stringify(stage.script)};\n${await readFile(new URL('worker.js', import.meta.url), 'utf8')}`);
      else if (page) answer(200, KINDS['.html'], await readFile(join(WEB, PAGES[/** @type {keyof typeof PAGES} */ (page)], 'index.html')));
      else if (path.startsWith('/assets/')) answer(200, KINDS[/** @type {keyof typeof KINDS} */ (extname(path))] ?? 'text/plain', await readFile(join(WEB, normalize(path.slice('/assets/'.length)))));
      else answer(404, 'text/plain', 'nothing');
    } catch {
      answer(404, 'text/plain', 'nothing');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  stage.origin = `http://127.0.0.1:${address.port}`;
  stage.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return stage;
}

/**
 * A page of its own with a worker's script.
 * @param {import('playwright-core').Browser} browser
 * @param {Awaited<ReturnType<typeof serve>>} site
 * @param {string} address
 * @param {Script} script
 * @param {Parameters<typeof device>[1]} [wish]
 */
export async function visit(browser, site, address, script, wish) {
  site.script = script;
  const visitor = await device(browser, wish);
  await visitor.page.goto(address);
  return visitor;
}
