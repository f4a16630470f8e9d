/** An identity about which the person is asked before there is a user. */
import { describe, expect, test } from '@jest/globals';
import { factsWith, grow } from '../../src/sign-in/flow/attempt.js';
import type { Facts } from '../../src/sign-in/flow/facts.js';
import { nextStep } from '../../src/sign-in/flow/next-step.js';
import { type PendingIdentity, pendingText, readPending } from '../../src/sign-in/flow/pending-identity.js';
import type { Requirements } from '../../src/sign-in/flow/requirements.js';
import { alice, here, inWords, nobody, NOW, plain, TWO_FACTOR, user, wants, withCodeHere } from './step-facts.js';

const about = (facts: Facts, asks: 'link' | 'complete' = 'link'): Facts => ({ ...facts, pending: { id: 'p', asks } });
const proving = (facts: Facts): Facts => ({ ...facts, pending: { id: 'p', asks: 'link', proving: true } });
const password = here(alice);
const enrolled: Facts = here({ ...alice, user: { ...user, secondFactor: 'enrolled' } });

describe('the next step', () => {
  test.each<[string, Facts, Requirements, string]>([
    ['an identity that may have an account', about(nobody), plain, 'link-account'],
    ['one whose account lacks fields', about(nobody, 'complete'), plain, 'complete-profile'],
    ['the same beside a session', about(alice, 'complete'), plain, 'complete-profile'],
    ['beside a sign-in that was not for the link', about(password), plain, 'link-account'],
    ['a name typed instead', { ...about(nobody), named: true }, plain, 'authenticate'],

    ['the password of the account to link', proving(password), plain, 'link'],
    ['the same, with a consent to ask for', proving(password), wants({ consent: true }), 'link'],
    ['the same, and the client offers another userstore', proving(password), wants({ userstores: ['corp'] }), 'link'],
    ['the same, and another person is meant', proving(password), wants({ subjects: ['bob'] }), 'refuse login_required'],
    [
      'the same, of a disabled account',
      proving({ ...password, user: { ...user, blocks: [{ by: 'administrator', since: 0 }] } }),
      plain,
      'refuse access_denied',
    ],
    ['the same, of an account with a second factor', proving(enrolled), plain, 'second-factor'],
    ['both factors of the account', proving(withCodeHere(enrolled)), plain, 'link'],
    ['the code alone', proving(withCodeHere({ ...enrolled, shownHere: [] })), plain, 'link-account'],
    ['two factors demanded of the sign-in', proving(password), wants({ level: TWO_FACTOR }), 'link'],
    [
      'two factors demanded of the account, none enrolled',
      proving({ ...password, user: { ...user, requiredLevel: TWO_FACTOR } }),
      plain,
      'enrol-second-factor',
    ],
    [
      'a password to change first',
      proving({ ...password, user: { ...user, owes: ['change-password'] } }),
      plain,
      'change-password',
    ],
  ])('%s', (_what, facts, required, expected) => {
    expect(inWords(nextStep(facts, required, NOW))).toBe(expected);
  });
});

describe('proofs for a link', () => {
  const code = { method: 'otp', factor: 'second', at: 2000 } as const;
  const ours = { method: 'pwd', factor: 'first', at: 1500, connector: 'primary' } as const;
  const theirs = { method: 'pwd', factor: 'first', at: 1000, connector: 'corp' } as const;
  const begun = grow(undefined, { user, at: 1500, proof: ours, provesFor: 'p' });

  test('are only for that identity', () => {
    expect(begun).toMatchObject({ provesFor: 'p', proofs: [ours] });
    expect(grow(begun, { user, at: 2000, proof: code })).toMatchObject({ provesFor: 'p', proofs: [ours, code] });
    expect(factsWith(about(nobody), user, begun).pending).toEqual({ id: 'p', asks: 'link', proving: true });
    for (const provesFor of ['another', undefined]) {
      const { pending: _, ...facts } = factsWith(about(nobody), user, {
        proofs: [ours],
        ...(provesFor !== undefined && { provesFor }),
      });
      expect(facts).toEqual({ ...nobody, user, shownHere: [ours] });
    }
  });

  test('are those of this attempt, and none of the session', () => {
    const facts = about({ ...nobody, user, shownBefore: [code], shownHere: [code] });
    expect(factsWith(facts, user, begun)).toMatchObject({ shownBefore: [], shownHere: [ours] });
  });

  test('do not begin with what was shown for something else', () => {
    const before = grow(grow(undefined, { user, at: 1000, proof: ours }), { user, at: 2000, proof: code });
    expect(grow(before, { user, at: 3000, proof: ours, provesFor: 'p' }).proofs).toEqual([ours]);
  });

  test('add the second factor after the link, and the first one is that of the connector', () => {
    const proved = grow(begun, { user, at: 2000, proof: code });
    const linked = grow(proved, { user, at: 1000, proof: theirs });
    expect(linked.proofs).toEqual([code, theirs]);
    expect(linked).not.toHaveProperty('provesFor');
    const facts = factsWith(factsWith(about(nobody), user, proved), user, linked);
    expect(facts).toEqual({ ...nobody, user, shownHere: [code, theirs] });
  });
});

describe('in the store', () => {
  const pending = (groups: number): PendingIdentity => ({
    ...{ id: 'p', connector: 'corp' },
    identity: {
      subject: 's',
      claims: new Map([['__proto__', ['a', 'b']]]),
      groups: Array.from({ length: groups }, (_, at) => ({
        name: `group ${at}`,
        dn: `cn=group ${at},dc=corp,dc=test`,
      })),
    },
    question: { kind: 'link', upstream: { connector: 'Corp', name: 'anna' }, mayCreate: true },
    proof: { method: 'pwd', at: 1 },
  });

  test('it is the same as before', () => {
    expect(readPending(pendingText(pending(3)) ?? '')).toEqual(pending(3));
  });

  test('it is bounded: groups that are too many are as good as not reported, and more is not kept', () => {
    const read = readPending(pendingText(pending(5000)) ?? '');
    expect(read.identity).toEqual({ subject: 's', claims: new Map([['__proto__', ['a', 'b']]]) });
    const { identity, ...rest } = pending(0);
    const large = { ...identity, claims: new Map([['x', ['y'.repeat(200_000)]]]) };
    expect(pendingText({ ...rest, identity: large })).toBeUndefined();
  });
});
