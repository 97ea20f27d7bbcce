// Answers of a worker in an election that exists nowhere, for the screens' own tests.

import { ID } from './static.js';

const text = (/** @type {string} */ en, /** @type {string} */ ru, /** @type {string} */ kk) => ({ kk, ru, en });

export const CODE = 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345';
export const SECOND = 'ZYXW-VTSR-QPNM-KJHG-FEDC-BA98-7654';
export const FINGERPRINT = '0123456-789ABCD-EFGHJKM-NPQRSTV';
export const CONTROL = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';
export const SECOND_CONTROL = '11111-22222-33333-44444-55555';

export const OPENED = {
  id: ID,
  fingerprint: FINGERPRINT,
  title: text('A question', 'Вопрос', 'Сұрақ'),
  languages: ['kk', 'ru', 'en'],
  contests: [
    {
      id: 'plant',
      question: text('Shall a bridge be built?', 'Строить ли мост?', 'Көпір салынсын ба?'),
      options: [
        { id: 'yes', label: text('Yes', 'Да', 'Иә') },
        { id: 'no', label: text('No', 'Нет', 'Жоқ') },
      ],
      blank: true,
      blank_label: text('Blank', 'Пустой голос', 'Бос дауыс'),
    },
  ],
  phase: 'open',
  opens: '2020-01-01T00:00:00Z',
  closes: '2099-01-01T00:00:00Z',
  now_closed: false,
  registrars: 1,
  test: false,
  observers: { state: 'old', named: 4, confirmed_by: 3, minutes: 12 },
};
export const VOTER = { roll_number: 17, region: null, voted_before: false, sequence: 0 };
export const RECEIPT = { control_code: CONTROL, receipt: 'c2sp.org/tlog-proof@v1\n', entry: 41, size: 42, roll_number: 17, observers: { state: 'waiting', named: 4, confirmed_by: 0, minutes: null } };
export const CONFIRMED = { state: 'confirmed', named: 4, confirmed_by: 3, minutes: 0 };
export const STEPS = [{ step: 'sealed' }, { step: 'received' }, { step: 'in_book' }];

/** A worker with which everything goes well. @returns {import('./static.js').Script} */
export const well = () => ({
  open: [{ value: OPENED }],
  enter: [{ value: VOTER }],
  encrypt: [{ value: { control_code: CONTROL } }, { value: { control_code: SECOND_CONTROL } }],
  cast: [{ progress: STEPS, value: RECEIPT }],
  confirm: [{ value: { observers: CONFIRMED, receipt: RECEIPT.receipt } }],
  test: [{ value: { control_code: CONTROL, opening: '00ff' } }],
  check: [{ value: { state: 'stands', control_code: CONTROL, sequence: 1, entry: 41, phase: 'open', observers: CONFIRMED, receipt: RECEIPT.receipt } }],
  check_test: [{ value: { choices: [{ ...OPENED.contests[0], contest: 'plant', choice: 'yes' }], same: true } }],
  audit: [{ progress: [{ entries: 10, of: 40 }, { entries: 30, of: 40 }], value: REPORT }],
  clear: [{ value: {} }],
});

export const REPORT = {
  schema: 'plebiscite-report/1',
  outcome: 'passed',
  election: ID,
  fingerprint: FINGERPRINT,
  title: 'A question',
  size: 40,
  root: '00',
  phase: 'certified',
  checks: [
    { name: 'log-tree', sentence: "the tiles lead to the checkpoint's root", status: 'pass', entry: null, reason: null },
    { name: 'replacement', sentence: 'a replacement is signed by all who must', status: 'not-applicable', entry: null, reason: null },
  ],
  findings: [{ name: 'one-log', entry: null, text: 'one log was given' }],
  counts: { eligible: 30, ballots: 22, counted: 21, superseded: 1, replacements: 0 },
  verdict: { contests: [{ contest: 'plant', kind: 'yes_no', valid: true, decision: 'not_adopted', yes: 8, no: 12, blank: 1 }] },
};
