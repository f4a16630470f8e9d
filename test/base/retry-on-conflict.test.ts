import { describe, expect, test } from '@jest/globals';
import { retryOnConflict } from '../../src/base/retry-on-conflict.js';

/** Conflicts this many times, then returns `done`. */
function losing(times: number) {
  const made = { tries: 0 };
  const once = async () => (++made.tries <= times ? 'conflict' : 'done');
  return { made, once };
}
const isConflict = (result: string): boolean => result === 'conflict';

describe('what others may be faster at', () => {
  test.each([0, 1, 15])('is done after %s conflicts', async (conflicts) => {
    const { made, once } = losing(conflicts);
    expect(await retryOnConflict(once, isConflict)).toBe('done');
    expect(made.tries).toBe(conflicts + 1);
  });

  test('is given up after so many tries, with the last conflict', async () => {
    const { made, once } = losing(100);
    expect(await retryOnConflict(once, isConflict)).toBe('conflict');
    expect(await retryOnConflict(once, isConflict, { most: 3 })).toBe('conflict');
    expect(made.tries).toBe(16 + 3);
  });

  test('waits between two tries, and not after the last', async () => {
    const waits: number[] = [];
    const { once } = losing(9);
    await retryOnConflict(once, isConflict, { most: 3, before: async (tries) => void waits.push(tries) });
    expect(waits).toEqual([1, 2]);
  });

  test('is not done again where it fails', async () => {
    let tries = 0;
    const once = async () => {
      tries++;
      throw new Error('broken');
    };
    await expect(retryOnConflict(once, () => true)).rejects.toThrow('broken');
    expect(tries).toBe(1);
  });
});
