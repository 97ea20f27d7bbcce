// A worker that computes nothing: it answers by the contract, with what a test put in SCRIPT.
/* global SCRIPT */

onmessage = async ({ data: { id, call } }) => {
  // @ts-ignore: put before this file by the test's server
  const answers = SCRIPT[call] ?? [{ error: { code: 'unknown-call', message: call } }];
  const said = answers.length > 1 ? answers.shift() : answers[0];
  for (const progress of said.progress ?? []) {
    postMessage({ id, progress });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (said.wait) await new Promise((resolve) => setTimeout(resolve, said.wait));
  if (said.error) postMessage({ id, ok: false, error: said.error });
  else postMessage({ id, ok: true, value: said.value });
};
