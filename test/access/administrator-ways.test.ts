import { expect, test } from '@jest/globals';
import { losesRank } from '../../src/access/administration/administrator-ways.js';

type Rank = Awaited<ReturnType<Parameters<typeof losesRank>[0]>>;

/** Reads these ranks, one after the other. */
const reading = (...ranks: readonly Rank[]) => {
  const left = [...ranks];
  return async () => left.shift() ?? 0;
};

test('an administrator is lost if somebody was one before, and nobody is as firmly one afterwards', async () => {
  expect(await losesRank(reading(0, 0), reading(2))).toBe(true);
  expect(await losesRank(reading(1, 1), reading(2))).toBe(true);
  expect(await losesRank(reading(2), reading(2))).toBe(false);
  expect(await losesRank(reading(0, 0), reading(0))).toBe(false);
});

test('nobody is lost who became administrator between the two readings', async () => {
  expect(await losesRank(reading(0, 2), reading(2))).toBe(false);
});
