/** Sign-ins at other identity providers, which may not tell when the person proved themselves there. */
import { describe, expect, test } from '@jest/globals';
import type { Proof } from '../../src/sessions/proof.js';
import { methodsOf } from '../../src/sign-in/flow/authentication-levels.js';
import type { Facts } from '../../src/sign-in/flow/facts.js';
import { nextStep, signedInBy } from '../../src/sign-in/flow/next-step.js';
import { counting, together } from '../../src/sign-in/flow/proofs.js';
import type { Requirements } from '../../src/sign-in/flow/requirements.js';
import { alice, here, inWords, nobody, NOW, plain, user, wants } from './step-facts.js';

const at = (connector: string, more: Partial<Proof> = {}): Proof => ({
  ...{ method: 'fed', factor: 'first', at: NOW, connector },
  ...more,
});
const untold = at('corp', { ageUnknown: true });
const session = (...shownBefore: readonly Proof[]): Facts => ({ ...alice, shownBefore });
const old: Proof = { method: 'pwd', factor: 'first', at: NOW - 1000, connector: 'primary' };

test.each<[string, Facts, Requirements, string]>([
  ['nobody tells when', session(untold), plain, 'finish'],
  ['nobody tells when, and max_age', session(untold), wants({ maxAgeSeconds: 60 }), 'authenticate'],
  ['the same, beside a password', session(old, untold), wants({ maxAgeSeconds: 60 }), 'authenticate'],
  ['the same, done here', here(session(untold)), wants({ maxAgeSeconds: 60 }), 'finish'],
  ['it tells when, and max_age', session(at('corp')), wants({ maxAgeSeconds: 60 }), 'finish'],
  ['until the session there ends', session(at('corp', { endsAt: NOW + 1 })), plain, 'finish'],
  ['whose session there has ended', session(at('corp', { endsAt: NOW })), plain, 'authenticate'],
  ['the same, beside a password', session(old, at('corp', { endsAt: NOW })), plain, 'finish'],
  [
    'the same, where the password does not count',
    session(old, at('corp', { endsAt: NOW })),
    wants({ userstores: ['corp'] }),
    'authenticate',
  ],
  ['at a connector that is not offered', session(at('corp')), wants({ userstores: ['other'] }), 'authenticate'],
  [
    'at one that is offered, beside another',
    { ...session(old), shownHere: [at('corp')] },
    wants({ userstores: ['corp'] }),
    'finish',
  ],
])('%s', (_what, facts, required, expected) => {
  expect(inWords(nextStep(facts, required, NOW))).toBe(expected);
});

describe('the connector of the sign-in', () => {
  test('is the one of the last, beside a password and beside another connector', () => {
    for (const before of [[old], [at('other')], [at('other'), old]])
      expect(signedInBy(user, together(before, [at('corp', { at: NOW - 5000 })]))).toBe('corp');
    expect(signedInBy(user, together([old, at('corp')], [{ ...old, at: NOW }]))).toBe('primary');
  });

  test('is one that the client offers', () => {
    const facts = { ...nobody, user, shownBefore: [old, at('corp')] };
    expect(counting(facts, wants({ userstores: ['primary'] }), NOW)).toEqual([old]);
    expect(counting(facts, wants({ userstores: ['corp'] }), NOW)).toEqual([at('corp')]);
  });
});

test('is no second factor beside a password', () => {
  expect(methodsOf([old, at('corp')])).toEqual(['pwd', 'fed']);
  expect(methodsOf([at('corp'), { method: 'otp', factor: 'second', at: NOW }])).toEqual(['fed', 'otp', 'mfa']);
});

test('one there takes the place of the one before, though the clock there is behind', () => {
  const later = at('corp', { at: NOW - 30_000 });
  expect(together([untold], [later])).toEqual([later]);
});
