/** A connector may confirm two factors with one sign-in. They count as such, for as long as that sign-in counts. */
import { expect, test } from '@jest/globals';
import type { Proof } from '../../src/sessions/proof.js';
import type { Facts, KnownUser } from '../../src/sign-in/flow/facts.js';
import { nextStep } from '../../src/sign-in/flow/next-step.js';
import type { Requirements } from '../../src/sign-in/flow/requirements.js';
import { alice, aliceAt, inWords, NOW, PASSWORD, plain, TWO_FACTOR, UNMET, user, wants } from './step-facts.js';

const confirmed = (facts: Facts, more: Partial<KnownUser> = {}): Facts => ({
  ...facts,
  user: { ...user, ...more },
  shownBefore: facts.shownBefore.map((proof): Proof => ({ ...proof, connector: 'corp', level: TWO_FACTOR })),
});
const enrolled = { secondFactor: 'enrolled' } as const;
const closed = { secondFactor: 'closed' } as const;

test.each<[string, Facts, Requirements, string]>([
  ['that are requested', confirmed(alice, enrolled), wants({ acrValues: [[TWO_FACTOR]] }), 'finish'],
  ['that are always asked for', confirmed(alice, enrolled), wants({ alwaysSecondFactor: true }), 'finish'],
  ['that a client demands, none enrolled', confirmed(alice), wants({ level: TWO_FACTOR }), 'finish'],
  [
    'that are requested, and none can be enrolled',
    confirmed(alice, closed),
    wants({ acrValues: [[TWO_FACTOR]] }),
    'finish',
  ],
  ['that a role demands', confirmed(alice, { ...closed, requiredLevel: TWO_FACTOR }), plain, 'finish'],
  ['where less is requested', confirmed(alice), wants({ acrValues: [[PASSWORD]] }), 'finish'],
  ['too long ago', confirmed(aliceAt(NOW - 61_000)), wants({ maxAgeSeconds: 60, level: TWO_FACTOR }), 'authenticate'],
  ['before prompt=login', confirmed(alice), wants({ login: true, level: TWO_FACTOR }), 'authenticate'],
  [
    'at a connector that the client does not offer',
    {
      ...confirmed(alice, closed),
      shownHere: [{ method: 'fed', factor: 'first', at: NOW, connector: 'partner' }],
    },
    wants({ level: TWO_FACTOR, userstores: ['partner'] }),
    UNMET,
  ],
  [
    'before the password alone was shown here',
    { ...confirmed(alice, closed), shownHere: [{ method: 'pwd', at: NOW, connector: 'primary' }] },
    wants({ level: TWO_FACTOR }),
    UNMET,
  ],
  [
    'of a user with a second factor who owes a password',
    confirmed(alice, { ...enrolled, owes: ['change-password'] }),
    plain,
    'change-password',
  ],
])('two factors %s', (_, facts, required, expected) => {
  expect(inWords(nextStep(facts, required, NOW))).toBe(expected);
});
