import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../src/base/errors.js';
import { boundedEngine } from '../../src/storage/deadlines/bounded-engine.js';
import { beyondStoreTime, storeTime, withStoreTime } from '../../src/storage/deadlines/store-time.js';
import type { Engine } from '../../src/storage/engine.js';
import { modelEngine } from '../support/model-engine.js';
import { times } from './engines.js';
import { things } from './things.js';

const at = { spec: things, realm: 'r' };

/** An engine whose reads are answered when the test says so: a disk or a server that hangs, for as long as it takes. */
function hangingEngine(): { engine: Engine; asked: number; goOn: () => void } {
  const waiting: (() => void)[] = [];
  const hanging = {
    asked: 0,
    goOn: () => {
      for (const answer of waiting.splice(0)) answer();
    },
    engine: {
      ...modelEngine(),
      patience: 50,
      get: () =>
        new Promise<undefined>((resolve) => {
          hanging.asked++;
          waiting.push(() => resolve(undefined));
        }),
    },
  };
  return hanging;
}
const refusals = (settled: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  settled.map((each) => (each.status === 'rejected' ? String(each.reason) : each.status));

test('no more than so many operations wait at once; the next is refused at once and asks nothing', async () => {
  const hanging = hangingEngine();
  const engine = boundedEngine(hanging.engine, 3);
  const waiting = times(3, async () => engine.get(at, 'a', 0));
  await expect(engine.get(at, 'a', 0)).rejects.toThrow('3 operations wait for it already');
  await expect(engine.ping()).rejects.toBeInstanceOf(StoreUnavailable);
  expect(hanging.asked).toBe(3);
  hanging.goOn();
  expect(await Promise.all(waiting)).toEqual([undefined, undefined, undefined]);
  await engine.ping();
});

test('an operation that is not answered is given up a second after the patience, and its place stays taken until it is', async () => {
  const hanging = hangingEngine();
  const engine = boundedEngine(hanging.engine, 3);
  const given = await Promise.allSettled(times(2, async () => engine.get(at, 'a', 0)));
  expect(refusals(given)).toEqual(
    times(2, () => 'GatehouseError: The store does not answer: it has not answered within 1.05 seconds.'),
  );
  const [last, beyond] = await Promise.allSettled([engine.get(at, 'a', 0), engine.get(at, 'a', 0)]);
  expect(refusals([last, beyond])).toEqual([
    'GatehouseError: The store does not answer: it has not answered within 1.05 seconds.',
    'GatehouseError: The store does not answer: 3 operations wait for it already.',
  ]);
  hanging.goOn();
  await new Promise(setImmediate);
  const again = engine.get(at, 'a', 0);
  hanging.goOn();
  expect(await again).toBeUndefined();
});

test('an operation that fails, or throws at once, leaves its place and its error as they are', async () => {
  const broken = new StoreUnavailable('it is broken');
  const engine = boundedEngine(
    {
      ...modelEngine(),
      get: () => Promise.reject(broken),
      count: () => {
        throw broken;
      },
    },
    1,
  );
  for (let i = 0; i < 3; i++) {
    await expect(engine.get(at, 'a', 0)).rejects.toBe(broken);
    await expect(engine.count(at, { name: 'all', equal: [] }, 1, 0)).rejects.toBe(broken);
  }
});

test('all that one request asks for, one thing after another, has the time of the request together', async () => {
  const { engine: slow } = hangingEngine();
  const engine = boundedEngine({ ...slow, patience: 60_000 });
  const time = storeTime(40);
  await withStoreTime(time, async () => {
    await engine.ping();
    await expect(engine.get(at, 'a', 0)).rejects.toThrow('it takes too long');
    await expect(engine.get(at, 'b', 0)).rejects.toThrow('it takes too long');
  });
  expect(time.left()).toBeLessThanOrEqual(0);
});

test('what goes on after the answer of a request is not ended by its time', async () => {
  const hanging = hangingEngine();
  const engine = boundedEngine({ ...hanging.engine, patience: 60_000 });
  const later = await withStoreTime(storeTime(5), async () => {
    const work = beyondStoreTime(() => engine.get(at, 'a', 0));
    await expect(engine.get(at, 'b', 0)).rejects.toBeInstanceOf(StoreUnavailable);
    return { work };
  });
  hanging.goOn();
  expect(await later.work).toBeUndefined();
});
