// What the pages and their worker say to each other, and what the pages keep while a voter is there.

/** A text by language code. */
export type Text = Record<string, string>;

export interface Option {
  id: string;
  label: Text;
}

export interface Contest {
  id: string;
  question: Text;
  /** As the manifest names it. */
  kind?: string;
  options: Option[];
  blank: boolean;
  blank_label?: Text | null;
  /** Least approvals or points. */
  minimum?: number;
  /** Most approvals, highest score, or most points for one option. */
  maximum?: number;
  /** Points or credits altogether. */
  budget?: number;
}

/**
 * An answer: an option's id; null for blank; a number for each option, null while a score is not given; options' ids, the
 * most preferred first.
 */
export type Given = string | null | { numbers: (number | null)[] } | { ranking: string[] };

/** Answer of `open`: the election as its checked documents say it is. */
export interface Opened {
  id: string;
  fingerprint: string;
  title: Text;
  description?: Text | null;
  languages: string[];
  contests: Contest[];
  phase: string;
  opens: string;
  closes: string;
  now_closed: boolean;
  registrars: number;
  test: boolean;
  /** Sentences that the manifest demands to be shown to voters. */
  sentences?: Text[];
  /** What the observers have confirmed of all that stands up to the opening. */
  observers?: Observers | null;
}

/** What the observers have confirmed of an entry; null where the manifest names none. */
export interface Observers {
  /** `old`: confirmed a while ago, and not since; `false`: what the server shows as theirs is not. */
  state: 'waiting' | 'confirmed' | 'old' | 'false';
  named: number;
  /** How many must confirm. */
  quorum?: number;
  confirmed_by: number;
  minutes: number | null;
}

/** Answer of `confirm`: the receipt once more, where the observers' checkpoint is in it. */
export interface Confirmed {
  observers: Observers | null;
  receipt: string | null;
}

/** Answer of `enter`. */
export interface Voter {
  roll_number: number;
  region: { id: string; name: Text } | null;
  voted_before: boolean;
  sequence: number;
  /** The vote that stands, if there is one. */
  standing?: { control_code: string; entry: number } | null;
}

/** Answer of `cast`. */
export interface Receipt {
  control_code: string;
  receipt: string;
  entry: number;
  size: number;
  roll_number: number;
  observers?: Observers | null;
}

/** Answer of `test`. */
export interface TestedBallot {
  control_code: string;
  opening: string;
}

/** Answer of `check`. */
export interface Found {
  state: 'none' | 'stands' | 'replaced';
  /** Whether a receipt proves that the vote looked for ever stood. */
  proven?: boolean;
  control_code?: string | null;
  sequence?: number | null;
  entry?: number | null;
  size?: number | null;
  /** Where the receipt's own vote stands. */
  own?: { entry: number } | null;
  phase?: 'open' | 'closed' | 'cancelled';
  observers?: Observers | null;
  /** The receipt once more, with the observers' checkpoint. */
  receipt?: string | null;
}

/** Answer of `qr`: the dark modules of each row as [from, length]. */
export interface QrCode {
  size: number;
  rows: [number, number][][];
}

/** Answer of `check_test`, and of `check_test_of`, which asks no one and says which election the record is of. */
export interface TestFound {
  title?: Text;
  fingerprint?: string;
  choices: (Contest & { contest: string; choice: Given })[];
  same: boolean;
}

export interface Choice {
  contest: string;
  choice: Given;
}

export type Step = 'sealed' | 'received' | 'in_book';

export interface Progress {
  step?: Step;
  entries?: number;
  of?: number;
}

/** One named check of the verifier's report. */
export interface CheckReport {
  name: string;
  sentence: string;
  status: 'pass' | 'fail' | 'not-reached' | 'not-applicable';
  entry: number | null;
  reason: string | null;
}

/** The verifier's report, schema `plebiscite-report/1`: the fields that the page shows. */
export interface Report {
  schema: string;
  outcome: 'passed' | 'cancelled' | 'not-yet' | 'failed';
  election: string | null;
  fingerprint: string | null;
  title: string | null;
  /** The share of a count that this reports; not there for a whole one. */
  share?: { own: number; of: number };
  size: number;
  root: string;
  /** Entries that stand before the first refusal. */
  valid_up_to: number;
  phase: string;
  checks: CheckReport[];
  findings: { name: string; entry: number | null; text: string }[];
  counts: { eligible: number; ballots: number; counted: number; superseded: number; replacements: number } | null;
  verdict: Verdict | null;
}

/** The part of a verdict that the page shows. */
export interface Verdict {
  contests?: {
    contest: string;
    kind?: string;
    valid?: boolean | null;
    decision?: 'adopted' | 'not_adopted' | 'undecided';
    yes?: number | null;
    no?: number | null;
    both?: number | null;
    blank?: number | null;
    participants?: number | null;
    /** Of options: what each got, in the ballot paper's order. */
    totals?: number[];
    /** Of options: who won, by place in that order. */
    places?: { result: 'undecided' | 'decided' | 'tied'; elected?: number[]; tied?: number[] };
  }[];
  tie_breaks?: { contest: string; outcome: 'not_needed' | 'first' | 'second' | 'tie' | 'undecided' }[];
}

/** Answer of `quick`. */
export interface Looked {
  size: number;
  drawn: number;
  right: number;
  wrong: { entry: number; reason: string }[];
  phase: string;
  result: number | null;
  certified: boolean;
  observers: Observers | null;
  paper: Opened;
}

/** Which arguments a call takes and which value answers it. */
export interface Calls {
  open: { args: { origin: string; election: string }; value: Opened };
  enter: { args: { codes: string[] }; value: Voter };
  encrypt: { args: { choices: Choice[] }; value: { control_code: string } };
  cast: { args: Record<string, never>; value: Receipt };
  confirm: { args: Record<string, never>; value: Confirmed };
  test: { args: Record<string, never>; value: TestedBallot };
  check_test: {
    args: { origin: string; election: string; opening: string; control_code: string; roll_number: number };
    value: TestFound;
  };
  check_test_of: { args: { record: string; opening: string; control_code: string; roll_number: number }; value: TestFound };
  record: { args: { origin: string; election: string; roll_number: number }; value: object };
  qr: { args: { text: string }; value: QrCode };
  check: {
    args: { origin: string; election: string; roll_number: number; receipt?: string; control_code?: string };
    value: Found;
  };
  audit: { args: { origin: string; election: string; share?: [number, number]; checkpoint?: string }; value: Report };
  quick: { args: { origin: string; election: string; ballots: number }; value: Looked };
  clear: { args: Record<string, never>; value: unknown };
}

export interface Failed {
  code: string;
  message: string;
  evidence?: unknown;
  /** The worker could not load its module: the next call is for another worker. */
  renew?: boolean;
}

export type Answer =
  | { id: number; progress: Progress }
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; error: Failed };

/** Words of one language: a sentence, or sentences by plural category. */
export type Words = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

/** What a failure means to a voter: heading, sentence, and what she can do. */
export interface Meaning {
  words: string;
  then: 'again' | 'code' | 'restart' | 'stop';
}
