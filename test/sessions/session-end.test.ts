/** When a session ends: unused, at its absolute limit, and when the identity provider with which it began ends its own. */
import { describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { begunBy } from '../../src/sessions/begun-by.js';
import { mergeSession } from '../../src/sessions/merge-session.js';
import { type Proof, upstreamName } from '../../src/sessions/proof.js';
import type { Session } from '../../src/sessions/session.js';
import { prolonged, sessionEnd } from '../../src/sessions/session-end.js';

const BEGAN = 1_800_000_000_000;
const at = (n: number): number => BEGAN + minutes(n);
const LIMITS = { idleSeconds: 30 * 60, absoluteSeconds: 100 * 60 };
const REALM = { session: LIMITS, rememberedSession: { idleSeconds: 90 * 60, absoluteSeconds: 900 * 60 } };

const base: Session = {
  ...{ id: 'uid', cookie: hashOf('first'), userId: 'u', startedAt: BEGAN, signOutEpoch: 0 },
  ...{ proofs: [], clients: [], payload: '{}', usedAt: BEGAN, expiresAt: at(30) },
};
const fed = (subject: string, endsAt?: number): Proof => ({
  ...{ method: 'fed', factor: 'first', at: BEGAN, connector: 'partner', account: upstreamName('partner', subject) },
  ...(endsAt !== undefined && { endsAt }),
});
const password: Proof = { method: 'pwd', factor: 'first', at: at(5) };

describe('a session', () => {
  test('ends at the earlier of its two limits', () => {
    expect(sessionEnd(BEGAN, LIMITS, at(20))).toBe(at(50));
    expect(sessionEnd(BEGAN, LIMITS, at(90))).toBe(at(100));
  });

  test('is prolonged by its use, once half of the idle time is over, and never beyond its absolute limit', () => {
    expect(prolonged(base, REALM, at(14))).toBeUndefined();
    expect(prolonged(base, REALM, at(16))).toBe(at(46));
    expect(prolonged({ ...base, usedAt: at(80), expiresAt: at(95) }, REALM, at(99))).toBe(at(100));
    expect(prolonged({ ...base, remembered: true }, REALM, at(50))).toBe(at(140));
  });

  test('is not prolonged beyond the session of the provider with which it began', () => {
    expect(prolonged({ ...base, endsAt: at(40) }, REALM, at(16))).toBe(at(40));
    expect(prolonged({ ...base, endsAt: at(60) }, REALM, at(16))).toBe(at(46));
    expect(prolonged({ ...base, endsAt: at(30) }, REALM, at(16))).toBeUndefined();
  });
});

describe('the end that a provider sets', () => {
  test('is that of the sign-in with which the session began', () => {
    expect(begunBy(undefined, [fed('ada', at(40))]).endsAt).toBe(at(40));
    expect(begunBy(undefined, [password, fed('ada', at(40))]).endsAt).toBeUndefined();
  });

  test('stays, whatever else the person shows', () => {
    const began = begunBy(undefined, [fed('ada', at(40))]);
    for (const later of [password, fed('bob', at(90)), fed('bob'), { ...fed('ada', at(90)), connector: 'other' }]) {
      expect(begunBy(began, [fed('ada', at(40)), later]).endsAt).toBe(at(40));
      // A later proof of one method takes the place of the earlier one.
      expect(begunBy(began, [later]).endsAt).toBe(at(40));
    }
    expect(begunBy({}, [fed('ada', at(40))]).endsAt).toBeUndefined();
  });

  test('is another one after another sign-in by the same account there', () => {
    const began = begunBy(undefined, [fed('ada', at(40))]);
    expect(begunBy(began, [fed('ada', at(80))]).endsAt).toBe(at(80));
    expect(begunBy(began, [fed('ada', at(20))]).endsAt).toBe(at(20));
    expect(begunBy(began, [fed('ada')]).endsAt).toBeUndefined();
  });

  test('holds for both of two tabs that save at once', () => {
    const bound = { ...base, endsAt: at(40) };
    const touched = { ...base, expiresAt: at(46) };
    expect(mergeSession(base, bound, touched)).toMatchObject({ endsAt: at(40), expiresAt: at(40) });
    expect(mergeSession(base, touched, bound)).toMatchObject({ endsAt: at(40), expiresAt: at(40) });
    const again = { ...bound, endsAt: at(80), expiresAt: at(50) };
    expect(mergeSession(bound, again, { ...bound, expiresAt: at(35) })).toMatchObject({
      ...{ endsAt: at(80), expiresAt: at(50) },
    });
  });
});
