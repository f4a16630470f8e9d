import { AccountSecondFactor, type AccountSecondFactorProps } from '../../../views/account-second-factor.js';
import type { Surroundings } from '../../../views/layout.js';
import { drawn } from '../../../src/sign-in/qr-code.js';
import { atAccount } from '../at-account.js';
import type { Samples } from '../sample.js';

const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const picture = await drawn(`otpauth://totp/Gatehouse:alice?secret=${seed}&issuer=Gatehouse`);

const page =
  (shows: AccountSecondFactorProps['shows'], more: Partial<AccountSecondFactorProps> = {}) =>
  (around: Surroundings) =>
    AccountSecondFactor({
      ...atAccount(around, 'second-factor'),
      action: '/account/second-factor',
      csrf: { enrol: 'a', begin: 'b', renew: 'c', remove: 'd' },
      shows,
      ...more,
    });

export const samples: Samples = {
  none: page({ kind: 'enrolling', carried: 'sealed', seed, picture }),
  'a wrong code': page({ kind: 'enrolling', carried: 'sealed', seed, picture }, { error: 'wrong-code' }),
  closed: page({ kind: 'closed' }),
  enrolled: page({ kind: 'enrolled', since: 1_800_000_000_000, recoveryCodesLeft: 9 }),
  'one recovery code': page(
    { kind: 'enrolled', since: 1_800_000_000_000, recoveryCodesLeft: 1 },
    { zone: 'Europe/Berlin' },
  ),
  'recovery codes': page({
    kind: 'recovery-codes',
    codes: Array.from({ length: 10 }, (_, i) => `0123-4567-89ab-cde${i}`),
  }),
};
