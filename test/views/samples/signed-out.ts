import { SignedOut } from '../../../views/signed-out.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  'of everything': (around) => SignedOut(around),
  'of nothing, since the sign-in was cancelled': (around) => SignedOut({ ...around, signIn: '/account' }),
  'while still signed in elsewhere': (around) =>
    SignedOut({ ...around, upstream: { name: 'Partner Inc.', href: '/sign-out' } }),
  'while still signed in elsewhere, by a form': (around) =>
    SignedOut({
      ...around,
      upstream: { name: 'Partner Inc.', href: 'https://partner.test/sign-out', form: [['SAMLRequest', 'x']] },
    }),
  'of one application': (around) => SignedOut({ ...around, onlyOf: 'Orders' }),
};
