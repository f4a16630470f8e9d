import { describe, expect, test } from '@jest/globals';
import { mapIdentity } from '../../../src/federation/mapping/map-identity.js';
import { faultsOf, identityOf, mappingOf } from './identities.js';

const profile = (...rules: object[]) => ({ profile: rules });
const groups = (...rules: object[]) => ({ groups: rules });

test('an empty mapping maps nothing and trusts no address', () => {
  expect(mappingOf({})).toEqual({ profile: [], groups: [], level: [] });
  const verified = identityOf({ email: 'a@b.test', email_verified: 'true' });
  const mapped = mapIdentity(mappingOf(profile({ field: 'email', from: 'email' })), verified);
  expect(mapped).toMatchObject({ email: 'a@b.test', emailVerified: false });
});

test('a mapping of everything is taken as it is written', () => {
  const written = {
    profile: [
      { field: 'username', from: 'uid', case: 'lower' },
      { field: 'name', join: ['givenname', 'sn'], with: ' ' },
      { field: 'attributes.department', split: 'ou', at: ',', take: -1 },
      { field: 'address.country', constant: 'DE' },
      { field: 'email', expression: 'claims.mail[0]', pattern: '{}@corp', to: '{}@example.org' },
      { field: 'emailVerified', expression: '"1" in claims.xms_edov' },
      { field: 'phoneNumber', from: 'telephonenumber' },
      { field: 'phoneNumberVerified', constant: true },
    ],
    groups: [
      { exact: 'CN Sales', to: { role: 'seller' } },
      { dn: 'cn=admins,dc=org', to: { group: 'Admins' } },
      { prefix: 'gh-', to: { role: '{}' }, for: ['seller'] },
      { pattern: 'gg-{}-{}', to: { group: '{} of {}' }, for: ['a of b'] },
      { exact: 'Staff', to: { mirror: true } },
      { prefix: 'team-', to: { mirror: true }, for: ['team-a'] },
    ],
    level: [{ from: 'mfa', to: 'urn:gatehouse:acr:two-factor' }],
    emailTrust: 'claim',
  };
  expect(mappingOf(written)).toEqual(written);
});

