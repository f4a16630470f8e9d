import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Facts, KnownUser, Missing } from '../../src/sign-in/flow/facts.js';
import type { Proof } from '../../src/sessions/proof.js';
import type { SignInResult } from '../../src/sign-in/interaction.js';
import { levelOf } from '../../src/sign-in/flow/authentication-levels.js';
import { nextStep, signedInBy } from '../../src/sign-in/flow/next-step.js';
import { factsWith } from '../../src/sign-in/flow/attempt.js';
import type { RequiredAction } from '../../src/sign-in/flow/required-action.js';
import type { Requirements } from '../../src/sign-in/flow/requirements.js';
import { proofOf } from '../../src/sign-in/authenticators/second-factors.js';
import { counting } from '../../src/sign-in/flow/proofs.js';
import type { Step } from '../../src/sign-in/flow/step.js';
import {
  NOW,
  PASSWORD,
  TWO_FACTOR,
  nothing,
  nobody,
  user,
  aliceAt,
  alice,
  here,
  withCode,
  withCodeHere,
  plain,
  wants,
  UNMET,
  inWords,
} from './step-facts.js';
import { hardwareToken } from './hardware-token/hardware-token.js';

const being = (facts: Facts, more: Partial<KnownUser>): Facts => ({ ...facts, user: { ...user, ...more } });
const blocks = [{ by: 'administrator', since: 0 }] as const;
const disabled = being(alice, { blocks });
const enrolled = being(alice, { secondFactor: 'enrolled' });
const closed = being(alice, { secondFactor: 'closed' });
const consented = (facts: Facts): Facts => ({ ...facts, consentedHere: true });
const lacking = (facts: Facts, missing: Partial<Missing>): Facts => ({ ...facts, missing: { ...nothing, ...missing } });

