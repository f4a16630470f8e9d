import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { mergeSession } from '../../src/sessions/merge-session.js';
import type { Session, SessionClient } from '../../src/sessions/session.js';

const client = (clientId: string): SessionClient => ({ clientId, sid: `sid-${clientId}`, offline: false });
const base: Session = {
  id: 'uid',
  cookie: hashOf('first'),
  userId: 'u',
  startedAt: 10,
  signOutEpoch: 0,
  proofs: [{ method: 'pwd', at: 10 }],
  clients: [client('a')],
  payload: JSON.stringify({ iat: 1, loginTs: 1 }),
  expiresAt: 100,
};
const names = ({ clients }: Session): string[] => clients.map(({ clientId }) => clientId).sort();

describe('when two tabs save one session', () => {
  test('neither loses the client that it signed in to', () => {
    const ours = { ...base, clients: [client('a'), client('b')] };
    const theirs = { ...base, clients: [client('a'), client('c')] };
    expect(names(mergeSession(base, ours, theirs))).toEqual(['a', 'b', 'c']);
  });

  test('what one of them made outlive a sign-out does so, though the other wrote what it had read before', () => {
    const outlived = { ...base, startedAt: 31, signOutEpoch: 30, signedInAt: 10 };
    const touched = { ...base, clients: [client('a'), client('b')] };
    expect(mergeSession(base, touched, outlived)).toMatchObject({ signOutEpoch: 30, startedAt: 31, signedInAt: 10 });
    expect(mergeSession(base, outlived, touched)).toMatchObject({ signOutEpoch: 30 });
  });

  test('a client that one of them signed out of stays out', () => {
    const ours = { ...base, clients: [] };
    const theirs = { ...base, clients: [client('a'), client('c')] };
    expect(names(mergeSession(base, ours, theirs))).toEqual(['c']);
  });

  test('a sign-in is not undone by a tab that only touched the session', () => {
    const { userId: _, ...anonymous } = base;
    const touched = { ...anonymous, expiresAt: 150 };
    const signedIn = { ...base, startedAt: 20, proofs: [{ method: 'pwd' as const, at: 20 }], cookie: hashOf('second') };
    expect(mergeSession(anonymous, touched, signedIn)).toMatchObject({
      userId: 'u',
      startedAt: 20,
      cookie: hashOf('second'),
      proofs: [{ method: 'pwd', at: 20 }],
      expiresAt: 150,
    });
  });

  test('a cookie that the other tab has reset is kept, and one that we reset is ours', () => {
    const theirs = { ...base, cookie: hashOf('second'), formerCookie: hashOf('first'), formerUntil: 60 };
    expect(mergeSession(base, { ...base, expiresAt: 120 }, theirs).cookie).toBe(hashOf('second'));

    const ours = { ...base, cookie: hashOf('third'), formerCookie: hashOf('first'), formerUntil: 60 };
    const merged = mergeSession(base, ours, theirs);
    expect(merged.cookie).toBe(hashOf('third'));
    expect(merged.formerCookie).toBe(hashOf('second'));
  });

  test('of the rest each field is of whoever changed it', () => {
    const ours = { ...base, payload: JSON.stringify({ iat: 1, loginTs: 2 }) };
    const theirs = { ...base, payload: JSON.stringify({ iat: 1, loginTs: 1, state: { secret: 'x' } }) };
    expect(JSON.parse(mergeSession(base, ours, theirs).payload)).toEqual({
      iat: 1,
      loginTs: 2,
      state: { secret: 'x' },
    });
  });

  test('where somebody signed in from is kept by the tab that did not sign in, and changed by the one that did', () => {
    const before: Session = { ...base, address: '192.0.2.1' };
    const elsewhere: Session = { ...before, address: '192.0.2.2' };
    expect(mergeSession(before, before, elsewhere).address).toBe('192.0.2.2');
    expect(mergeSession(before, elsewhere, before).address).toBe('192.0.2.2');
  });

  test('whatever they add, all of it is there, in either order', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 6 });
    fc.assert(
      fc.property(ids, ids, (mine, yours) => {
        const ours = { ...base, clients: [client('a'), ...mine.filter((id) => id !== 'a').map(client)] };
        const theirs = { ...base, clients: [client('a'), ...yours.filter((id) => id !== 'a').map(client)] };
        const expected = [...new Set(['a', ...mine, ...yours])].sort();
        expect(names(mergeSession(base, ours, theirs))).toEqual(expected);
        expect(names(mergeSession(base, theirs, ours))).toEqual(expected);
      }),
    );
  });
});
