import { ChooseAccount, type ChooseAccountProps } from '../../../views/choose-account.js';
import type { Surroundings } from '../../../views/layout.js';
import type { Samples } from '../sample.js';

const page = (error?: NonNullable<ChooseAccountProps['error']>) => (around: Surroundings) =>
  ChooseAccount({
    ...around,
    action: '/sign-in/uid/account',
    other: '/sign-in/uid/other',
    csrf: 'token',
    application: 'The Shop',
    person: 'Alice Appleby',
    ...(error && { error }),
  });

export const samples: Samples = {
  asked: page(),
  stale: page('stale-form'),
  unreadable: page('form-unreadable'),
};
