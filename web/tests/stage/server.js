// The real server with small elections of its own, and a front before it that can be told to lie.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the built programs. */
export const PROGRAMS = process.env['PLEBISCITE_PROGRAMS'] ?? fileURLToPath(new URL('../../../target/debug', import.meta.url));
const WEB = fileURLToPath(new URL('../..', import.meta.url));
/** How long the server may take to be there. */
const PATIENCE = 60_000;

/**
 * @typedef {{ id: string, fingerprint: string, codes: string[][], entries: number, log?: string, witnesses?: { name: string, key: string, vkey: string }[], wrong?: number }} Election
 * @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: Buffer }} Reply
 * @typedef {(path: string, method: string, pass: () => Promise<Reply>) => Promise<Reply | null | undefined>} Lie null breaks the connection; undefined is the truth
 */

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.error ?? done.stderr}`);
}

/**
 * Makes elections, starts the server with them, and a front before it.
 * @param {'--long' | '--measured'} [only] other elections than the usual ones
 * @param {string[]} [logs] folders of further logs to serve, signed by the same board
 */
export async function begin(only, logs = []) {
  const folder = mkdtempSync(join(tmpdir(), 'plebiscite-pages-'));
  const closes = `${new Date(Date.now() + 30 * 3_600_000).toISOString().slice(0, 19)}Z`;
  run(join(PROGRAMS, 'examples', 'elections'), [folder, closes, ...(only ? [only] : [])]);
  /** @type {Record<'open' | 'two' | 'other' | 'closed' | 'finished' | 'watched' | 'coming' | 'cancelled' | 'closing' | 'long' | 'three' | 'ten', Election>} */
  const elections = JSON.parse(readFileSync(join(folder, 'elections.json'), 'utf8'));
  const watching = await watch(folder, elections.watched ?? {});
  const program = join(PROGRAMS, 'plebiscite-server');
  const served = join(folder, 'served');
  const config = join(folder, 'server.toml');
  const witnesses = watching.places.map(({ vkey, url }) => `[[witnesses]]\nkey = "${vkey}"\nurl = "${url}"\n`).join('');
  writeFileSync(config, `data = "${served}"\nboard_key = "${join(folder, 'board.key')}"\nwitness_interval_seconds = 1\n[limits]\nballots_per_minute_per_credential = 60\n${witnesses}`);
  for (const log of [...Object.keys(elections).map((name) => join(folder, name)), ...logs]) run(program, ['--config', config, 'import', log]);
  const addressFile = join(folder, 'address');
  const server = spawn(program, ['--config', config, 'serve', '--listen', '127.0.0.1:0', '--address-file', addressFile, '--web-dir', WEB], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (text) => (log += text));
  const address = await written(addressFile, () => log);
  const front = await frontOf(address);
  const close = front.close;
  return Object.assign(front, {
    elections,
    folder,
    /** The real server, without the front. */
    server: `http://${address}`,
    log: () => log,
    /** The observers are out of reach from now on. */
    blind: watching.end,
    async end() {
      await close();
      await stop(server);
      await watching.end();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/**
 * A real mirror of an election, with the pages, which follows the real server; or one that has lost it and stays behind.
 * @param {string} folder
 * @param {string} server
 * @param {Election} election
 * @param {boolean} [follows]
 */
export async function mirror(folder, server, election, follows = true) {
  const own = join(folder, `mirror-${follows ? 'of' : 'behind'}-${election.id.slice(0, 8)}`);
  const addressFile = `${own}.address`;
  const source = `${server}/e/${election.id.slice(0, 16)}/`;
  const program = join(PROGRAMS, 'plebiscite-mirror');
  run(program, ['pull', source, own, '--election', election.id, '--quiet']);
  const child = spawn(program, ['serve', `${own}=${follows ? source : source.replace(server, 'http://127.0.0.1:9')}`, '--every', '1', '--listen', '127.0.0.1:0', '--address-file', addressFile, '--web-dir', WEB], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text) => (log += text));
  return { origin: `http://${await written(addressFile, () => log)}`, end: () => stop(child) };
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(late);
}

/**
 * Real witnesses, each a process, that watch the election which names them.
 * @param {string} folder
 * @param {Pick<Election, 'log' | 'witnesses'>} election
 */
async function watch(folder, election) {
  const program = join(PROGRAMS, 'plebiscite-witness');
  /** @type {import('node:child_process').ChildProcess[]} */
  const running = [];
  const places = [];
  for (const { name, key, vkey } of election.witnesses ?? []) {
    const own = join(folder, name);
    run(program, ['--folder', own, 'new-key', '--name', name]);
    writeFileSync(join(own, 'key'), key);
    run(program, ['--folder', own, 'add-log', election.log ?? '']);
    const addressFile = join(own, 'address');
    const child = spawn(program, ['--folder', own, 'serve', '--listen', '127.0.0.1:0', '--address-file', addressFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', (text) => (log += text));
    running.push(child);
    places.push({ vkey, url: `http://${await written(addressFile, () => log)}` });
  }
  return { places, end: async () => void (await Promise.all(running.map(stop))) };
}

/**
 * @param {string} file
 * @param {() => string} log
 */
async function written(file, log) {
  for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
    try {
      const text = readFileSync(file, 'utf8').trim();
      if (text !== '') return text;
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server did not start:\n${log()}`);
}

/**
 * A server before the server: passes everything on unchanged, unless it is told a lie.
 * @param {string} address
 */
async function frontOf(address) {
  const front = { origin: '', asked: /** @type {{ method: string, path: string }[]} */ ([]), lie: /** @type {Lie | null} */ (null), close: async () => {} };
  const server = createServer(async (request, response) => {
    /** @type {Buffer[]} */
    const parts = [];
    for await (const part of request) parts.push(part);
    const [path, method] = [request.url ?? '/', request.method ?? 'GET'];
    front.asked.push({ method, path });
    const { host: _, ...headers } = request.headers;
    const pass = (/** @type {string} */ to = path) => forward(address, to, method, { ...headers, 'accept-encoding': 'identity' }, Buffer.concat(parts));
    try {
      const told = front.lie ? await front.lie(path, method, () => pass()) : undefined;
      if (told === null) {
        request.socket.destroy();
        return;
      }
      const reply = told ?? (await pass());
      const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...rest } = reply.headers;
      response.writeHead(reply.status, { ...rest, 'content-length': reply.body.length }).end(reply.body);
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  front.origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  front.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return front;
}

/**
 * @param {string} address
 * @param {string} path
 * @param {string} method
 * @param {import('node:http').OutgoingHttpHeaders} headers
 * @param {Buffer} body
 * @returns {Promise<Reply>}
 */
export function forward(address, path, method, headers, body) {
  const [host, port] = [address.slice(0, address.lastIndexOf(':')), Number(address.slice(address.lastIndexOf(':') + 1))];
  return new Promise((resolve, reject) => {
    const sent = ask({ host, port, path, method, headers }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/**
 * The voter's link, as the letter has it.
 * @param {string} origin
 * @param {Election} election
 * @param {number} voter
 */
export function link(origin, election, voter) {
  const codes = (election.codes[voter] ?? []).map((code) => `c=${code}`);
  return `${origin}/e/${election.id.slice(0, 16)}/v#${codes.join('&')}&e=${election.id}`;
}
