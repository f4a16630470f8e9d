import { en } from '../../../views/locales/en.js';
import type { Surroundings } from '../../../views/layout.js';
import { UserstorePassword, type UserstorePasswordError } from '../../../views/userstore-password.js';
import type { Samples } from '../sample.js';

const page =
  (error?: UserstorePasswordError, remember = false) =>
  (around: Surroundings) =>
    UserstorePassword({
      ...around,
      action: '/sign-in/uid/userstore-password',
      csrf: 'token',
      application: 'The Shop',
      username: 'anna',
      userstore: 'corp',
      remember,
      ...(error && { error }),
    });

const failed = (code: string) => page({ code } as UserstorePasswordError);

export const samples: Samples = {
  empty: page(),
  'staying signed in': page(undefined, true),
  ...Object.fromEntries(Object.keys(en.userstorePassword.errors).map((code) => [code, failed(code)] as const)),
  refused: page({ code: 'refused', reference: '6f1c0e52' }),
  throttled: page({ code: 'throttled', seconds: 90 }),
  'directory away': page({ code: 'userstore-failed' }),
};
