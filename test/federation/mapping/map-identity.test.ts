import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldEmail, foldIdentifier } from '../../../src/identity/identifiers/normalize-identifier.js';
import { attributesInput, profileInput } from '../../../src/identity/users/profile.js';
import type { UpstreamGroup, UpstreamIdentity } from '../../../src/identity/userstores/password-connector.js';
import { mapIdentity, type MappedUser, ownedFields } from '../../../src/federation/mapping/map-identity.js';
import { type Mapping, mappingInput } from '../../../src/federation/mapping/mapping-input.js';
import { targetsOf } from '../../../src/federation/mapping/targets-of.js';
import { LOCALES } from '../../../src/base/locale.js';
import { mappingStepText } from '../../../src/sentences/explain-mapping.js';

const FIELDS = ['username', 'email', 'name', 'zoneinfo', 'picture', 'birthdate', 'phoneNumber', 'address.locality'];
const CLAIMS = ['uid', 'email', 'email_verified', 'cn', '__proto__', 'constructor', 'a;b'];

const field = fc.constantFrom(...FIELDS, 'phoneNumberVerified', 'emailVerified', 'attributes.a', 'attributes.b');
const claim = fc.constantFrom('uid', 'email', 'CN', 'cn', 'a;b', 'none');
const changes = fc.constantFrom(
  {},
  { case: 'lower' },
  { pattern: '{}-{}', to: '{}' },
  { pattern: 'a{}', case: 'upper' },
);
const profileRule = fc
  .tuple(
    field,
    fc.oneof(
      fc.record({ from: claim }),
      fc.record({ join: fc.tuple(claim, claim), with: fc.constantFrom('', ' ', '@') }),
      fc.record({ split: claim, at: fc.constantFrom(',', ' ', 'a'), take: fc.integer({ min: -2, max: 2 }) }),
      fc.record({ split: claim, at: fc.constantFrom(',', 'a') }),
      fc.record({ constant: fc.constantFrom<string | boolean>('x', 'Europe/Berlin', true) }),
      fc.record({
        expression: fc.constantFrom('claims.uid[0]', '"true" in claims.email_verified', 'claims.cn[0] + "x"'),
      }),
    ),
    changes,
  )
  .map(([name, source, more]) => ({ field: name, ...source, ...('constant' in source ? {} : more) }));
const to = fc.constantFrom({ role: 'r' }, { group: 'g' }, { mirror: true });
const groupRule = fc.oneof(
  fc.record({ exact: fc.constantFrom('a', 'x-a', '__proto__'), to }),
  fc.record({ dn: fc.constantFrom('cn=a', 'cn=b+ou=c'), to }),
  fc.constantFrom(
    { prefix: 'x-', to: { role: '{}' }, for: ['a', 'b'] },
    { prefix: 'x-', to: { mirror: true }, for: ['x-a'] },
    { pattern: '{}-{}', to: { group: '{}' }, for: ['x', '__proto__'] },
  ),
);
const mappings: fc.Arbitrary<Mapping> = fc
  .record({
    profile: fc.array(profileRule, { maxLength: 8 }),
    groups: fc.array(groupRule, { maxLength: 5 }),
    level: fc.constantFrom([], [{ from: 'mfa', to: 'urn:gatehouse:acr:two-factor' }]),
    emailTrust: fc.constantFrom('never', 'claim', 'always'),
  })
  .map((written) => {
    // A rule alone may be refused, or make others refused: what is left is a mapping.
    const profile = written.profile.filter((rule) => mappingInput.safeParse({ profile: [rule] }).success);
    const whole = mappingInput.safeParse({ ...written, profile });
    return whole.success ? whole.data : mappingInput.parse({ ...written, profile, emailTrust: 'never' });
  });

const anyText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'ada',
    'Ada@example.org',
    'true',
    'a,b',
    'x-y',
    'Europe/Berlin',
    '+49 30 1234',
    '1984-07-31',
    'mfa',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  // Halves of characters.
  fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'a', '\0', '\u202e'), maxLength: 10 }),
  fc.nat({ max: 6000 }).map((length) => 'x'.repeat(length)),
);
const claims = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...CLAIMS), anyText), fc.array(anyText, { maxLength: 5 })), { maxLength: 8 })
  .map((entries) => new Map<string, readonly string[]>(entries));
