import { SignedOut } from '../../../views/signed-out.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  'of everything': (around) => SignedOut(around),
  'of one application': (around) => SignedOut({ ...around, onlyOf: 'Orders' }),
};
