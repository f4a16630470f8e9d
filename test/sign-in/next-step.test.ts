import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Facts, Missing } from '../../src/sign-in/facts.js';
import type { SignInResult } from '../../src/sign-in/interaction.js';
import { nextStep } from '../../src/sign-in/next-step.js';
import type { Requirements } from '../../src/sign-in/requirements.js';
import type { Step } from '../../src/sign-in/step.js';

const NOW = 1_800_000_000_000;
const PASSWORD = 'urn:gatehouse:acr:password';
const nothing: Missing = { scopes: [], claims: [], resourceScopes: {} };

const nobody: Facts = { proofs: [], authenticatedHere: false, consentedHere: false, missing: nothing };
const aliceAt = (at: number): Facts => ({
  ...nobody,
  user: { id: 'alice', state: 'active' },
  proofs: [{ method: 'pwd', at }],
});
const alice = aliceAt(NOW - 60_000);
const disabled: Facts = { ...alice, user: { id: 'alice', state: 'disabled' } };
const here = (facts: Facts): Facts => ({ ...facts, authenticatedHere: true });
const consented = (facts: Facts): Facts => ({ ...facts, consentedHere: true });
const lacking = (facts: Facts, missing: Partial<Missing>): Facts => ({ ...facts, missing: { ...nothing, ...missing } });

const plain: Requirements = { login: false, consent: false };
const wants = (more: Partial<Requirements>): Requirements => ({ ...plain, ...more });

describe('the next step', () => {
  test.each<[string, Facts, Requirements, string]>([
    ['nobody signed in', nobody, plain, 'authenticate'],
    ['somebody signed in, nothing asked', alice, plain, 'finish'],
    ['a user of whom nothing was shown', { ...alice, proofs: [] }, plain, 'authenticate'],

    ['prompt=login over a live session', alice, wants({ login: true }), 'authenticate'],
    ['prompt=login, done here', here(alice), wants({ login: true }), 'finish'],

    ['max_age not reached', alice, wants({ maxAgeSeconds: 60 }), 'finish'],
    ['max_age passed', aliceAt(NOW - 60_001), wants({ maxAgeSeconds: 60 }), 'authenticate'],
    ['max_age=0 over a live session', alice, wants({ maxAgeSeconds: 0 }), 'authenticate'],
    ['max_age=0, done here a while ago', here(alice), wants({ maxAgeSeconds: 0 }), 'finish'],

    ['the person who is meant', alice, wants({ subject: 'alice' }), 'finish'],
    ['another person is signed in', alice, wants({ subject: 'bob' }), 'authenticate'],
    ['another person signed in here', here(alice), wants({ subject: 'bob' }), 'refuse login_required'],

    ['an essential level that a password reaches', alice, wants({ acrValues: [PASSWORD, 'urn:x'] }), 'finish'],
    ['one that nothing reaches', alice, wants({ acrValues: ['urn:x'] }), 'refuse unmet_authentication_requirements'],
    [
      'the same, before any sign-in',
      nobody,
      wants({ acrValues: ['urn:x'] }),
      'refuse unmet_authentication_requirements',
    ],
    ['essential, and no value would do', alice, wants({ acrValues: [] }), 'refuse unmet_authentication_requirements'],

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
const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    user: fc.option(
      fc.record({
        id: fc.constantFrom('alice', 'bob'),
        state: fc.constantFrom('active' as const, 'disabled' as const),
      }),
      { nil: undefined },
    ),
    ages: fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 2 }),
    authenticatedHere: fc.boolean(),
    consentedHere: fc.boolean(),
    missing: anyMissing,
  })
  .map(({ user, ages, ...rest }) => ({
    ...rest,
    ...(user && { user }),
    proofs: ages.map((age) => ({ method: 'pwd' as const, at: NOW - age })),
  }));
const anyRequirements: fc.Arbitrary<Requirements> = fc.record(
  {
    login: fc.boolean(),
    consent: fc.boolean(),
    maxAgeSeconds: fc.constantFrom(0, 1, 60),
    subject: fc.constantFrom('alice', 'bob'),
    acrValues: fc.subarray([PASSWORD, 'urn:other']),
  },
  { requiredKeys: ['login', 'consent'] },
);

describe('no request circles', () => {
  test('from every state, doing what is asked for leads to finish or a refusal in at most two steps', () => {
    fc.assert(
      fc.property(
        anyFacts,
        anyRequirements,
        fc.constantFrom('alice', 'bob'),
        fc.constantFrom('active' as const, 'disabled' as const),
        fc.integer({ min: 0, max: 600_000 }),
        fc.boolean(),
        (start, required, userId, state, pace, all) => {
          let facts = start;
          let at = NOW;
          for (let done = 0; done <= 2; done += 1) {
            const step = nextStep(facts, required, at);
            if (step.kind === 'finish' || step.kind === 'refuse') return;
            at += pace;
            facts = after(facts, answer(step, userId, at, all), state);
            at += pace;
          }
          throw new Error(`Still ${nextStep(facts, required, at).kind} after two steps.`);
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
          proofs: facts.proofs,
          remember: true,
        };
        const resumed = after(facts, result, facts.user.state);
        expect(nextStep(resumed, required, NOW + 600_000).kind).toBe('finish');
      }),
      { numRuns: 2000 },
    );
  });

  test('nobody but the person who is meant ever finishes', () => {
    fc.assert(
      fc.property(anyFacts, anyRequirements, (facts, required) => {
        if (nextStep(facts, required, NOW).kind !== 'finish') return;
        expect(facts.user?.state).toBe('active');
        if (required.subject !== undefined) expect(facts.user?.id).toBe(required.subject);
        if (required.login) expect(facts.authenticatedHere).toBe(true);
        if (required.consent) expect(facts.consentedHere).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** What a person does when this step's page is before them. */
const answer = (step: Step & { kind: 'authenticate' | 'consent' }, userId: string, at: number, all: boolean) =>
  step.kind === 'authenticate'
    ? ({ kind: 'signed-in', userId, proofs: [{ method: 'pwd', at }], remember: true } satisfies SignInResult)
    : ({ kind: 'consented', granted: all ? step.missing : nothing } satisfies SignInResult);

/** The facts when the authorization request resumes with this result. */
function after(facts: Facts, result: SignInResult, state: 'active' | 'disabled'): Facts {
  switch (result.kind) {
    case 'signed-in':
      return { ...facts, user: { id: result.userId, state }, proofs: result.proofs, authenticatedHere: true };
    case 'consented':
      return { ...facts, consentedHere: true, missing: result.granted === facts.missing ? nothing : facts.missing };
    case 'unchanged':
    case 'refused':
      return facts;
  }
}

const inWords = (step: Step): string => (step.kind === 'refuse' ? `refuse ${step.error}` : step.kind);