describe('the next step', () => {
  test.each<[string, Facts, Requirements, string]>([
    ['nobody signed in', nobody, plain, 'authenticate'],
    ['somebody signed in, nothing asked', alice, plain, 'finish'],
    ['a user of whom nothing was shown', { ...alice, shownBefore: [] }, plain, 'authenticate'],

    ['prompt=login over a live session', alice, wants({ login: true }), 'authenticate'],
    ['prompt=login, done here', here(alice), wants({ login: true }), 'finish'],

    ['max_age not reached', alice, wants({ maxAgeSeconds: 60 }), 'finish'],
    ['max_age passed', aliceAt(NOW - 60_001), wants({ maxAgeSeconds: 60 }), 'authenticate'],
    ['max_age=0 over a live session', alice, wants({ maxAgeSeconds: 0 }), 'authenticate'],
    ['max_age=0, done here a while ago', here(alice), wants({ maxAgeSeconds: 0 }), 'finish'],

    ['prompt=select_account, somebody is signed in', alice, wants({ choose: true }), 'choose-account'],
    ['prompt=select_account, chosen here', { ...alice, chosenHere: true }, wants({ choose: true }), 'finish'],
    ['prompt=select_account, signed in here', here(alice), wants({ choose: true }), 'finish'],
    ['prompt=select_account, nobody is signed in', nobody, wants({ choose: true }), 'authenticate'],
    [
      'chosen, and to sign in again',
      { ...alice, chosenHere: true },
      wants({ choose: true, login: true }),
      'authenticate',
    ],

    ['the person who is meant', alice, wants({ subjects: ['bob', 'alice'] }), 'finish'],
    ['another person is signed in', alice, wants({ subjects: ['bob'] }), 'authenticate'],
    ['another person signed in here', here(alice), wants({ subjects: ['bob'] }), 'refuse login_required'],

    ['a level that a password reaches', alice, wants({ acrValues: [[PASSWORD, 'urn:x']] }), 'finish'],
    ['one that nothing reaches', alice, wants({ acrValues: [['urn:x']] }), UNMET],
    ['the same, before any sign-in', nobody, wants({ acrValues: [['urn:x']] }), UNMET],
    ['essential, and no value would do', alice, wants({ acrValues: [[]] }), UNMET],
    ['one list that is known and one that is not', alice, wants({ acrValues: [[PASSWORD], ['urn:x']] }), UNMET],

    ['two factors, and there is a second', enrolled, wants({ acrValues: [[TWO_FACTOR]] }), 'second-factor'],
    ['two factors, both shown before', withCode(enrolled), wants({ acrValues: [[TWO_FACTOR]] }), 'finish'],
    ['step-up: the code was shown here', withCodeHere(enrolled), wants({ acrValues: [[TWO_FACTOR]] }), 'finish'],
    ['a code without a password', withCodeHere({ ...enrolled, shownBefore: [] }), plain, 'authenticate'],
    ['two factors, none enrolled', alice, wants({ acrValues: [[TWO_FACTOR]] }), 'enrol-second-factor'],
    ['two factors, and it cannot be enrolled', closed, wants({ acrValues: [[TWO_FACTOR]] }), UNMET],
    [
      'two lists, the higher of them counts',
      enrolled,
      wants({ acrValues: [[PASSWORD], [TWO_FACTOR]] }),
      'second-factor',
    ],
    ['preferred, who has it shows it', enrolled, wants({ acrValues: [[TWO_FACTOR, PASSWORD]] }), 'second-factor'],
    ['preferred, who lacks it need not', alice, wants({ acrValues: [[TWO_FACTOR, PASSWORD]] }), 'finish'],
    ['not preferred, who has it need not', enrolled, wants({ acrValues: [[PASSWORD, TWO_FACTOR]] }), 'finish'],
    [
      'an unknown value before a known one',
      alice,
      wants({ acrValues: [['urn:x', TWO_FACTOR]] }),
      'enrol-second-factor',
    ],
    ['a client that demands two factors', enrolled, wants({ level: TWO_FACTOR }), 'second-factor'],
    ['the same, and it cannot be enrolled', closed, wants({ level: TWO_FACTOR }), UNMET],
    [
      'a role that demands two factors',
      being(enrolled, { secondFactor: 'enrolled', requiredLevel: TWO_FACTOR }),
      plain,
      'second-factor',
    ],
    ['the same, none enrolled', being(alice, { requiredLevel: TWO_FACTOR }), plain, 'enrol-second-factor'],
    ['nothing demanded of who has a second factor', enrolled, plain, 'finish'],
    ['the same, where it is always asked for', enrolled, wants({ alwaysSecondFactor: true }), 'second-factor'],
    ['always asked for, none enrolled', alice, wants({ alwaysSecondFactor: true }), 'finish'],
    ['a lower level than was shown', withCode(enrolled), wants({ acrValues: [[PASSWORD]] }), 'finish'],

    ['max_age, the code older', withCode(enrolled, NOW - 61_000), wants({ maxAgeSeconds: 60 }), 'authenticate'],
    [
      'max_age, the code older, the password done here',
      withCode(here(enrolled), NOW - 61_000),
      wants({ maxAgeSeconds: 60, level: TWO_FACTOR }),
      'second-factor',
    ],
    [
      'prompt=login, the password done here, the code before',
      withCode(here(enrolled)),
      wants({ login: true, level: TWO_FACTOR }),
      'second-factor',
    ],

    ['a password to change', being(alice, { owes: ['change-password'] }), plain, 'change-password'],
    [
      'the same, the password shown too long ago',
      being(aliceAt(NOW - 300_001), { owes: ['change-password'] }),
      plain,
      'authenticate',
    ],
    [
      'the same, and shown again here',
      being(here(aliceAt(NOW - 300_001)), { owes: ['change-password'] }),
      plain,
      'change-password',
    ],
    [
      'a second factor to enrol, the password shown too long ago',
      being(aliceAt(NOW - 300_001), { requiredLevel: TWO_FACTOR }),
      plain,
      'authenticate',
    ],
    [
      'a password to change and two factors',
      being(alice, { owes: ['change-password'], secondFactor: 'enrolled' }),
      wants({ level: TWO_FACTOR }),
      'second-factor',
    ],
    [
      'a password to change and a second factor that nothing else asks for',
      being(alice, { owes: ['change-password'], secondFactor: 'enrolled' }),
      plain,
      'second-factor',
    ],
    [
      'a password to change and a second factor to enrol',
      being(alice, { owes: ['change-password'] }),
      wants({ level: TWO_FACTOR }),
      'change-password',
    ],
    [
      'a disabled user who owes something',
      being(alice, { blocks, owes: ['change-password'] }),
      plain,
      'refuse access_denied',
    ],
    [
      'what is owed comes before consent',
      being(lacking(alice, { scopes: ['email'] }), { owes: ['change-password'] }),
      plain,
      'change-password',
    ],

    ['a disabled user in a live session', disabled, plain, 'refuse access_denied'],
    ['a disabled user, just signed in', here(disabled), plain, 'refuse access_denied'],
    ['a disabled user and prompt=login', disabled, wants({ login: true }), 'authenticate'],

    ['a scope not granted', lacking(alice, { scopes: ['email'] }), plain, 'consent'],
    ['a claim not granted', lacking(alice, { claims: ['birthdate'] }), plain, 'consent'],
    ['a permission not granted', lacking(alice, { resourceScopes: { 'urn:api': ['read'] } }), plain, 'consent'],
    ['an API of which nothing is missing', lacking(alice, { resourceScopes: { 'urn:api': [] } }), plain, 'finish'],
    ['prompt=consent with nothing missing', alice, wants({ consent: true }), 'consent'],
    ['prompt=consent, done here', consented(alice), wants({ consent: true }), 'finish'],
    [
      'something left out of what was consented here',
      consented(lacking(alice, { scopes: ['email'] })),
      plain,
      'finish',
    ],
    [
      'signing in comes before consent',
      lacking(nobody, { scopes: ['email'] }),
      wants({ consent: true }),
      'authenticate',
    ],
  ])('%s', (_name, facts, required, expected) => {
    expect(inWords(nextStep(facts, required, NOW))).toBe(expected);
  });
});