const groups: fc.Arbitrary<UpstreamGroup[]> = fc.array(
  fc.record(
    {
      name: fc.oneof(fc.constantFrom('a', 'x-a', 'x-b', '__proto__', 'x-__proto__'), anyText),
      id: fc.oneof(fc.constantFrom('1', '2', '__proto__'), anyText),
      dn: fc.oneof(fc.constantFrom('cn=a', 'CN= A', 'ou=c+cn=b', 'cn=\\'), anyText),
    },
    { requiredKeys: ['name'] },
  ),
  { maxLength: 8 },
);
const identities: fc.Arbitrary<UpstreamIdentity> = fc.record(
  { subject: fc.constant('s'), claims, groups, level: fc.oneof(fc.constant('mfa'), anyText) },
  { requiredKeys: ['subject', 'claims'] },
);

/** The fields with a value, as a mapping names them. */
const fieldsOf = ({ username, email, emailVerified, profile, attributes }: MappedUser): readonly string[] => {
  const { address = {}, ...flat } = profile;
  return [
    ...(username === undefined ? [] : ['username']),
    ...(email === undefined ? [] : ['email']),
    ...(emailVerified ? ['emailVerified'] : []),
    ...Object.keys(flat),
    ...Object.keys(address).map((key) => `address.${key}`),
    ...attributes.map(({ name }) => `attributes.${name}`),
  ];
};

describe('of any identity, by any mapping', () => {
  test('a user comes out whose every field fits our own rules and is owned by the mapping', () => {
    fc.assert(
      fc.property(mappings, identities, (mapping, identity) => {
        const user = mapIdentity(mapping, identity);
        const { username, email, emailVerified, profile, attributes, owned } = user;
        expect(owned).toEqual(ownedFields(mapping));
        expect(fieldsOf(user).filter((name) => !owned.includes(name))).toEqual([]);
        expect(username === undefined || foldIdentifier(username).ok).toBe(true);
        expect(email === undefined || foldEmail(email).ok).toBe(true);
        expect(emailVerified && email === undefined).toBe(false);
        expect(profileInput.parse(profile)).toEqual(profile);
        expect(attributesInput.parse(attributes)).toEqual(attributes);
        expect(attributes.filter(({ value }) => value.trim() === '')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('every role and group is one that the mapping can lead to, and none comes of nothing', () => {
    fc.assert(
      fc.property(mappings, identities, (mapping, identity) => {
        const possible = new Set(targetsOf(mapping).map(({ kind, name }) => JSON.stringify([kind, name])));
        const { groups: found } = mapIdentity(mapping, identity);
        expect(found === 'not-told').toBe(identity.groups === undefined);
        if (found === 'not-told') return;
        expect(found.length === 0 || identity.groups?.length !== 0).toBe(true);
        for (const { kind, name } of found) {
          if (kind !== 'mirror') expect(possible).toContain(JSON.stringify([kind, name]));
          else expect(identity.groups?.some((group) => group.name === name)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the order of groups, claims and values does not matter', () => {
    fc.assert(
      fc.property(mappings, identities, (mapping, identity) => {
        const turned: UpstreamIdentity = {
          ...identity,
          claims: new Map(
            [...identity.claims].map(([name, values]) => [name, values.toReversed()] as const).toReversed(),
          ),
          ...(identity.groups && { groups: identity.groups.toReversed() }),
        };
        expect(mapIdentity(mapping, turned)).toEqual(mapIdentity(mapping, identity));
      }),
      { numRuns: 300 },
    );
  });

  test('every step has a sentence, and whoever set nothing a reason', () => {
    fc.assert(
      fc.property(mappings, identities, (mapping, identity) => {
        const { trace, problems } = mapIdentity(mapping, identity);
        for (const step of trace) {
          if (step.outcome !== 'set') expect(step.why).toBeDefined();
          for (const language of LOCALES) expect(mappingStepText(step, language)).not.toMatch(/undefined|\[object/);
        }
        const refused = trace.filter(({ rule, outcome }) => rule.of === 'profile' && outcome === 'refused');
        expect(problems).toHaveLength(refused.length);
      }),
    );
  });
});

test('a mapping is data: the same one and the same identity give the same user, and neither is changed', () => {
  const mapping = mappingInput.parse({
    profile: [{ field: 'username', from: 'uid' }],
    groups: [{ exact: 'b', to: { role: 'r' } }],
  });
  const identity = {
    subject: 's',
    claims: new Map([['uid', Object.freeze(['b', 'a'])]]),
    groups: Object.freeze([{ name: 'b' }, { name: 'a' }]),
  };
  const before = JSON.stringify([mapping, [...identity.claims], identity.groups]);
  expect(mapIdentity(mapping, identity)).toEqual(mapIdentity(mapping, identity));
  expect(JSON.stringify([mapping, [...identity.claims], identity.groups])).toBe(before);
});
