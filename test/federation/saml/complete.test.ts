/** What an answer may say, and how much of it counts. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { now, seconds } from '../../../src/base/clock.js';
import { ADDRESSES, connectorTo, PROVIDER, signIn, STATE } from './connector.js';
import { posted, response, timeText, type Written } from './stand-in/response.js';

describe('claims', () => {
  test('have the name identifier of the subject, whatever an attribute of that name says', async () => {
    const attributes = { nameId: ['admin'], mail: ['ned@corp.test'], ['__proto__']: ['x'], constructor: ['y'] };
    const outcome = await signIn(connectorTo(), { attributes });
    if (outcome.kind !== 'ok') throw new Error(outcome.kind);
    expect(Object.fromEntries(outcome.identity.claims)).toEqual({ nameId: ['ned-1'], mail: ['ned@corp.test'] });
    const withoutName = connectorTo({ subject: { attribute: 'mail' } });
    const other = await signIn(withoutName, { attributes, nameId: '' });
    expect(other.kind === 'ok' && other.identity.claims.has('nameId')).toBe(false);
  });
});

test('a name that is too long to keep signs in, and cannot be named in a sign-out', async () => {
  const outcomeOf = async (length: number) => {
    const text = 'x'.repeat(length);
    const nameId = `<saml:NameID Format="${text}" NameQualifier="${text}" SPNameQualifier="${text}">${text}</saml:NameID>`;
    return signIn(connectorTo({ subject: { attribute: 'mail' } }), { nameId });
  };
  expect(await outcomeOf(900)).toMatchObject({ signOutName: 'x'.repeat(900), signOutHint: expect.any(String) });
  const long = await outcomeOf(1010);
  expect(long.kind).toBe('ok');
  expect(long).not.toHaveProperty('signOutName');
  expect(long).not.toHaveProperty('signOutHint');
});

describe('a sign-in that has to be new', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: Date.UTC(2026, 11, 1), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const after = (age: number, maxAgeSeconds?: number) => {
    const authnInstant = timeText(now() - seconds(age));
    return signIn(connectorTo(), { authnInstant }, maxAgeSeconds === undefined ? {} : { maxAgeSeconds });
  };

  test('may be as old as was asked for, and as the clocks may differ', async () => {
    expect(await after(120, 0)).toMatchObject({ kind: 'ok' });
    expect(await after(121, 0)).toEqual({ kind: 'upstream-error', reason: 'auth-too-old' });
    expect(await after(180, 60)).toMatchObject({ kind: 'ok' });
    expect(await after(181, 60)).toEqual({ kind: 'upstream-error', reason: 'auth-too-old' });
    expect(await after(3600)).toMatchObject({ kind: 'ok' });
  });
});

test('is nothing once the session there has ended, though the answer came before', async () => {
  jest.useFakeTimers({ now: Date.UTC(2026, 11, 1), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const after = (passed: number) =>
    signIn(connectorTo(), { sessionNotOnOrAfter: timeText(now() + seconds(30)) }, {}, () => {
      jest.advanceTimersByTime(seconds(passed));
    });
  expect(await after(29)).toMatchObject({ kind: 'ok' });
  expect(await after(30)).toEqual({ kind: 'upstream-error', reason: 'saml-session-ended' });
  jest.useRealTimers();
});

describe('what comes beside an answer', () => {
  const receive = (relayState: string | undefined, written: Written = {}, connection: object = {}) =>
    connectorTo({ connection }).receive?.(
      new Map([
        [
          'SAMLResponse',
          posted(
            response({
              ...{ issuer: PROVIDER, assertionIssuer: PROVIDER, destination: ADDRESSES.callback },
              ...{ recipient: ADDRESSES.callback, audience: ADDRESSES.description, ...written },
            }),
          ),
        ],
        ...(relayState === undefined ? [] : [['RelayState', relayState] as const]),
      ]),
    );

  test('names no sign-in, if it is longer than any name of ours', async () => {
    expect(await receive(STATE)).toEqual({ kind: 'failed', code: 'saml-in-response-to', state: STATE });
    expect(await receive('x'.repeat(81))).toEqual({ kind: 'failed', code: 'saml-in-response-to' });
  });

  test('is ignored where nobody here asked', async () => {
    const connection = { idpInitiated: { client: 'intranet' } };
    const unasked = { inResponseTo: null };
    for (const state of [undefined, STATE, 'https://evil.test/']) {
      expect(await receive(state, unasked, connection)).not.toHaveProperty('state');
      expect(await receive(state, unasked, connection)).toMatchObject({ kind: 'received' });
    }
    expect(await receive(undefined, unasked)).toEqual({ kind: 'failed', code: 'saml-unsolicited' });
  });
});
