import { ChangePassword, type ChangePasswordError } from '../../../views/change-password.js';
import type { Surroundings } from '../../../views/layout.js';
import type { Samples } from '../sample.js';

const page = (error?: ChangePasswordError) => (around: Surroundings) =>
  ChangePassword({
    ...around,
    action: '/sign-in/uid/password',
    csrf: 'token',
    application: 'The Shop',
    username: 'alice',
    ...(error && { error }),
  });

export const samples: Samples = {
  empty: page(),
  unfit: page('password-unfit'),
  common: page('password-common'),
  personal: page('password-personal'),
  stale: page('stale-form'),
};
