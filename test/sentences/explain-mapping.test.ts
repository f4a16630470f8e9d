import { describe, expect, test } from '@jest/globals';
import { mapIdentity } from '../../src/federation/mapping/map-identity.js';
import { mappingStepText } from '../../src/sentences/explain-mapping.js';
import { identityOf, mappingOf } from '../federation/mapping/identities.js';

const mapping = mappingOf({
  profile: [
    { field: 'username', from: 'uid' },
    { field: 'email', from: 'email' },
    { field: 'email', from: 'email', case: 'lower' },
    { field: 'nickname', from: 'cn', pattern: 'Ada {}', to: '{}' },
    { field: 'attributes.unit', from: 'ou' },
  ],
  groups: [
    { exact: 'Sales', to: { role: 'seller' } },
    { prefix: 'gh-', to: { role: '{}' }, for: ['buyer'] },
    { exact: 'Staff', to: { mirror: true } },
  ],
  level: [{ from: 'mfa', to: 'urn:gatehouse:acr:two-factor' }],
  emailTrust: 'claim',
});
const identity = identityOf(
  { uid: 'a b', email: 'ada@example.org', cn: 'Eve' },
  { groups: [{ name: 'Sales' }, { name: 'gh-admin' }], level: 'mfa' },
);

describe('the steps of a mapping', () => {
  test('in English', () => {
    expect(mapIdentity(mapping, identity).trace.map((step) => mappingStepText(step, 'en'))).toEqual([
      'Profile rule 1 (username): refused "a b". A username must not contain spaces.',
      'Profile rule 2 (email): set "ada@example.org".',
      'Profile rule 3 (email): skipped. An earlier rule has set email.',
      'Profile rule 4 (nickname): no match "Eve". It does not have the form Ada {}.',
      'Profile rule 5 (attributes.unit): no value. The upstream returned no value of ou.',
      'E-mail verified: set "false". The upstream returned no value of email_verified.',
      'Group rule 1: group "Sales", set "seller".',
      'Group rule 2: group "gh-admin", refused. "admin" is not in the list of the rule.',
      'Group rule 3: no match. The user is in no group that this rule is for.',
      'Level rule 1: set "urn:gatehouse:acr:two-factor".',
    ]);
  });

  test('in German', () => {
    expect(
      mapIdentity(mapping, identity)
        .trace.map((step) => mappingStepText(step, 'de'))
        .slice(0, 2),
    ).toEqual([
      'Profilregel 1 (username): abgelehnt "a b". Ein Benutzername darf keine Leerzeichen enthalten.',
      'Profilregel 2 (email): gesetzt "ada@example.org".',
    ]);
  });
});
