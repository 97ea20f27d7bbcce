// A practice vote: the same screens with a question that decides nothing, and with a worker that seals and sends nothing.

import { everywhere } from '../i18n/index.js';

/** Control codes of practice, of which none can be mistaken for a true one. */
const CODES = ['PRACT-1CE00-00000-00000-00001', 'PRACT-1CE00-00000-00000-00002'];
/** Milliseconds between two ticks, so that they can be seen. */
const PACE = 400;

/**
 * The ballot paper of practice, under the title of the election that is practised for.
 * @param {import('../types.d.ts').Opened} opened
 * @returns {import('../types.d.ts').Opened}
 */
export function practicePaper(opened) {
  const option = (/** @type {string} */ id) => ({ id, label: everywhere(`practice.${id}`) });
  const question = everywhere('practice.question');
  const contest = { id: 'practice', kind: 'single_choice', question, options: ['spring', 'summer', 'autumn', 'winter'].map(option), blank: true, blank_label: everywhere('practice.blank') };
  return { ...opened, contests: [contest], observers: null };
}

/** Answers the calls that a vote needs, as a worker would. */
export class Practice {
  /** There is no worker to end. */
  end() {}

  #sealed = 0;

  /**
   * @param {string} call
   * @param {object} _
   * @param {(step: import('../types.d.ts').Progress) => void} [progress]
   * @returns {Promise<any>}
   */
  async call(call, _, progress) {
    const control_code = CODES[this.#sealed % CODES.length] ?? '';
    if (call === 'encrypt') {
      this.#sealed += 1;
      return { control_code };
    }
    if (call !== 'cast') throw { code: 'general', message: `practice has no ${call}` };
    for (const step of /** @type {import('../types.d.ts').Step[]} */ (['sealed', 'received', 'in_book'])) {
      await new Promise((resolve) => setTimeout(resolve, PACE));
      progress?.({ step });
    }
    return { control_code, receipt: '', entry: 0, size: 0, roll_number: 0, observers: null };
  }
}
