import { describe, expect, test } from '@jest/globals';
import { BoundedCache } from '../../src/changes/caching/bounded-cache.js';
import { WholeCache } from '../../src/changes/caching/whole-cache.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { inStoreTime, storeTime, withStoreTime } from '../../src/storage/deadlines/store-time.js';

/** Loads that the test finishes manually, in order of their start. */
function byHand<T>() {
  const loads: PromiseWithResolvers<T>[] = [];
  const load = (): Promise<T> => {
    const begun = Promise.withResolvers<T>();
    loads.push(begun);
    return begun.promise;
  };
  return { loads, load };
}

describe('a whole cache', () => {
  test('loads once, however many ask', async () => {
    const { loads, load } = byHand<string>();
    const cache = new WholeCache(load);
    const both = Promise.all([cache.get(), cache.get()]);
    loads[0]?.resolve('one');
    expect(await both).toEqual(['one', 'one']);
    expect(await cache.get()).toBe('one');
    expect(loads).toHaveLength(1);
  });

  test.each(['changed', 'reload'] as const)('loads again after %s', async (what) => {
    const { loads, load } = byHand<string>();
    const cache = new WholeCache(load);
    const first = cache.get();
    loads[0]?.resolve('old');
    await first;
    cache[what]();
    const second = cache.get();
    loads[1]?.resolve('new');
    expect(await second).toBe('new');
  });

  test('never gives a load that began before a change to those who ask after it, whichever ends first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { loads, load } = byHand<string>();
      const cache = new WholeCache(load);
      void cache.get();
      cache.changed();
      const pending = cache.get();
      for (const n of order) {
        loads[n]?.resolve(n === 0 ? 'old' : 'new');
        await loads[n]?.promise;
      }
      expect(await pending).toBe('new');
      expect(await cache.get()).toBe('new');
    }
  });

  test('does not keep a failure', async () => {
    const { loads, load } = byHand<string>();
    const cache = new WholeCache(load);
    const failing = cache.get();
    loads[0]?.reject(new Error('down'));
    await expect(failing).rejects.toThrow('down');
    const again = cache.get();
    loads[1]?.resolve('up');
    expect(await again).toBe('up');
  });
});

describe('a bounded cache', () => {
  test('keeps what is used, each id for itself, and only so many', async () => {
    const received: string[] = [];
    const cache = new BoundedCache(2, async (id) => {
      received.push(id);
      return id;
    });
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await cache.get(id)).toBe(id);
    expect(received).toEqual(['a', 'b', 'c', 'b']);
  });

  test('forgets one that changed, and all at a reload', async () => {
    const received: string[] = [];
    const cache = new BoundedCache(9, async (id) => {
      received.push(id);
      return id;
    });
    const both = (): Promise<unknown> => Promise.all([cache.get('a'), cache.get('b')]);
    await both();
    cache.changed('a');
    await both();
    cache.reload();
    await both();
    expect(received).toEqual(['a', 'b', 'a', 'a', 'b']);
  });

  test('never gives a load that began before a change to those who ask after it, whichever ends first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { loads, load } = byHand<string>();
      const cache = new BoundedCache<string>(2, load);
      void cache.get('a');
      cache.changed('a');
      const pending = cache.get('a');
      for (const n of order) {
        loads[n]?.resolve(n === 0 ? 'old' : 'new');
        await loads[n]?.promise;
      }
      expect(await pending).toBe('new');
      expect(await cache.get('a')).toBe('new');
    }
  });

  test('keeps neither that something is not there, nor a failure', async () => {
    const { loads, load } = byHand<string | undefined>();
    const cache = new BoundedCache<string>(2, load);
    const absent = cache.get('a');
    loads[0]?.resolve(undefined);
    expect(await absent).toBeUndefined();
    const failing = cache.get('a');
    loads[1]?.reject(new Error('down'));
    await expect(failing).rejects.toThrow('down');
    const made = cache.get('a');
    loads[2]?.resolve('there');
    expect(await made).toBe('there');
  });

  test('loads together what it has not, and nothing that it has; and keeps none that is not there', async () => {
    const received: (readonly string[])[] = [];
    const cache = new BoundedCache<string>(
      2,
      async (id) => (received.push([id]), id),
      async (ids) => (received.push(ids), new Map(ids.filter((id) => id !== 'none').map((id) => [id, id]))),
    );
    await cache.get('a');
    expect([...(await cache.getMany(['b', 'a', 'none', 'b', 'c'])).keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(await cache.getMany([])).toEqual(new Map());
    await cache.getMany(['c', 'none']);
    expect(received).toEqual([['a'], ['b', 'none', 'c'], ['none']]);
  });

  test('never keeps of what is loaded together one that changed meanwhile, nor a failure', async () => {
    const { loads, load } = byHand<ReadonlyMap<string, string>>();
    const cache = new BoundedCache<string>(9, async () => 'new', load);
    const both = cache.getMany(['a', 'b']);
    cache.changed('a');
    loads[0]?.resolve(
      new Map([
        ['a', 'old'],
        ['b', 'old'],
      ]),
    );
    await both;
    expect([await cache.get('a'), await cache.get('b')]).toEqual(['new', 'old']);
    const failing = cache.getMany(['c', 'd']);
    loads[1]?.reject(new Error('down'));
    await expect(failing).rejects.toThrow('down');
    expect(await cache.get('c')).toBe('new');
  });

  test('keeps a load that ended well, whatever becomes of an older one', async () => {
    const { loads, load } = byHand<string | undefined>();
    const cache = new BoundedCache<string>(2, load);
    const before = cache.get('a');
    cache.changed('a');
    const after = cache.get('a');
    loads[1]?.resolve('there');
    loads[0]?.resolve(undefined);
    expect([await before, await after, await cache.get('a')]).toEqual([undefined, 'there', 'there']);
    expect(loads).toHaveLength(2);
  });
});

describe.each([
  ['a whole cache', (load: () => Promise<string>) => new WholeCache(load)],
  ['one thing of a bounded cache', (load: () => Promise<string>) => read(new BoundedCache(9, load))],
  ['several things of a bounded cache', (load: () => Promise<string>) => readMany(new BoundedCache(9, load))],
])('a load of %s that several requests wait for', (_name, make) => {
  test('keeps none of them beyond its time, and is not ended by the time of the one that began it', async () => {
    const { loads, load } = byHand<string>();
    // As the engine does below a load.
    const cache = make(() => inStoreTime(load));
    const first = withStoreTime(storeTime(5), () => cache.get());
    const second = withStoreTime(storeTime(60_000), () => cache.get());
    await expect(first).rejects.toBeInstanceOf(StoreUnavailable);
    loads[0]?.resolve('one');
    expect(await second).toBe('one');
    // Cached values are returned even without time left.
    expect(await withStoreTime(storeTime(0), () => cache.get())).toBe('one');
    expect(loads).toHaveLength(1);
  });
});

const read = (cache: BoundedCache<string>) => ({ get: () => cache.get('a') });
const readMany = (cache: BoundedCache<string>) => ({
  get: async () => (await cache.getMany(['a', 'a'])).get('a'),
});
