import { expect, test } from '@jest/globals';
import { fewAtOnce } from '../../src/base/few-at-once.js';

test('the work is done for each, in order, and never for more at once than allowed', async () => {
  let running = 0;
  let most = 0;
  const results = await fewAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (one) => {
    most = Math.max(most, ++running);
    await new Promise((later) => setImmediate(later));
    running--;
    return one * 2;
  });
  expect([results, most]).toEqual([[2, 4, 6, 8, 10, 12, 14], 3]);
});

test('the first failure ends it, and nothing more begins', async () => {
  const begun: number[] = [];
  const failing = fewAtOnce([1, 2, 3, 4], 2, async (one) => {
    begun.push(one);
    await Promise.resolve();
    if (one === 1) throw new RangeError('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(begun).toEqual([1, 2]);
});
