import { WrongAddress } from '../../../views/wrong-address.js';
import type { Samples } from '../sample.js';

export const samples: Samples = {
  'another host name': (around) => WrongAddress({ ...around, issuer: 'https://id.example.com' }),
};
