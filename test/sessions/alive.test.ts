import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashOf } from '../../src/base/hash-of.js';
import { alive, type Owner } from '../../src/sessions/alive.js';
import type { Grant } from '../../src/sessions/grant.js';
import type { Session } from '../../src/sessions/session.js';
import type { Token } from '../../src/sessions/token.js';

const NOW = 1_000_000;
const owner: Owner = { state: 'active' };
const grant: Grant = {
  id: 'g',
  userId: 'u',
  clientId: 'c',
  sessionUid: 's',
  startedAt: NOW - 100,
  payload: '{}',
  expiresAt: NOW + 1000,
};
const session: Session = {
  id: 's',
  cookie: hashOf('cookie'),
  userId: 'u',
  startedAt: NOW - 200,
  proofs: [],
  clients: [],
  payload: '{}',
  expiresAt: NOW + 1000,
};
const token: Token = {
  id: hashOf('token'),
  kind: 'access-token',
  clientId: 'c',
  userId: 'u',
  grantId: 'g',
  sessionUid: 's',
  sessionBound: true,
  issuedAt: NOW - 50,
  expiresAt: NOW + 500,
};
const offline: Token = { ...token, sessionBound: false };
const all = { grant, session, owner };

describe('a token', () => {
  test('lives while it, its grant, its user and its session live', () => {
    expect(alive(token, all, NOW)).toBe(true);
  });

  test('is dead from the moment it expires', () => {
    expect(alive(token, all, token.expiresAt)).toBe(false);
    expect(alive(token, all, token.expiresAt - 1)).toBe(true);
  });

  test.each<[string, Partial<typeof all> | { grant: undefined } | { owner: undefined }]>([
    ['its grant is revoked', { grant: { ...grant, revokedAt: NOW - 1 } }],
    ['its grant is gone', { grant: undefined }],
    ['its user is disabled', { owner: { state: 'disabled' } }],
    ['its user is gone', { owner: undefined }],
    ['its user was signed out everywhere after it began', { owner: { state: 'active', signedOutAt: NOW - 10 } }],
    [
      'its user was signed out in the very millisecond it began',
      { owner: { state: 'active', signedOutAt: grant.startedAt } },
    ],
  ])('is dead when %s, bound to its session or not', (_why, changed) => {
    expect(alive(token, { ...all, ...changed }, NOW)).toBe(false);
    expect(alive(offline, { ...all, ...changed }, NOW)).toBe(false);
  });

  test('dies with its session, unless offline access was consented', () => {
    for (const dead of [undefined, { ...session, endedAt: NOW - 1 }]) {
      expect(alive(token, { ...all, session: dead }, NOW)).toBe(false);
      expect(alive(offline, { ...all, session: dead }, NOW)).toBe(true);
    }
  });

  test('of a client acting for itself needs nobody', () => {
    const { userId: _user, grantId: _grant, sessionUid: _session, ...rest } = token;
    expect(alive({ ...rest, kind: 'client-credentials', sessionBound: false }, {}, NOW)).toBe(true);
  });

  test('never comes to life by one more thing that has ended', () => {
    const time = fc.integer({ min: NOW - 300, max: NOW + 300 });
    const maybe = fc.option(time, { nil: undefined });
    fc.assert(
      fc.property(maybe, maybe, maybe, time, fc.boolean(), (revokedAt, endedAt, signedOutAt, at, sessionBound) => {
        const references = {
          grant: { ...grant, ...(revokedAt !== undefined && { revokedAt }) },
          session: { ...session, ...(endedAt !== undefined && { endedAt }) },
          owner: { ...owner, ...(signedOutAt !== undefined && { signedOutAt }) },
        };
        if (!alive({ ...token, sessionBound }, references, at)) return true;
        return alive({ ...token, sessionBound }, all, at);
      }),
    );
  });
});
