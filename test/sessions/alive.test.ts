import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { alive, type Owner, sessionAlive } from '../../src/sessions/alive.js';
import { type Grant, grants } from '../../src/sessions/grants/grant.js';
import { type Session, sessions } from '../../src/sessions/session.js';
import { nextSignOutEpoch, signOutEpochOf } from '../../src/sessions/sign-out-epoch.js';
import type { Token } from '../../src/sessions/tokens/token.js';

const NOW = 1_000_000;
const owner: Owner = { blocks: [] };
const block = { by: 'administrator', since: 0 } as const;
const grant: Grant = {
  id: 'g',
  userId: 'u',
  clientId: 'c',
  sessionUid: 's',
  startedAt: NOW - 100,
  signOutEpoch: 0,
  payload: '{}',
  expiresAt: NOW + 1000,
};
const session: Session = {
  id: 's',
  cookie: hashOf('cookie'),
  userId: 'u',
  startedAt: NOW - 200,
  signOutEpoch: 0,
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
    ['its user is blocked', { owner: { blocks: [block] } }],
    ['its user is blocked until later', { owner: { blocks: [{ ...block, until: NOW + 1 }] } }],
    ['its user is gone', { owner: undefined }],
    ['its user was signed out everywhere since', { owner: { blocks: [], signedOutAt: NOW - 10 } }],
    ['its user was signed out since by a clock far behind', { owner: { blocks: [], signedOutAt: 1 } }],
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

  test('lives on in an epoch that a clock far ahead began', () => {
    const signedOutAt = NOW + 300_000;
    const epoch = { signOutEpoch: signedOutAt };
    const references = {
      grant: { ...grant, ...epoch },
      session: { ...session, ...epoch },
      owner: { ...owner, signedOutAt },
    };
    expect(alive(token, references, NOW)).toBe(true);
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

describe('of two servers whose clocks differ and move', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const skew = fc.integer({ min: -86_400_000, max: 86_400_000 });
  /** At the clock of one server: a session begins, everything ends, or everything ends but one session. */
  const step = fc.record({ clock: skew, kind: fc.constantFrom('begin', 'sign out', 'survive'), which: fc.nat(20) });

  test('whatever began before a sign-out is dead, whatever began after it or outlived it lives', () => {
    const clock = jest.spyOn(Date, 'now');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let user: Owner = { blocks: [] };
        let begun: { session: Session; lives: boolean }[] = [];
        for (const [i, { clock: ahead, kind, which }] of steps.entries()) {
          clock.mockReturnValue(NOW + i + ahead);
          if (kind === 'begin') {
            const began = { ...session, startedAt: Date.now(), signOutEpoch: signOutEpochOf(user) };
            begun.push({ session: began, lives: true });
          } else {
            const survivor = kind === 'survive' ? begun.filter(({ lives }) => lives)[which] : undefined;
            user = { ...user, signedOutAt: nextSignOutEpoch(user) };
            begun = begun.map((each) =>
              each === survivor
                ? { session: { ...each.session, signOutEpoch: signOutEpochOf(user) }, lives: true }
                : { ...each, lives: false },
            );
          }
          for (const { session: each, lives } of begun) expect(sessionAlive(each, user, NOW)).toBe(lives);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what a server of the version before stored', () => {
  test('is judged by when it began, as that server does: its migration revives nothing and ends nothing', () => {
    const moment = fc.integer({ min: 1, max: 1000 });
    const bring = (spec: typeof sessions | typeof grants, version: number, stored: object) =>
      (spec.migrations?.[version] as (document: object) => Session & Grant)(stored);
    fc.assert(
      fc.property(moment, fc.option(moment, { nil: undefined }), (startedAt, signedOutAt) => {
        const user: Owner = { blocks: [], ...(signedOutAt !== undefined && { signedOutAt }) };
        const { signOutEpoch: _, ...stored } = { ...session, startedAt };
        const expected = signedOutAt === undefined || startedAt > signedOutAt;
        expect(sessionAlive(bring(sessions, 4, stored), user, NOW)).toBe(expected);
        expect(bring(grants, 3, stored).signOutEpoch).toBe(bring(sessions, 4, stored).signOutEpoch);
      }),
    );
  });

  test('keeps its epoch where that server only touched it', () => {
    expect(sessions.migrations?.[4]?.({ startedAt: 500, signOutEpoch: 7 })).toMatchObject({ signOutEpoch: 7 });
    expect(grants.migrations?.[3]?.({ startedAt: 500, signOutEpoch: 7 })).toMatchObject({ signOutEpoch: 7 });
  });
});
