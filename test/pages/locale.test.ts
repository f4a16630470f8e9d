import { expect, test } from '@jest/globals';
import { lookUp } from '../../src/pages/locale.js';

test.each([
  [['de'], 'de'],
  [['DE-at'], 'de'],
  [['DE'], 'de'],
  [['de_DE'], 'de'],
  [['de_DE.UTF-8'], 'de'],
  [['DE_at', 'en'], 'de'],
  [['tlh', 'xx_YY', 'de_DE', 'en'], 'de'],
  [['_', 'de__', 'en'], 'de'],
  [['_de', '\u0000', '%', 'en_'], 'en'],
  [['fr', 'de-CH-1996', 'en'], 'de'],
  [['en-x-private', 'de'], 'en'],
  [['de-a-b-c'], 'de'],
  [['*'], undefined],
  [['*', 'de'], 'de'],
  [['deu'], undefined],
  [[''], undefined],
  [['-de'], undefined],
  [['x'], undefined],
  [['__proto__', '-', '--', ';q=1'], undefined],
  [[], undefined],
] as const)('of the languages asked for in %j, the first that we have: %j', (ranges, found) => {
  expect(lookUp(ranges)).toBe(found);
});

test('a range without end is looked through in no time', () => {
  const began = performance.now();
  expect(lookUp([`${'aa-'.repeat(8000)}b`])).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(50);
});
