import { readAddress } from '../../base/networks.js';
import type { address } from './address.js';
import { countryOf } from './country-of-address.js';
import { fact, type FactValues } from './fact.js';

/** The country of the address, as ISO 3166-1 alpha-2; `unknown` is a value of its own. */
export const country = fact<string>()({
  name: 'country',
  field: 'country',
  found: {
    limitations: ['country'],
    async find({ address: text }: FactValues<typeof address>) {
      const from = text === undefined ? undefined : readAddress(text);
      return from && countryOf(from);
    },
  },
  variable: { name: 'country', type: 'string', value: (code) => code },
});
