import { AccountSecondFactor, type AccountSecondFactorProps } from '../../../views/account-second-factor.js';
import type { Surroundings } from '../../../views/layout.js';
import { totp } from '../../../src/sign-in/authenticators/totp/totp.js';
import { atAccount } from '../at-account.js';
import type { Samples } from '../sample.js';

type Shows = AccountSecondFactorProps['shows'];

const enrolling = await totp.enrolment?.show('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', {
  issuer: 'Gatehouse',
  account: 'alice',
});
if (!enrolling) throw new Error('TOTP is enrolled.');

const page =
  (shows: Shows | ((around: Surroundings) => Shows), more: Partial<AccountSecondFactorProps> = {}) =>
  (around: Surroundings) =>
    AccountSecondFactor({
      ...atAccount(around, 'second-factor'),
      action: '/account/second-factor',
      csrf: { enrol: 'a', begin: 'b', renew: 'c', remove: 'd' },
      shows: typeof shows === 'function' ? shows(around) : shows,
      ...more,
    });

const settingUp =
  (isFirst: boolean, others: readonly { name: string; href: string }[] = []) =>
  (around: Surroundings): Shows => ({
    kind: 'enrolling',
    ...enrolling(around),
    method: 'totp',
    carried: 'sealed',
    isFirst,
    others,
  });

const app = { method: 'totp', name: 'Authenticator app', isEnrolled: true };
const token = { method: 'token', name: 'Hardware token', isEnrolled: false };
const since = 1_800_000_000_000;

export const samples: Samples = {
  none: page(settingUp(true)),
  'a wrong code': page(settingUp(true), { error: 'wrong-code' }),
  'several to choose from': page(
    settingUp(true, [{ name: 'Hardware token', href: '/account/second-factor?method=token' }]),
  ),
  another: page(settingUp(false)),
  closed: page({ kind: 'closed' }),
  enrolled: page({ kind: 'enrolled', since, recoveryCodesLeft: 9, methods: [app] }),
  'enrolled, and another to add': page({ kind: 'enrolled', since, recoveryCodesLeft: 9, methods: [app, token] }),
  'one recovery code': page(
    { kind: 'enrolled', since, recoveryCodesLeft: 1, methods: [app] },
    { zone: 'Europe/Berlin' },
  ),
  'recovery codes': page({
    kind: 'recovery-codes',
    codes: Array.from({ length: 10 }, (_, i) => `0123-4567-89ab-cde${i}`),
  }),
};
