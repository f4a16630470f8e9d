/** The rules of a connector about who may sign in: whoever lacks what one of them names does not get in. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rulesInput } from '../../../src/federation/connectors/rules-input.js';
import { brokenRule, judgeRules, type JudgedIdentity } from '../../../src/federation/provisioning/sign-in-rules.js';

const rules = (written: object) => ({ rules: rulesInput.parse(written) });
const identity = (given: Partial<JudgedIdentity> = {}): JudgedIdentity => ({
  mapped: { email: 'ada@example.com', emailVerified: true },
  claims: new Map(),
  age: 0,
  ...given,
});
const broken = (written: object, given: Partial<JudgedIdentity> = {}) =>
  brokenRule(rules(written), identity(given))?.rule;

describe('a domain', () => {
  const domains = { domains: ['Example.COM', 'bücher.example'] };

  test.each(['ada@example.com', 'Ada@EXAMPLE.com', 'ada@bücher.example', 'ada@xn--bcher-kva.example'])(
    'admits the verified address %s',
    (email) => {
      expect(broken(domains, { mapped: { email, emailVerified: true } })).toBe(undefined);
    },
  );

  test.each([
    'ada@sub.example.com',
    'ada@example.com.evil.test',
    'ada@notexample.com',
    'ada@example.org',
    'example.com',
    '"ada@example.com"@evil.test',
    'ada@evil.test@example.com',
    '',
  ])('does not admit %j', (email) => {
    expect(broken(domains, { mapped: { email, emailVerified: true } })).toBe('rule-domains');
  });

  test('does not admit an address that nobody verified, and nobody without an address', () => {
    const mapped = { email: 'ada@example.com', emailVerified: false };
    expect(broken(domains, { mapped })).toBe('rule-domains');
    expect(broken(domains, { mapped: { emailVerified: true } })).toBe('rule-domains');
  });
});

describe('a claim', () => {
  const claims = { claims: [{ claim: 'hd', values: ['example.com', 'example.org'] }] };

  test('admits whoever has one of the values, among others too', () => {
    expect(broken(claims, { claims: new Map([['hd', ['example.org']]]) })).toBe(undefined);
    expect(broken(claims, { claims: new Map([['hd', ['other', 'example.com']]]) })).toBe(undefined);
  });

  test('that is missing admits nobody, whatever the address is', () => {
    for (const values of [[], [''], ['EXAMPLE.com'], ['example.com '], ['sub.example.com']])
      expect(broken(claims, { claims: new Map([['hd', values]]) })).toBe('rule-claims');
    expect(broken(claims)).toBe('rule-claims');
  });
});

describe('a greatest age', () => {
  test.each([
    [0, true],
    [3_600_000, true],
    [3_659_000, true],
    [3_661_000, false],
    [-59_000, true],
    [-61_000, false],
    ['unknown', false],
  ] as const)('of an hour, for a sign-in %s milliseconds ago', (age, isMet) => {
    expect(broken({ maxAge: 3600 }, { age })).toBe(isMet ? undefined : 'rule-max-age');
  });

  test('is judged at a sign-in alone', () => {
    expect(judgeRules(rules({ maxAge: 3600 }), identity({ age: 'not-judged' }))).toMatchObject([{ isMet: undefined }]);
  });
});

test('without rules everybody is admitted', () => {
  const nothing = { mapped: { emailVerified: false }, age: 'unknown' } as const;
  expect(brokenRule({}, identity(nothing))).toBe(undefined);
  expect(brokenRule(rules({}), identity(nothing))).toBe(undefined);
});

test('nobody is admitted who lacks what any of the rules names', () => {
  const value = fc.constantFrom('a', 'b', 'c', 'd');
  const domain = fc.constantFrom('a.test', 'b.test', 'x.a.test');
  const written = fc.record({
    domains: fc.uniqueArray(domain, { maxLength: 2 }),
    claims: fc.uniqueArray(
      fc.record({ claim: fc.constantFrom('one', 'two'), values: fc.array(value, { minLength: 1, maxLength: 2 }) }),
      { selector: ({ claim }) => claim, maxLength: 2 },
    ),
  });
  const given = fc.record({
    of: domain,
    emailVerified: fc.boolean(),
    claims: fc.array(fc.tuple(fc.constantFrom('one', 'two'), fc.array(value, { maxLength: 2 })), { maxLength: 2 }),
    age: fc.oneof(fc.integer({ min: 0, max: 7200 }), fc.constant('unknown' as const)),
  });
  fc.assert(
    fc.property(written, fc.option(fc.integer({ min: 60, max: 3600 })), given, (fields, maxAge, who) => {
      const claims = new Map(who.claims);
      const age = who.age === 'unknown' ? who.age : who.age * 1000;
      const mapped = { email: `ada@${who.of}`, emailVerified: who.emailVerified };
      const admitted = broken({ ...fields, ...(maxAge !== null && { maxAge }) }, { mapped, claims, age }) === undefined;
      const lacksDomain = fields.domains.length > 0 && !(who.emailVerified && fields.domains.includes(who.of));
      const lacksClaim = fields.claims.some(
        ({ claim, values }) => !values.some((one) => claims.get(claim)?.includes(one)),
      );
      const isTooOld = maxAge !== null && (who.age === 'unknown' || who.age > maxAge + 60);
      expect(admitted).toBe(!lacksDomain && !lacksClaim && !isTooOld);
    }),
    { numRuns: 500 },
  );
});

test('are written with care: a claim once, a domain that is one, and an age that people can keep', () => {
  for (const wrong of [
    { claims: [{ claim: 'hd', values: [] }] },
    { claims: ['a', 'b'].map((one) => ({ claim: 'hd', values: [one] })) },
    { claims: [{ claim: '__proto__', values: ['a'] }] },
    { domains: ['nodot'] },
    { maxAge: 59 },
    { unknown: true },
  ])
    expect(rulesInput.safeParse(wrong).success).toBe(false);
});
