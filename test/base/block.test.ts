import { expect, test } from '@jest/globals';
import { type Block, blocksAt, isBlocked, withBlock } from '../../src/base/block.js';

const byAdministrator: Block = { by: 'administrator', since: 10 };
const byDirectory: Block = { by: 'directory:corp', since: 20, until: 100 };

test('any block disables, until it ends or is lifted', () => {
  expect(isBlocked({ blocks: [] }, 50)).toBe(false);
  expect(isBlocked({ blocks: [byDirectory] }, 99)).toBe(true);
  expect(isBlocked({ blocks: [byDirectory] }, 100)).toBe(false);
  expect(blocksAt({ blocks: [byAdministrator, byDirectory] }, 100)).toEqual([byAdministrator]);
});

test('a cause sets, changes and lifts its own block only', () => {
  const changed: Block = { ...byAdministrator, reason: 'left' };
  expect(withBlock([], 'administrator', byAdministrator)).toEqual([byAdministrator]);
  expect(withBlock([byAdministrator, byDirectory], 'administrator', changed)).toEqual([byDirectory, changed]);
  expect(withBlock([byAdministrator, byDirectory], 'administrator', undefined)).toEqual([byDirectory]);
  expect(withBlock([byDirectory], 'administrator', undefined)).toEqual([byDirectory]);
});