const anyMissing = fc.record({
  scopes: fc.subarray(['openid', 'email']),
  claims: fc.subarray(['name']),
  resourceScopes: fc.constantFrom<Record<string, string[]>>({}, { 'urn:api': [] }, { 'urn:api': ['read'] }),
});
const anyUser: fc.Arbitrary<KnownUser> = fc.record({
  id: fc.constantFrom('alice', 'bob'),
  ...{ username: fc.constant('name'), available: fc.constant([]), enrollable: fc.constant([]) },
  blocks: fc.constantFrom([], blocks),
  userstore: fc.constantFrom('primary', 'corp'),
  signOutEpoch: fc.constant(0),
  secondFactor: fc.constantFrom('enrolled', 'may-enrol', 'closed'),
  requiredLevel: fc.constantFrom(PASSWORD, TWO_FACTOR),
  owes: fc.subarray(['change-password'] as const),
});
const corp: Omit<Proof, 'at'> = { method: 'pwd', connector: 'corp', level: TWO_FACTOR };
const anyMethod = fc.constantFrom(corp, { method: 'pwd' }, { method: 'otp' }, proofOf(hardwareToken, 0));
const anyProofs: fc.Arbitrary<Proof[]> = fc.uniqueArray(
  fc.tuple(anyMethod, fc.integer({ min: NOW - 100_000, max: NOW })).map(([shown, at]) => ({ ...shown, at })),
  { selector: ({ method }) => method },
);
const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    user: fc.option(anyUser, { nil: undefined }),
    shownBefore: anyProofs,
    shownHere: anyProofs,
    chosenHere: fc.boolean(),
    consentedHere: fc.boolean(),
    missing: anyMissing,
    named: fc.boolean(),
    asks: fc.constantFrom(undefined, 'link' as const, 'complete' as const),
  })
  .map(({ user: known, named, asks, ...rest }) => ({
    ...rest,
    ...{ ...(known && { user: known }), ...(named && { named: true }), ...(asks && { pending: { id: 'p', asks } }) },
  }));
const anyRequirements: fc.Arbitrary<Requirements> = fc.record(
  {
    login: fc.boolean(),
    choose: fc.boolean(),
    consent: fc.boolean(),
    maxAgeSeconds: fc.constantFrom(0, 1, 60),
    subjects: fc.subarray(['alice', 'bob']),
    nameFirst: fc.constant(true as const),
    userstores: fc.subarray(['primary', 'corp']),
    level: fc.constantFrom(PASSWORD, TWO_FACTOR),
    alwaysSecondFactor: fc.boolean(),
    acrValues: fc.array(fc.shuffledSubarray([PASSWORD, TWO_FACTOR, 'urn:other']), { maxLength: 2 }),
  },
  { requiredKeys: ['login', 'choose', 'consent', 'alwaysSecondFactor', 'acrValues'] },
);

/** A choice, two persons' codes, new passwords and enrolments, the name and password between them, and consent. */
const MOST_STEPS = 10;

