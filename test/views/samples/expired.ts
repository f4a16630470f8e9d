import { Expired } from '../../../views/expired.js';
import type { Samples } from '../sample.js';

const page = { account: '/account', noCookies: false };

export const samples: Samples = {
  expired: (around) => Expired({ ...around, ...page }),
  'without cookies': (around) => Expired({ ...around, ...page, noCookies: true }),
  'of an application that is known': (around) =>
    Expired({ ...around, ...page, startAgain: { application: 'The Shop', href: 'https://shop.test/sign-in' } }),
};
