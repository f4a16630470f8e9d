import { expect, test } from '@jest/globals';
import { generalizedTime, parseGeneralizedTime } from '../../../src/federation/ldap/names/generalized-time.js';

test.each([
  ['20261130092756Z', '2026-11-30T09:27:56.000Z'],
  ['20261130092756.5Z', '2026-11-30T09:27:56.500Z'],
  ['20261130092756,123456Z', '2026-11-30T09:27:56.123Z'],
  ['202611300927.5Z', '2026-11-30T09:27:30.000Z'],
  ['2026113009.25Z', '2026-11-30T09:15:00.000Z'],
  ['2026113009Z', '2026-11-30T09:00:00.000Z'],
  ['20261130092756+0530', '2026-11-30T03:57:56.000Z'],
  ['20261130092756-03', '2026-11-30T12:27:56.000Z'],
  ['20261231235960Z', '2027-01-01T00:00:00.000Z'],
  ['20240229000000.0Z', '2024-02-29T00:00:00.000Z'],
  ['000001010000Z', '0000-01-01T00:00:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(new Date(parseGeneralizedTime(text) ?? Number.NaN).toISOString()).toBe(iso);
});

test.each([
  '',
  '20261130092756',
  '20261130',
  '20261330000000Z',
  '20250229000000Z',
  '20261130250000Z',
  '20261130096000Z',
  '20261130092761Z',
  '20261130092756.Z',
  '20261130092756+2400',
  '20261130092756+05:30',
  ' 20261130092756Z',
  '20261130092756Zx',
  '-1',
])('%j is no time', (text) => {
  expect(parseGeneralizedTime(text)).toBeUndefined();
});

test('a time is written in whole seconds, and read as the same', () => {
  const time = Date.parse('2026-11-30T09:27:56.999Z');
  expect(generalizedTime(time)).toBe('20261130092756Z');
  expect(parseGeneralizedTime(generalizedTime(time))).toBe(time - 999);
});
