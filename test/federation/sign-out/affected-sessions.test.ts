import { describe, expect, test } from '@jest/globals';
import { effectOn } from '../../../src/federation/sign-out/affected-sessions.js';
import { begunBy, withoutHints } from '../../../src/sessions/begun-by.js';
import { mergeSession } from '../../../src/sessions/merge-session.js';
import { type Proof, upstreamName } from '../../../src/sessions/proof.js';
import type { Session } from '../../../src/sessions/session.js';
import { hashOf } from '../../../src/base/crypto/hash-of.js';

const password: Proof = { method: 'pwd', factor: 'first', at: 1 };
const fed = (subject: string, session?: string, connector = 'partner'): Proof => ({
  ...{ method: 'fed', factor: 'first', at: 2, connector, account: upstreamName(connector, subject) },
  ...(session !== undefined && { upstreamSession: upstreamName(connector, session) }),
});
const sessionWith = (...proofs: Proof[]) => ({ proofs, ...begunBy(undefined, proofs) });
const signedOut = { connector: 'partner', who: { by: 'subject', name: 'ada' } } as const;

describe('a sign-out at an upstream', () => {
  test('ends a session that began by that account there', () => {
    expect(effectOn(sessionWith(fed('ada', 's')), signedOut)).toEqual({ kind: 'ends' });
    expect(effectOn(sessionWith(fed('ada', 's')), { ...signedOut, sessions: ['s'] })).toEqual({ kind: 'ends' });
    expect(effectOn(sessionWith(fed('ada')), { ...signedOut, sessions: ['s'] })).toEqual({ kind: 'ends' });
  });

  test('does nothing to a session of another account, session or connector', () => {
    const none = { kind: 'none' };
    expect(effectOn(sessionWith(fed('bob', 's')), signedOut)).toEqual(none);
    expect(effectOn(sessionWith(fed('ada', 's')), { ...signedOut, sessions: ['other'] })).toEqual(none);
    expect(effectOn(sessionWith(fed('ada', 's', 'other')), signedOut)).toEqual(none);
    expect(effectOn(sessionWith(password), signedOut)).toEqual(none);
  });

  test('by another name finds what came by that name, whoever it was', () => {
    const named = (name: string, session?: string, connector = 'partner'): Proof => ({
      ...{ ...fed('e-1', session, connector), signOutName: upstreamName(connector, name) },
    });
    const byName = { connector: 'partner', who: { by: 'sign-out-name', name: 't-1' } } as const;
    expect(effectOn(sessionWith(named('t-1', 's')), byName)).toEqual({ kind: 'ends' });
    expect(effectOn(sessionWith(named('t-1', 's')), { ...byName, sessions: ['r', 's'] })).toEqual({ kind: 'ends' });
    expect(effectOn(sessionWith(password, named('t-1')), byName)).toEqual({ kind: 'drops', proofs: [password] });
    const none = { kind: 'none' };
    expect(effectOn(sessionWith(named('t-1', 's')), { ...byName, sessions: ['r'] })).toEqual(none);
    expect(effectOn(sessionWith(named('t-2')), byName)).toEqual(none);
    expect(effectOn(sessionWith(named('t-1', 's', 'other')), byName)).toEqual(none);
    // The id of somebody is no such name, nor the other way around.
    expect(effectOn(sessionWith(named('t-1')), { ...byName, who: { by: 'sign-out-name', name: 'e-1' } })).toEqual(none);
    expect(effectOn(sessionWith(named('t-1')), { ...byName, who: { by: 'subject', name: 't-1' } })).toEqual(none);
    expect(effectOn(sessionWith(fed('t-1')), byName)).toEqual(none);
  });

  test('takes a later proof alone', () => {
    expect(effectOn(sessionWith(password, fed('ada', 's')), signedOut)).toEqual({ kind: 'drops', proofs: [password] });
  });
});

describe('what a session began with', () => {
  const hinted: Proof = { ...fed('ada', 'one'), signOutHint: 'hint' };

  test('is its first proof, and stays that whatever is shown later', () => {
    const began = begunBy(undefined, [hinted]);
    expect(began).toEqual({ begunBy: expect.objectContaining({ connector: 'partner' }), signOutHint: 'hint' });
    expect(begunBy(began, [password])).toEqual(began);
    expect(begunBy(began, [fed('bob', 'two')])).toEqual(began);
    expect(begunBy({}, [hinted])).toEqual({});
    expect(begunBy(undefined, [password, hinted])).toEqual({});
  });

  test('follows the same account to a new session there', () => {
    const began = begunBy(undefined, [hinted]);
    const again = begunBy(began, [{ ...fed('ada', 'two'), signOutHint: 'newer' }]);
    expect(again.begunBy?.upstreamSession).toBe(upstreamName('partner', 'two'));
    expect(again.signOutHint).toBe('newer');
  });

  test('is found by the name of the sign-in that it began with, or else of the latest one', () => {
    const named = (name: string): Proof => ({ ...fed('ada'), signOutName: upstreamName('partner', name) });
    const began = begunBy(undefined, [
      named('one'),
      { ...fed('bob', 's', 'other'), signOutName: upstreamName('other', 'x') },
    ]);
    expect(began.signOutName).toBe(upstreamName('partner', 'one'));
    expect(begunBy(began, [named('two')]).signOutName).toBe(upstreamName('partner', 'two'));
    const later = begunBy(undefined, [password, named('one'), named('two')]);
    expect(later).toEqual({ signOutName: upstreamName('partner', 'two') });
    expect(begunBy(undefined, [password, fed('ada')])).toEqual({});
  });

  test('has its secret apart from the proofs', () => {
    expect(withoutHints([hinted])).toEqual([fed('ada', 'one')]);
  });

  test('survives another tab that saves at the same time, and is replaced by a tab that signed in', () => {
    const base: Session = {
      ...{ id: 'uid', cookie: hashOf('c'), userId: 'ada', startedAt: 1, signOutEpoch: 1, clients: [], payload: '{}' },
      ...{ expiresAt: 9, proofs: [fed('ada', 'one')], ...begunBy(undefined, [hinted]) },
    };
    expect(mergeSession(base, base, { ...base, usedAt: 5 })).toMatchObject({
      begunBy: base.begunBy,
      signOutHint: 'hint',
    });
    const ours = { ...base, ...begunBy(base, [{ ...fed('ada', 'two'), signOutHint: 'newer' }]) };
    expect(mergeSession(base, ours, base)).toMatchObject({ begunBy: ours.begunBy, signOutHint: 'newer' });
    expect(mergeSession(base, base, ours)).toMatchObject({ begunBy: ours.begunBy, signOutHint: 'newer' });
  });
});
