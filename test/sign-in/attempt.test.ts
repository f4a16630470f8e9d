import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { attemptAlive, factsWith, grow, readAttempt } from '../../src/sign-in/flow/attempt.js';
import type { Interaction } from '../../src/sign-in/interaction.js';
import { TWO_FACTOR } from '../../src/base/authentication-level.js';
import { csrfOf, nobody, signInApplication, somebody, waiting } from './sign-in-application.js';

const alice = { ...somebody, id: 'u-alice', username: 'alice', secondFactor: 'enrolled' } as const;
const bob = { ...somebody, id: 'u-bob', username: 'bob' };
const password = { method: 'pwd', at: 1000 } as const;
const code = { method: 'otp', at: 2000 } as const;

describe('an attempt', () => {
  const begun = grow(undefined, { user: alice, at: 1000, proof: password, remember: false });

  test('grows by what is shown, and remembers what was chosen', () => {
    expect(grow(begun, { user: alice, at: 2000, proof: code })).toEqual({
      userId: 'u-alice',
      startedAt: 1000,
      signOutEpoch: 0,
      proofs: [password, code],
      remember: false,
    });
  });

  test('holds each method once, as it was shown last', () => {
    const again = grow(begun, { user: alice, at: 3000, proof: { method: 'pwd', at: 3000 } });
    expect(again.proofs).toEqual([{ method: 'pwd', at: 3000 }]);
    expect(grow(again, { user: alice, at: 1000, proof: password }).proofs).toEqual([{ method: 'pwd', at: 3000 }]);
  });

  test('begins anew with another person: nothing is lent', () => {
    const other = grow(begun, { user: bob, at: 5000, proof: { method: 'pwd', at: 5000 } });
    expect(other).toEqual({
      userId: 'u-bob',
      startedAt: 5000,
      signOutEpoch: 0,
      proofs: [{ method: 'pwd', at: 5000 }],
    });
    const facts = factsWith({ ...nobody, user: alice, shownBefore: [code], consentedHere: true }, bob, other);
    expect(facts).toEqual({ ...nobody, user: bob, shownHere: other.proofs });
  });

  test('dies when its person is signed out everywhere, unless it did that itself', () => {
    expect(attemptAlive(begun, {})).toBe(true);
    // A clock behind ours said when.
    expect(attemptAlive(begun, { signedOutAt: 500 })).toBe(false);
    const after = { ...alice, signOutEpoch: 500 };
    const renewed = grow(begun, { user: after, at: 6001, renews: 0 });
    expect(attemptAlive(renewed, { signedOutAt: 500 })).toBe(true);
    expect(renewed.proofs).toEqual([password]);
  });

  test('that died lends nothing to the sign-in after it, nor to a change of the password by another browser of the person', () => {
    const after = { ...alice, signOutEpoch: 500 };
    const again = grow(begun, { user: after, at: 2000, proof: { method: 'pwd', at: 2000 } });
    expect(again).toMatchObject({ signOutEpoch: 500, startedAt: 2000 });
    expect(attemptAlive(again, { signedOutAt: 500 })).toBe(true);
    expect(grow(begun, { user: { ...alice, signOutEpoch: 900 }, at: 3000, renews: 500 }).proofs).toEqual([]);
  });

  test('of a server of the version before is judged by when it began', () => {
    const { signOutEpoch: _, ...stored } = begun;
    const read = readAttempt(JSON.stringify(stored));
    expect(attemptAlive(read, { signedOutAt: 999 })).toBe(true);
    expect(attemptAlive(read, { signedOutAt: 1000 })).toBe(false);
    expect(readAttempt(JSON.stringify({ ...begun, signOutEpoch: 7 })).signOutEpoch).toBe(7);
  });
});

describe('a right password while more is needed', () => {
  let app: Awaited<ReturnType<typeof signInApplication>>;
  beforeEach(async () => {
    app = await signInApplication();
    app.state.verify = async () => ({ kind: 'ok', user: alice, connector: 'primary' });
  });
  afterEach(() => app.close());

  const demanding: Interaction = { ...waiting, requirements: { ...waiting.requirements, level: TWO_FACTOR } };
  const post = async () =>
    app.post('/sign-in/uid-1', {
      csrf: csrfOf(await app.get('/sign-in/uid-1')),
      identifier: 'alice',
      password: 'right',
    });

  test('grows the attempt and leads to the next page; nobody is signed in', async () => {
    app.state.interactions = [demanding];
    const before = Date.now();
    expect(await post()).toMatchObject({ status: 303, headers: { location: '/sign-in/uid-1' } });
    expect(app.state.finished).toEqual([]);
    expect(app.state.recorded).toEqual([]);
    expect(app.state.grown).toMatchObject([{ user: { id: 'u-alice' }, proof: { method: 'pwd' } }]);
    expect(app.state.grown[0]?.at).toBeGreaterThanOrEqual(before);
  });

  test('says that the page is no longer valid, when the interaction is over by then', async () => {
    app.state.interactions = [demanding];
    app.state.verify = async () => {
      app.state.interactions = [];
      return { kind: 'ok', user: alice, connector: 'primary' };
    };
    expect((await post()).status).toBe(410);
  });

  test('and all the rest shown in another tab: this one goes on', async () => {
    const attempt = { userId: 'u-alice', startedAt: 1000, signOutEpoch: 0, proofs: [password, code], remember: false };
    app.state.interactions = [{ ...demanding, attempt, facts: factsWith(nobody, alice, attempt) }];
    expect((await app.get('/sign-in/uid-1')).status).toBe(303);
    expect(app.state.finished).toEqual([
      {
        kind: 'signed-in',
        userId: 'u-alice',
        startedAt: 1000,
        signOutEpoch: 0,
        proofs: [password, code],
        remember: false,
      },
    ]);
    expect(app.state.recorded).toMatchObject([{ signIn: { outcome: 'success', methods: ['pwd', 'otp', 'mfa'] } }]);
  });
});
