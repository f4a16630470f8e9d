/** What Active Directory says in numbers and texts. */
import { describe, expect, test } from '@jest/globals';
import {
  fileTimeInstant,
  isDisabled,
  isPasswordExpired,
} from '../../../src/federation/ldap/active-directory/account-control.js';
import { bindRefusal } from '../../../src/federation/ldap/active-directory/sub-codes.js';
import {
  passwordChange,
  unicodePasswordFault,
} from '../../../src/federation/ldap/active-directory/unicode-password.js';
import { bindOutcome } from '../../../src/federation/ldap/bind-outcome.js';
import { downLevelName } from '../../../src/identity/identifiers/normalize-identifier.js';

describe('a FILETIME', () => {
  test.each([
    ['116444736000000000', 0],
    ['133485408000000000', Date.UTC(2024, 0, 1)],
    // A double has no room for the last digits.
    ['133485408000019999', Date.UTC(2024, 0, 1) + 1],
    ['10000000', -11_644_473_599_000],
    ['9223372036854775806', 910_692_730_085_477],
  ])('%s is a moment', (text, instant) => {
    expect(fileTimeInstant(text)).toBe(instant);
  });

  test.each(['0', '9223372036854775807', '', '-1', '1e18', ' 5', '12345678901234567890', '20260101000000.0Z'])(
    '"%s" never comes',
    (text) => {
      expect(fileTimeInstant(text)).toBeUndefined();
    },
  );
});

describe('a control', () => {
  test.each([
    ['512', false],
    ['514', true],
    ['66050', true],
    ['-2147483646', true],
    ['', false],
    ['2 ', false],
    ['0x2', false],
  ])('%s: disabled %s', (control, is) => {
    expect(isDisabled(control)).toBe(is);
  });

  test.each([
    ['8388608', true],
    ['8388624', true],
    ['16', false],
    ['0', false],
  ])('%s: password expired %s', (computed, is) => {
    expect(isPasswordExpired(computed)).toBe(is);
  });
});

const textOf = (code: string): string =>
  `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${code}, v1db1\0`;

describe('a refused bind', () => {
  test.each([
    ['525', 'unknown'],
    ['52e', 'wrong-credentials'],
    ['530', 'not-allowed'],
    ['531', 'not-allowed'],
    ['532', 'must-change'],
    ['533', 'disabled'],
    ['701', 'expired'],
    ['773', 'must-change'],
    ['775', 'locked'],
    ['52E', 'wrong-credentials'],
    ['999', 'wrong-credentials'],
    ['', 'wrong-credentials'],
  ])('with the sub-code %s is %s', (code, kind) => {
    const answer = { code: 49, text: textOf(code), referrals: [] };
    expect(bindOutcome(answer, { refusals: 'sub-codes' })).toEqual({ kind });
    // Of another directory the text says nothing.
    expect(bindOutcome(answer, { refusals: 'policy' })).toEqual({ kind: 'wrong-credentials' });
  });

  test('with another result, or another text, has no sub-code', () => {
    const success = { code: 0, text: textOf('533'), referrals: [] };
    expect(bindOutcome(success, { refusals: 'sub-codes' })).toEqual({ kind: 'ok' });
    for (const text of ['data 533', 'mydata 533, v1', ', data 5331, v1', ', data 533x, v1', '', ', data __proto__, v1'])
      expect(bindRefusal(text)).toBeUndefined();
  });
});

test('a password is sent in quotation marks, as UTF-16', () => {
  expect(passwordChange('a"ü', '💧')).toEqual([
    { operation: 'delete', attribute: 'unicodePwd', values: [Buffer.from('220061002200fc002200', 'hex')] },
    { operation: 'add', attribute: 'unicodePwd', values: [Buffer.from('22003dd8a7dc2200', 'hex')] },
  ]);
});

test.each([
  [19, '0000052D: Constraint violation - check_password_restrictions: ...', 'against-rules'],
  [53, '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'against-rules'],
  [50, '00000005: SecErr: DSID-031A11ED, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0', 'change-not-allowed'],
  [19, '00000056: AtrErr: DSID-03191083', 'refused'],
  [53, '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'refused'],
  [19, '', 'refused'],
] as const)('a new password that the directory refuses with %d "%s" is %s', (code, text, fault) => {
  expect(unicodePasswordFault(code, text)).toBe(fault);
});

test.each([
  ['AD\\Anna', 'ad\\anna'],
  [' corp-1.x\\ANNA.Arnold ', 'corp-1.x\\anna.arnold'],
  ['AD\\Ａnna', 'ad\\anna'],
  ['\\anna', undefined],
  ['AD\\', undefined],
  ['AD\\a\\b', undefined],
  ['AD\\anna@ad.test', undefined],
  ['AD\\an na', undefined],
  ['AD\\an/na', undefined],
  ['A(D\\anna', undefined],
  ['AD*\\anna', undefined],
  ['sixteen-letters-\\anna', undefined],
  ['anna', undefined],
])('the typed name %s is %s', (typed, name) => {
  expect(downLevelName(typed)).toBe(name);
});
