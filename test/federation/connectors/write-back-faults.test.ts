/** Only what can be written back is listed: a field with one plain rule, whose claim nothing else reads. */
import { describe, expect, test } from '@jest/globals';
import { connectorInput } from '../../../src/federation/connectors/connector-input.js';
import { byKind } from '../../../src/federation/connectors/connector-settings.js';
import { writeBackFaults } from '../../../src/federation/connectors/write-back-faults.js';
import { ldapKind } from '../../../src/federation/ldap/ldap-kind.js';
import { sentence } from '../../../src/sentences/sentence.js';

const connection = { servers: ['ldaps://ldap.example.com'], bindDn: 'cn=gatehouse,dc=example,dc=com' };
const subject = {
  base: 'ou=people,dc=example,dc=com',
  names: ['uid', 'mail'],
  filter: '(&(objectClass=inetOrgPerson)(employeeType:caseExactMatch:=staff)(|(roomNumber>=1)(title=*)))',
  account: { expired: 'shadowExpire' },
  level: 'corpLevel',
};
const rules = [
  { field: 'username', from: 'uid' },
  { field: 'nickname', from: 'displayName' },
  { field: 'givenName', from: 'givenName', case: 'upper' },
  { field: 'familyName', from: 'sn' },
  { field: 'familyName', from: 'surname' },
  { field: 'middleName', from: 'initials' },
  { field: 'attributes.department', expression: 'claims.Initials[0]' },
  { field: 'name', join: ['cn', 'street'], with: ' ' },
  { field: 'address.streetAddress', from: 'Street' },
  { field: 'address.locality', from: 'l' },
  { field: 'email', from: 'mail' },
  { field: 'locale', constant: 'de' },
  { field: 'phoneNumber', from: 'mobile' },
];

/** The sentences about these settings. */
function faultsOf(fields: readonly string[], changes: object = {}, profile: readonly object[] = rules) {
  const connector = connectorInput.parse({
    ...{ id: 'corp', displayName: 'Corp', kind: 'ldap', connection, subject, mapping: { profile } },
    writeBack: { fields },
    ...changes,
  });
  return writeBackFaults(byKind([ldapKind]), connector).map((fault) => [fault.code, sentence(fault, 'en')]);
}
const only = (code: string) => [[code, expect.any(String)]];

describe('a field', () => {
  test('is listed if one plain rule maps it', () =>
    expect(faultsOf(['nickname', 'address.locality', 'phoneNumber'])).toEqual([]));

  test.each([
    ['username', 'write-back-no-profile'],
    ['email', 'write-back-no-profile'],
    ['emailVerified', 'write-back-no-profile'],
    ['phoneNumberVerified', 'write-back-no-profile'],
    ['attributes.department', 'write-back-no-profile'],
    ['nickName', 'mapping-field-unknown'],
    ['website', 'write-back-not-mapped'],
    ['givenName', 'write-back-not-plain'],
    ['familyName', 'write-back-not-plain'],
    ['name', 'write-back-not-plain'],
    ['locale', 'write-back-not-plain'],
    // An expression and a join read their claims, however they are spelt.
    ['middleName', 'write-back-shared'],
    ['address.streetAddress', 'write-back-shared'],
  ])('%s is refused: %s', (field, code) => expect(faultsOf([field])).toEqual(only(code)));

  test.each(['uid', 'mail', 'entryUUID', 'employeeType', 'roomNumber', 'title', 'shadowExpire', 'corpLevel', 'member'])(
    'whose attribute is %s is refused, since that decides or identifies',
    (from) => expect(faultsOf(['nickname'], {}, [{ field: 'nickname', from }])).toEqual(only('write-back-not-written')),
  );

  test.each(['userPassword', 'objectClass', 'memberOf;x-y', 'objectGUID'])('is never %s', (from) =>
    expect(faultsOf(['nickname'], {}, [{ field: 'nickname', from }])).toEqual(only('write-back-not-written')),
  );

  test('that the directory does not update here is refused', () => {
    expect(faultsOf(['nickname'], { provisioning: { update: ['email'] } })).toEqual(only('write-back-not-updated'));
    expect(faultsOf(['nickname'], { provisioning: { update: 'never' } })).toEqual(only('write-back-not-updated'));
    expect(faultsOf(['nickname'], { provisioning: { update: ['nickname'] } })).toEqual([]);
  });

  test('is no number that the mapping calls verified: whoever writes it would verify it', () => {
    const verified = { field: 'phoneNumberVerified', constant: true };
    expect(faultsOf(['phoneNumber'], {}, [...rules, verified])).toEqual(only('write-back-verifies'));
  });

  test('needs a service account with a password', () => {
    const anonymous = { connection: { servers: connection.servers, anonymous: true } };
    expect(faultsOf(['nickname'], anonymous)).toEqual(only('write-back-not-written'));
  });

  test('is listed once', () =>
    expect(() => faultsOf(['nickname', 'nickname'])).toThrow(expect.objectContaining({ name: 'ZodError' })));
});

test.each([
  ['own-and-reset', {}, undefined],
  ['own-and-reset', { connection: { servers: connection.servers, anonymous: true } }, 'own'],
  ['own', { connection: { servers: connection.servers, anonymous: true } }, undefined],
  ['own', { subject: { ...subject, passwordChange: 'never' } }, 'never'],
])('the password %s with %j', (password, changes, most) => {
  const connector = { id: 'corp', displayName: 'Corp', kind: 'ldap', connection, subject, ...changes };
  const read = connectorInput.parse({ ...connector, writeBack: { password } });
  expect(writeBackFaults(byKind([ldapKind]), read)).toEqual(
    most === undefined ? [] : [{ code: 'write-back-password', path: ['writeBack', 'password'], params: { most } }],
  );
});
