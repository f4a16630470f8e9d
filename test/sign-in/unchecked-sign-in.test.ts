/** A sign-in whose password was not checked is recorded too, without a user. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { csrfOf, type PasswordOutcome, signInApplication } from './sign-in-application.js';

const PAGE = '/sign-in/uid-1';
const credentials = { identifier: 'alice', password: 'correct horse' };

let app: Awaited<ReturnType<typeof signInApplication>>;
beforeEach(async () => {
  app = await signInApplication();
});
afterEach(() => app.close());

test.each<[string, PasswordOutcome, object]>([
  ['throttled', { kind: 'throttled', retryAfterSeconds: 90 }, {}],
  ['overloaded', { kind: 'overloaded', retryAfterSeconds: 5 }, {}],
  ['not-offered', { kind: 'not-offered' }, {}],
  [
    'unavailable',
    { kind: 'userstore-failed', userstore: 'corp', fault: 'unavailable', reason: 'no answer' },
    { connector: 'corp' },
  ],
])('%s', async (why, outcome, more) => {
  app.state.verify = async () => outcome;
  await app.post(PAGE, { csrf: csrfOf(await app.get(PAGE)), ...credentials });
  expect(app.state.recorded.map(({ signIn }) => signIn)).toEqual([
    { outcome: 'failure', clientId: expect.any(String), why, typed: hashOf(credentials.identifier), ...more },
  ]);
});
