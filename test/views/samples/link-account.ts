import { en } from '../../../views/locales/en.js';
import { LinkAccount, type LinkAccountProps } from '../../../views/link-account.js';
import type { Surroundings } from '../../../views/layout.js';
import type { Samples } from '../sample.js';

const page =
  (more: Partial<LinkAccountProps> = {}) =>
  (around: Surroundings) =>
    LinkAccount({
      ...around,
      action: '/sign-in/1/link',
      other: '/sign-in/1/other',
      csrf: 'token',
      application: 'Orders',
      upstream: { connector: 'Example Corp', name: 'anna' },
      mayCreate: true,
      ...more,
    });

const codes = Object.keys({ ...en.signIn.errors, ...en.form.errors }).filter((code) => code !== 'throttled');

export const samples: Samples = {
  empty: page(),
  'no new account': page({ mayCreate: false }),
  'an account that cannot be linked': page({ identifier: 'alice', error: { code: 'cannot-be-linked' } }),
  ...Object.fromEntries(
    codes.map((code) => [
      code,
      page({ identifier: 'alice', error: { code } as NonNullable<LinkAccountProps['error']> }),
    ]),
  ),
  throttled: page({ identifier: 'alice', error: { code: 'throttled', seconds: 90 } }),
};
