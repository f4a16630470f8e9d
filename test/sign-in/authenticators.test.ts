import { describe, expect, test } from '@jest/globals';
import { PASSWORD, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { checkCode } from '../../src/identity/second-factor/check-code.js';
import type { SecondFactor } from '../../src/identity/second-factor/second-factor.js';
import type { Proof } from '../../src/sessions/proof.js';
import type { Authenticator } from '../../src/sign-in/authenticators/authenticator.js';
import { AUTHENTICATORS, checkedAuthenticators } from '../../src/sign-in/authenticators/authenticators.js';
import { password } from '../../src/sign-in/authenticators/password/password.js';
import { proofOf } from '../../src/sign-in/authenticators/second-factors.js';
import { totp } from '../../src/sign-in/authenticators/totp/totp.js';
import { levelOf, methodsOf } from '../../src/sign-in/flow/authentication-levels.js';
import { hardwareToken } from './hardware-token/hardware-token.js';

describe('a list of authenticators', () => {
  test('takes another second factor at its end', () => {
    expect(checkedAuthenticators([...AUTHENTICATORS, hardwareToken])).toHaveLength(AUTHENTICATORS.length + 1);
  });

  test.each<[string, readonly Authenticator[]]>([
    ['without a first factor', [totp]],
    ['with two first factors', [password, { ...password, method: 'pin' }, totp]],
    ['with two of one method', [password, totp, { ...hardwareToken, method: totp.method }]],
    ['with a method that is no part of an address', [password, { ...hardwareToken, method: '../other' }]],
    ['in which one amr is a first and a second factor', [password, { ...hardwareToken, amr: password.amr }]],
  ])('%s is refused', (_, list) => {
    expect(() => checkedAuthenticators(list)).toThrow();
  });
});

describe('the level', () => {
  const first = proofOf(password, 1000);
  const token = proofOf(hardwareToken, 2000);
  const corp = proofOf(password, 1000, { connector: 'corp', level: TWO_FACTOR });
  const lower = proofOf(password, 1000, { connector: 'corp', level: PASSWORD });

  test.each<[string, readonly Proof[], string | undefined, readonly string[]]>([
    ['of a password', [first], PASSWORD, ['pwd']],
    ['of a password and any second factor', [first, token], TWO_FACTOR, ['pwd', 'hwk', 'mfa']],
    ['of every factor', [first, proofOf(totp, 3000), token], TWO_FACTOR, ['pwd', 'hwk', 'otp', 'mfa']],
    ['of second factors alone', [token, proofOf(totp, 3000)], undefined, ['hwk', 'otp', 'mfa']],
    [
      'of proofs from before',
      [
        { method: 'pwd', at: 1 },
        { method: 'otp', at: 2 },
      ],
      TWO_FACTOR,
      ['pwd', 'otp', 'mfa'],
    ],
    ['of a password whose connector confirmed two factors', [corp], TWO_FACTOR, ['pwd', 'mfa']],
    ['of the same and a second factor of ours', [corp, token], TWO_FACTOR, ['pwd', 'hwk', 'mfa']],
    ['of a lower one that a connector confirmed', [lower, token], TWO_FACTOR, ['pwd', 'hwk', 'mfa']],
    [
      'of a second factor with a level, which only a first one has',
      [{ ...token, level: TWO_FACTOR }],
      undefined,
      ['hwk'],
    ],
    [
      'of a level beside a proof that is no first factor',
      [first, { method: 'hwk', at: 2000, level: TWO_FACTOR }],
      PASSWORD,
      ['pwd', 'hwk', 'mfa'],
    ],
    ['of a proof that says nothing', [first, { method: 'hwk', at: 2000 }], PASSWORD, ['pwd', 'hwk', 'mfa']],
  ])('%s', (_, proofs, level, amr) => {
    expect([levelOf(proofs), methodsOf(proofs)]).toEqual([level, amr]);
  });
});

describe('a code', () => {
  const stored: SecondFactor = {
    ...{ id: 'alice', recoveryCodes: [], recoveryCodesMadeAt: 0 },
    others: [{ method: 'token', enrolledAt: 0, data: { used: 3 } }],
  };
  const context = { at: 0, digest: () => '' };
  const careless = { ...hardwareToken, verify: () => ({ kind: 'ok', data: { used: 3 } }) as const };

  test('that is accepted without being used up is an error of its authenticator', () => {
    expect(() => checkCode(stored, [careless], 'any', context)).toThrow('without using it up');
    // An answer that nobody can guess need not be remembered.
    expect(checkCode(stored, [{ ...careless, throttle: 'none' }], 'any', context)).toMatchObject({ kind: 'ok' });
  });

  test('opens nothing of a method that the user does not have', () => {
    expect(checkCode(stored, [totp], '123456', context)).toEqual({ kind: 'none' });
    expect(checkCode({ ...stored, others: [] }, [careless], 'any', context)).toEqual({ kind: 'none' });
  });
});
