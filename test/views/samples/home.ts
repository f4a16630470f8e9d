import { Home } from '../../../views/home.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  'the address of the issuer': (around) => Home({ ...around, account: '/account' }),
};