describe('a mapping is refused with', () => {
  test.each<[string, object, string, (string | number)[]]>([
    ['an unknown field', profile({ field: 'usrname', from: 'uid' }), 'mapping-field-unknown', ['profile', 0, 'field']],
    [
      'a field of the prototype',
      profile({ field: '__proto__', from: 'uid' }),
      'mapping-field-unknown',
      ['profile', 0, 'field'],
    ],
    [
      'an attribute of the prototype',
      profile({ field: 'attributes.constructor', from: 'uid' }),
      'prototype-name',
      ['profile', 0, 'field'],
    ],
    [
      'an attribute without a name',
      profile({ field: 'attributes.', from: 'uid' }),
      'attribute-name-form',
      ['profile', 0, 'field'],
    ],
    [
      'a claim of the prototype',
      profile({ field: 'name', from: '__proto__' }),
      'prototype-name',
      ['profile', 0, 'from'],
    ],
    [
      'a claim of the prototype among several',
      profile({ field: 'name', join: ['a', 'toString'], with: '' }),
      'prototype-name',
      ['profile', 0, 'join', 1],
    ],
    [
      'an expression that gives a list',
      profile({ field: 'name', expression: 'claims.cn' }),
      'expression',
      ['profile', 0, 'expression'],
    ],
    [
      'a text for true or false',
      profile({ field: 'phoneNumber', from: 'x' }, { field: 'phoneNumberVerified', expression: '"true"' }),
      'expression',
      ['profile', 1, 'expression'],
    ],
    [
      'a regular expression as an expression',
      profile({ field: 'name', expression: 'claims.cn[0].matches("a+") ? "a" : "b"' }),
      'expression',
      ['profile', 0, 'expression'],
    ],
    [
      'a pattern without a placeholder',
      profile({ field: 'name', from: 'cn', pattern: 'x' }),
      'mapping-pattern-form',
      ['profile', 0, 'pattern'],
    ],
    [
      'a result without a pattern',
      profile({ field: 'name', from: 'cn', to: '{}' }),
      'mapping-to-without-pattern',
      ['profile', 0, 'to'],
    ],
    [
      'a result with too many placeholders',
      profile({ field: 'name', from: 'cn', pattern: 'a{}', to: '{}{}' }),
      'mapping-template-form',
      ['profile', 0, 'to'],
    ],
    [
      'one username for everybody',
      profile({ field: 'username', constant: 'ada' }),
      'mapping-constant-name',
      ['profile', 0, 'constant'],
    ],
    [
      'one address for everybody',
      profile({ field: 'email', constant: 'a@example.org' }),
      'mapping-constant-name',
      ['profile', 0, 'constant'],
    ],
    [
      'a constant that does not fit',
      profile({ field: 'zoneinfo', constant: 'Mars/Base' }),
      'time-zone-unknown',
      ['profile', 0, 'constant'],
    ],
    [
      'a verified number without a number',
      profile({ field: 'phoneNumberVerified', from: 'x' }),
      'mapping-phone-number-missing',
      ['profile', 0, 'field'],
    ],
    [
      'an unused rule',
      profile({ field: 'emailVerified', from: 'x' }),
      'mapping-email-verified-unused',
      ['profile', 0, 'field'],
    ],
    ['a rule of two kinds', profile({ field: 'name', from: 'cn', constant: 'x' }), 'unknown-fields', ['profile', 0]],
    ['a rule without a list', groups({ prefix: 'gh-', to: { role: '{}' } }), 'wrong-type', ['groups', 0, 'for']],
    ['an empty list', groups({ pattern: '{}-x', to: { role: '{}' }, for: [] }), 'too-small', ['groups', 0, 'for']],
    [
      'a mirror by prefix without a list',
      groups({ prefix: 'gh-', to: { mirror: true } }),
      'wrong-type',
      ['groups', 0, 'for'],
    ],
    [
      'a name to which nothing leads',
      groups({ prefix: 'gh-', to: { role: 'r-{}' }, for: ['r-a', 'admin'] }),
      'mapping-name-unreachable',
      ['groups', 0, 'for', 1],
    ],
    [
      'a mirrored name to which nothing leads',
      groups({ prefix: 'gh-', to: { mirror: true }, for: ['a'] }),
      'mapping-name-unreachable',
      ['groups', 0, 'for', 0],
    ],
    [
      'a template with too many placeholders',
      groups({ prefix: 'gh-', to: { role: '{} {}' }, for: ['a b'] }),
      'mapping-template-form',
      ['groups', 0, 'to', 'role'],
    ],
    ['a list of an exact rule', groups({ exact: 'a', to: { role: 'a' }, for: ['a'] }), 'unknown-fields', ['groups', 0]],
    ['no distinguished name', groups({ dn: 'sales', to: { role: 'a' } }), 'mapping-dn-form', ['groups', 0, 'dn']],
    [
      'a role that nobody can have',
      groups({ exact: 'a', to: { role: ' a' } }),
      'odd-space',
      ['groups', 0, 'to', 'role'],
    ],
    [
      'a target of two kinds',
      groups({ exact: 'a', to: { role: 'a', group: 'b' } }),
      'unknown-fields',
      ['groups', 0, 'to'],
    ],
    [
      'one level twice',
      {
        level: [
          { from: 'a', to: 'urn:gatehouse:acr:password' },
          { from: 'a', to: 'urn:gatehouse:acr:two-factor' },
        ],
      },
      'declared-twice',
      ['level', 1, 'from'],
    ],
    ['an unknown level', { level: [{ from: 'a', to: 'high' }] }, 'not-an-option', ['level', 0, 'to']],
    ['an unknown part', { roles: [] }, 'unknown-fields', []],
  ])('%s', (_, written, code, path) => {
    expect(faultsOf(written)).toEqual([{ code, path }]);
  });
});

describe('an address that the claim email_verified shall vouch for', () => {
  test.each<[string, object]>([
    ['another claim', { field: 'email', from: 'upn' }],
    ['a part of the claim', { field: 'email', split: 'email', at: ' ' }],
    ['what a pattern makes of the claim', { field: 'email', from: 'email', pattern: '{}@a.test', to: '{}@b.test' }],
    ['an expression', { field: 'email', expression: 'claims.email[0]' }],
    ['a joined one', { field: 'email', join: ['uid', 'domain'], with: '@' }],
  ])('is not %s', (_, rule) => {
    expect(faultsOf({ profile: [rule], emailTrust: 'claim' })).toEqual([
      { code: 'mapping-email-claim-only', path: ['profile', 0] },
    ]);
    expect(faultsOf({ profile: [rule], emailTrust: 'never' })).toEqual([]);
    expect(faultsOf({ profile: [rule, { field: 'emailVerified', from: 'x' }], emailTrust: 'claim' })).toEqual([]);
  });

  test('is the claim email', () => {
    expect(faultsOf({ profile: [{ field: 'email', from: 'email', case: 'lower' }], emailTrust: 'claim' })).toEqual([]);
  });
});
