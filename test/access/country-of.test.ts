import { expect, test } from '@jest/globals';
import { countryOf } from '../../src/access/country-of.js';

test.each([
  ['8.8.8.8', 'US'],
  ['::ffff:8.8.8.8', 'US'],
  ['2a00:1450:4001::1', /^[A-Z]{2}$/],
  ['10.0.0.1', 'unknown'],
  ['::1', 'unknown'],
  ['nowhere', 'unknown'],
])('%s is in %s', async (address, country) => {
  expect(await countryOf(address)).toEqual(typeof country === 'string' ? country : expect.stringMatching(country));
});
