import { SignedOut } from '../../../views/signed-out.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  'of everything': (around) => SignedOut(around),
  'of nothing, since the sign-in was cancelled': (around) => SignedOut({ ...around, signIn: '/account' }),
  'of one application': (around) => SignedOut({ ...around, onlyOf: 'Orders' }),
};
