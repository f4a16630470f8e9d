import { describe, expect, test } from '@jest/globals';
import { hashConcurrency, hashQueue } from '../../src/identity/password-hashing/hash-queue.js';

/** Hashes that finish on request, with a manually moved clock. */
function bench(limits: { concurrency: number; longestWait?: number }) {
  let time = 0;
  const ends: (() => void)[] = [];
  const running = { now: 0, most: 0 };
  const queue = hashQueue({ ...limits, clock: () => time });
  const ask = (): Promise<string> =>
    queue.run(
      () =>
        new Promise<string>((resolve) => {
          running.most = Math.max(running.most, ++running.now);
          ends.push(() => {
            running.now--;
            resolve('done');
          });
        }),
    );
  const endOne = async (after: number): Promise<void> => {
    await new Promise(setImmediate); // the next in line has begun
    time += after;
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { ask, endOne, running };
}

describe('the hash queue', () => {
  test.each([
    [1, 4, 1],
    [2, 4, 1],
    [4, 4, 2],
    [8, 4, 2],
    [8, 16, 7],
    [8, 1, 1],
  ])('of %i cores and a pool of %i lets %i hashes run', (cores, pool, at) => {
    expect(hashConcurrency(1, cores, pool)).toBe(at);
  });

  test('leaves a core to everything else, whatever the number of processes, while there are enough', () => {
    expect([1, 2, 3, 7].map((processes) => hashConcurrency(processes, 8, 4))).toEqual([2, 2, 2, 1]);
    expect(hashConcurrency(4, 2, 4)).toBe(1);
  });

  test('runs no more at once than it may, and all in the end, in order', async () => {
    const { ask, endOne, running } = bench({ concurrency: 2 });
    const done: number[] = [];
    const all = Promise.all(Array.from({ length: 9 }, (_, i) => ask().then(() => done.push(i))));
    for (let i = 0; i < 9; i++) await endOne(10);
    await all;
    expect(running.most).toBe(2);
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('refuses at once who would wait longer than two seconds', async () => {
    const { ask, endOne } = bench({ concurrency: 1 });
    const first = ask();
    await endOne(500);
    await first;
    const settled = Promise.allSettled(Array.from({ length: 20 }, ask));
    for (let i = 0; i < 20; i++) await endOne(500);
    const outcomes = (await settled).map(({ status }) => status);
    // One runs, and four wait for their two seconds.
    expect(outcomes.filter((status) => status === 'fulfilled')).toHaveLength(5);
    expect(outcomes.slice(5)).toEqual(Array.from({ length: 15 }, () => 'rejected'));
  });

  test('refuses in its turn who did wait longer, since nobody waits for the answer any more', async () => {
    const { ask, endOne } = bench({ concurrency: 1 });
    const first = ask();
    const second = ask();
    await endOne(2001);
    await expect(first).resolves.toBe('done');
    await expect(second).rejects.toMatchObject({ code: 'overloaded' });
    const third = ask();
    await endOne(1);
    await expect(third).resolves.toBe('done');
  });

  test('goes on after a hash that fails', async () => {
    const queue = hashQueue({ concurrency: 1 });
    await expect(queue.run(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    await expect(queue.run(async () => 'next')).resolves.toBe('next');
  });
});
