import { expect, test } from '@jest/globals';
import { random } from '../../src/base/crypto/random-bytes.js';

/** Enough draws to use the pool up many times, of a length that does not divide it. */
const draws = (): Buffer[] => Array.from({ length: 2000 }, () => random(12));

test('every draw has its length, is another one, and stays as it was given', () => {
  const drawn = draws();
  const then = drawn.map((bytes) => bytes.toString('hex'));
  expect(new Set(drawn.map((bytes) => bytes.length))).toEqual(new Set([12]));
  expect(new Set(then).size).toBe(drawn.length);
  expect(drawn.map((bytes) => bytes.toString('hex'))).toEqual(then);
});

test('every byte of a draw is random: none was given before, and none is the same each time', () => {
  const drawn = draws();
  for (let at = 0; at < 12; at++) {
    const commonest = Math.max(
      ...Object.values(Object.groupBy(drawn, (bytes) => bytes[at] ?? -1)).map((l) => l?.length ?? 0),
    );
    // On average 8 of 2000 are equal; 60 is practically impossible.
    expect(commonest).toBeLessThan(60);
  }
});

test('more than are taken at a time are refused, not cut short', () => {
  expect(() => random(5000)).toThrow(RangeError);
});