describe('no request circles', () => {
  test('from every state, doing what is asked for leads to finish or a refusal, asked once for each thing', () => {
    fc.assert(
      fc.property(
        anyFacts,
        anyRequirements,
        anyUser,
        fc.integer({ min: 0, max: 600_000 }),
        fc.boolean(),
        (start, required, somebody, pace, all) => {
          let facts = start;
          let signsIn = somebody;
          let at = NOW;
          const received: string[] = [];
          for (let done = 0; done <= MOST_STEPS; done += 1) {
            const step = nextStep(facts, required, at);
            if (step.kind === 'finish' || step.kind === 'refuse') {
              const again = received.filter((word, i) => received.indexOf(word) !== i);
              expect(again).toEqual([]);
              return;
            }
            // Per user: meanwhile a proof may expire, and another user may sign in.
            const isSignIn = step.kind === 'identify' || step.kind === 'authenticate';
            received.push(isSignIn ? inWords(step) : `${inWords(step)} of ${facts.user?.id}`);
            at += pace;
            facts = afterDoing(facts, step, { signsIn, at, all });
            // Completed actions stay completed, even if another sign-in is needed.
            if (step.kind === 'required-action' && facts.user?.id === signsIn.id) signsIn = facts.user;
            at += pace;
          }
          throw new Error(`Still ${nextStep(facts, required, at).kind} after ${received.join(', ')}.`);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('what finishes goes on finishing: nothing is asked again when the request resumes', () => {
    fc.assert(
      fc.property(anyFacts, anyRequirements, (facts, required) => {
        if (!facts.user || nextStep(facts, required, NOW).kind !== 'finish') return;
        const result: SignInResult = {
          kind: 'signed-in',
          userId: facts.user.id,
          ...{ startedAt: NOW, signOutEpoch: facts.user.signOutEpoch },
          proofs: counting(facts, required, NOW),
          remember: true,
        };
        const resumed = after(facts, result);
        expect(nextStep(resumed, required, NOW + 600_000).kind).toBe('finish');
      }),
      { numRuns: 5000 },
    );
  });

  test('nobody but the person who is meant ever finishes, and never below what is demanded', () => {
    fc.assert(
      fc.property(anyFacts, anyRequirements, (facts, required) => {
        if (nextStep(facts, required, NOW).kind !== 'finish') return;
        expect(facts.user).toMatchObject({ blocks: [], owes: [] });
        if (required.subjects !== undefined) expect(required.subjects).toContain(facts.user?.id);
        const by = facts.user && signedInBy(facts.user, counting(facts, required, NOW));
        if (required.userstores !== undefined) expect(required.userstores).toContain(by);
        expect([facts.named, facts.pending]).toEqual([undefined, undefined]);
        if (required.login) expect(facts.shownHere).not.toEqual([]);
        if (required.consent) expect(facts.consentedHere).toBe(true);
        const level = levelOf(counting(facts, required, NOW));
        const demanded = [required.level, facts.user?.requiredLevel];
        if (required.alwaysSecondFactor && facts.user?.secondFactor === 'enrolled') demanded.push(TWO_FACTOR);
        if (demanded.includes(TWO_FACTOR)) expect(level).toBe(TWO_FACTOR);
        for (const values of required.acrValues) {
          expect(values.includes(PASSWORD) || (values.includes(TWO_FACTOR) && level === TWO_FACTOR)).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('who authenticated is not told a level that they did not reach in time', () => {
    fc.assert(
      fc.property(anyFacts, anyRequirements, (facts, required) => {
        const counted = counting(facts, required, NOW);
        for (const proof of counted) {
          if (facts.shownHere.includes(proof)) continue;
          expect(required.login).toBe(false);
          expect(NOW - proof.at).toBeLessThanOrEqual((required.maxAgeSeconds ?? Infinity) * 1000);
        }
      }),
    );
  });
});

/** The facts when a person has done what this step's page asks for. */
function afterDoing(
  facts: Facts,
  step: Exclude<Step, { readonly kind: 'finish' | 'refuse' }>,
  { signsIn, at, all }: { readonly signsIn: KnownUser; readonly at: number; readonly all: boolean },
): Facts {
  const known = facts.user ?? signsIn;
  switch (step.kind) {
    case 'identify':
      return { ...facts, named: true };
    case 'authenticate':
    case 'link-account':
    case 'complete-profile':
    case 'link':
      return factsWith(facts, signsIn, {
        proofs: [{ ...(signsIn.userstore === 'corp' ? corp : { method: 'pwd' }), at }],
      });
    case 'choose-account':
      return after(facts, { kind: 'chosen' });
    case 'second-factor':
      return factsWith(facts, known, { proofs: [{ method: 'otp', at }] });
    case 'required-action':
      return actedOn(facts, known, step.action, at);
    case 'consent':
      return after(facts, { kind: 'consented', granted: all ? step.missing : nothing });
  }
}

function actedOn(facts: Facts, known: KnownUser, action: RequiredAction, at: number): Facts {
  switch (action) {
    case 'change-password':
      return factsWith(facts, { ...known, owes: [] }, { proofs: [] });
    case 'enrol-second-factor':
      return factsWith(facts, { ...known, secondFactor: 'enrolled' }, { proofs: [{ method: 'otp', at }] });
  }
}

/** The facts when the authorization request resumes with this result. */
function after(facts: Facts, result: SignInResult): Facts {
  switch (result.kind) {
    case 'signed-in':
      return { ...facts, shownBefore: [], shownHere: result.proofs };
    case 'chosen':
      return { ...facts, chosenHere: true };
    case 'consented':
      return { ...facts, consentedHere: true, missing: result.granted === facts.missing ? nothing : facts.missing };
    case 'unchanged':
    case 'refused':
      return facts;
  }
}
