// A count shared out among workers: each replays the whole book and judges its share of the sealed votes. What they found is one
// report only if it is of one book, and only if no share is missing.

import { Calls } from '../parts/worker.js';

/** @typedef {import('../types.d.ts').Report} Report */

/** Entries below which one worker is as fast: every share reads the whole book. */
const SMALL = 2_000;
/** Most workers. */
const MOST = 8;
/** Bytes of memory that a worker takes for an entry, and the part of the device's memory that all may take. */
const BYTES = 400;
const PART = 1 / 4;

/**
 * How many workers count a book of this size on this device.
 * @param {number} size
 * @param {number} cores
 * @param {number} gibibytes
 */
export function workersFor(size, cores, gibibytes) {
  if (size < SMALL) return 1;
  const fit = Math.floor((gibibytes * 2 ** 30 * PART) / (size * BYTES));
  return Math.max(1, Math.min(MOST, cores, fit));
}

/**
 * One report of all shares: that of the earliest refusal, or what all of them agree on. Null where they do not belong together.
 * @param {Report[]} reports
 * @returns {Report | null}
 */
export function together(reports) {
  const [first] = reports;
  if (!first) return null;
  if (reports.length === 1 && !first.share) return first;
  const whole = reports.every(({ share }, own) => share?.own === own && share.of === reports.length);
  // The earliest refusal is the record's, whichever share met it.
  const failures = reports.filter(({ outcome }) => outcome === 'failed');
  const failed = failures.sort((one, other) => one.valid_up_to - other.valid_up_to)[0];
  const same = (/** @type {Report} */ report) => JSON.stringify([report.outcome, report.election, report.size, report.root, report.counts, report.verdict]);
  if (!whole || !(failed || reports.every((report) => same(report) === same(first)))) return null;
  const { share: _, ...report } = failed ?? first;
  return report;
}

/** The workers of one count. */
export class Shares {
  /** @type {Calls[]} */
  #calls = [];

  /**
   * @param {string} election
   * @param {{ note: string, size: number } | null} head the checkpoint that all count up to; without one a single worker counts
   * @param {(step: import('../types.d.ts').Progress) => void} progress
   * @returns {Promise<Report>}
   */
  async count(election, head, progress) {
    const memory = /** @type {any} */ (navigator).deviceMemory ?? 4;
    const of = head ? workersFor(head.size, navigator.hardwareConcurrency || 1, memory) : 1;
    const done = Array.from({ length: of }, () => 0);
    const place = { origin: location.origin, election };
    this.#calls = done.map(() => new Calls('count'));
    const counted = this.#calls.map((calls, own) => {
      const share = of > 1 && head ? { share: /** @type {[number, number]} */ ([own, of]), checkpoint: head.note } : {};
      return calls.call('audit', { ...place, ...share }, (step) => {
        done[own] = step.entries ?? 0;
        progress({ entries: Math.floor(done.reduce((sum, entries) => sum + entries, 0) / of), of: step.of });
      });
    });
    try {
      const report = together(await Promise.all(counted));
      if (!report) throw Object.assign(new Error('the workers did not count the same book'), { code: 'shares-differ' });
      return report;
    } finally {
      this.end();
    }
  }

  /** Ends all workers, at once. */
  end() {
    const calls = this.#calls;
    this.#calls = [];
    calls.forEach((one) => one.end());
  }
}
