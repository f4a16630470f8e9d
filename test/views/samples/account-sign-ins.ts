import { AccountSignIns, type AccountSignInsProps, type ListedSignIn } from '../../../views/account-sign-ins.js';
import type { Surroundings } from '../../../views/layout.js';
import { atAccount } from '../at-account.js';
import type { Samples } from '../sample.js';

const at = Date.UTC(2026, 10, 2, 8);
const signedIn: ListedSignIn = {
  id: 'a',
  at,
  result: 'signed-in',
  device: { browser: 'Firefox', system: 'Linux' },
  address: '192.0.2.7',
  application: 'Shop',
};
const page =
  (signIns: readonly ListedSignIn[], more: Pick<AccountSignInsProps, 'further' | 'first'> = {}, zone?: string) =>
  (around: Surroundings) =>
    AccountSignIns({ ...atAccount(around, 'sign-ins'), signIns, ...(zone !== undefined && { zone }), ...more });

export const samples: Samples = {
  none: page([]),
  one: page([signedIn]),
  'with failures': page(
    [
      signedIn,
      { id: 'b', at, result: 'wrong-password', address: '2001:db8::7' },
      { id: 'c', at, result: 'wrong-code', device: { browser: 'Safari', system: 'iOS' } },
      { id: 'd', at, result: 'refused' },
    ],
    {},
    'Europe/Berlin',
  ),
  'a part of many': page([signedIn], { further: '/account/sign-ins?after=x', first: '/account/sign-ins' }),
};
