import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { StoreUnavailable } from '../../src/base/errors.js';
import { storeTime } from '../../src/storage/deadlines/store-time.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const taking = (ms: number) => () => new Promise<number>((resolve) => setTimeout(resolve, ms, ms));
const never = () => new Promise<never>(() => undefined);
/** After so long; undefined: nothing yet. */
async function after(ms: number, work: Promise<unknown>): Promise<unknown> {
  let found: unknown;
  work.then(
    (value) => (found = value),
    (error: unknown) => (found = error),
  );
  await jest.advanceTimersByTimeAsync(ms);
  await new Promise((resolve) => setImmediate(resolve));
  return found;
}

test('what a request waits for one after another has one time together', async () => {
  const time = storeTime(6000);
  expect(await after(5400, time(taking(5400)))).toBe(5400);
  expect(time.left()).toBe(600);
  const writing = time(never);
  expect(await after(599, writing)).toBeUndefined();
  expect(await after(1, writing)).toBeInstanceOf(StoreUnavailable);
  expect(await after(0, time(never))).toBeInstanceOf(StoreUnavailable);
});

test('what it waits for at once, or within another wait, counts once', async () => {
  const time = storeTime(6000);
  const all = Promise.all([time(taking(2000)), time(() => time(taking(3000)))]);
  expect(await after(3000, all)).toEqual([2000, 3000]);
  expect(time.left()).toBe(3000);
});

test('what it does otherwise, such as reading a body that comes slowly, does not count', async () => {
  const time = storeTime(6000);
  await after(1000, time(taking(1000)));
  await jest.advanceTimersByTimeAsync(60_000);
  expect(time.left()).toBe(5000);
  expect(await after(4000, time(taking(4000)))).toBe(4000);
});
