import { describe, expect, test } from '@jest/globals';
import { Lanes } from '../../src/jobs/outbox/lanes.js';
import { times } from '../storage/engines.js';

describe('lanes', () => {
  test('work on each item in order, and on other lanes meanwhile', async () => {
    const { promise: slow, resolve } = Promise.withResolvers<undefined>();
    const done: string[] = [];
    const lanes = new Lanes<string>(async (item) => {
      if (item === 'slow') await slow;
      done.push(item);
    });
    for (const item of ['slow', 'behind', 'last']) lanes.add('a', item);
    lanes.add('b', 'other');
    expect([lanes.size, lanes.waitingIn('a'), lanes.waitingIn('b')]).toEqual([2, 2, 0]);
    await lanes.next();
    expect(done).toEqual(['other']);
    resolve(undefined);
    await lanes.end();
    expect(done).toEqual(['other', 'slow', 'behind', 'last']);
    expect(lanes.size).toBe(0);
  });

  test.each(times(12, (i) => i))(
    'leave no item behind that comes %i steps after the last one was begun',
    async (steps) => {
      const done: number[] = [];
      const lanes = new Lanes<number>(async (item) => {
        await Promise.resolve();
        done.push(item);
      });
      lanes.add('a', 1);
      for (let step = 0; step < steps; step++) await Promise.resolve();
      lanes.add('a', 2);
      await lanes.end();
      expect(done).toEqual([1, 2]);
    },
  );

  test('end their own lane by an error, which comes out when the others are done', async () => {
    const bug = new Error('a bug');
    const done: string[] = [];
    const lanes = new Lanes<string>(async (item) => {
      if (item === 'bad') throw bug;
      done.push(item);
    });
    lanes.add('a', 'bad');
    lanes.add('b', 'good');
    await expect(lanes.end()).rejects.toBe(bug);
    expect(done).toEqual(['good']);
  });
});
