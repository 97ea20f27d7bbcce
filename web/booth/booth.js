// The voting booth: takes the code out of the address, then leads from screen to screen.

import { takeFragment } from '../parts/address.js';
import { Calls } from '../parts/worker.js';
import { Booth } from './machine.js';
import checkAnswer from './check-answer.js';
import cleared from './cleared.js';
import code from './code.js';
import codeWorks from './code-works.js';
import done from './done.js';
import failure from './failure.js';
import fingerprint from './fingerprint.js';
import opening from './opening.js';
import practised from './practised.js';
import question from './question.js';
import sending from './sending.js';
import start from './start.js';
import testDevice from './test-device.js';
import voteAgain from './vote-again.js';

const screens = {
  opening,
  start,
  fingerprint,
  code,
  'code-works': codeWorks,
  'vote-again': voteAgain,
  question,
  'check-answer': checkAnswer,
  'test-device': testDevice,
  sending,
  done,
  practised,
  cleared,
  failure,
};

// First of all: no code stays in the address.
const carried = takeFragment();
const booth = new Booth(new Calls(), screens);

if (typeof WebAssembly === 'undefined') booth.fail({ code: 'no-webassembly', message: 'no WebAssembly' }, () => location.reload());
else void booth.begin(carried);

// A link opened in a tab that already shows the booth changes the fragment only: its code is taken in the same way. Whoever
// opens it may be another voter of the same household: what the last one was shown must not stay as if it were hers.
addEventListener('hashchange', () => {
  const link = takeFragment();
  if (link.codes.length === 0 || booth.sending) return;
  booth.replace('opening');
  void booth.clear().then(() => booth.begin(link));
});
