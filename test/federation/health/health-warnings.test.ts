import { describe, expect, test } from '@jest/globals';
import { days } from '../../../src/base/clock.js';
import { healthWarnings } from '../../../src/federation/health/health-warnings.js';

const at = Date.parse('2027-03-01T12:00:00Z');

describe('warnings of what ends', () => {
  test.each([
    [31, []],
    [30.01, []],
    [30, [30]],
    [7.01, [30]],
    [7, [7]],
    [1.01, [7]],
    [1, [1]],
    [0.01, [1]],
    [0, [0]],
    [-5, [0]],
  ])('a certificate with %d days left: %j', (left, within) => {
    const found = healthWarnings({ certificateUntil: at + days(left) }, at);
    expect(found.map((warning) => warning.within)).toEqual(within);
  });

  test('a secret ends with the beginning of its date in UTC', () => {
    const of = (secretExpiresAt: string) => healthWarnings({ secretExpiresAt }, at).map(({ within }) => within);
    expect([of('2027-03-01'), of('2027-03-02'), of('2027-03-03'), of('2027-05-01')]).toEqual([[0], [1], [7], []]);
  });

  test('nothing ends where nothing is known', () => {
    expect(healthWarnings({}, at)).toEqual([]);
  });
});
