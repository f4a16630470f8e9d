import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../../src/base/crypto/ids.js';
import { counters, storeCounters } from '../../src/storage/counters.js';
import type { Realm } from '../../src/storage/store.js';
import { engines, times, type OpenedEngine } from './engines.js';

describe.each(engines)('counts shared through the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let realms: Realm[];
  let at = Date.UTC(2030, 0, 1);
  beforeAll(async () => {
    opened = await open([counters]);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    jest.spyOn(Date, 'now').mockImplementation(() => at);
    const id = newId();
    realms = [opened.store.in(id), (await opened.another()).in(id)];
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const realm = (i = 0): Realm => realms[i % 2] ?? opened.store.in('none');

  test('are exact, however many processes add at once', async () => {
    const [one, other] = [storeCounters(realm(0)), storeCounters(realm(1))];
    const end = at + 60_000;
    const counted = await Promise.all(times(20, (i) => (i % 2 ? one : other).add('login anna', 1, end)));
    expect(counted.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual(times(20, (i) => i + 1));
    expect((await one.add('login berta', 1, end)).value).toBe(1);
    at += 30_000;
    expect(await other.read(['login anna'])).toEqual(new Map([['login anna', { value: 20, endsAt: end }]]));
    at += 30_000;
    expect(await other.read(['login anna'])).toEqual(new Map());
    expect(await other.add('login anna', 1, at + 60_000)).toEqual({ value: 1, endsAt: at + 60_000 });
  });

  test('last until their end is moved, and are forgotten', async () => {
    const counts = storeCounters(realm());
    await counts.add('k', 2, at + 10_000);
    await counts.endAt('k', at + 100_000);
    at += 99_999;
    expect(await counts.read(['k'])).toEqual(new Map([['k', { value: 2, endsAt: at + 1 }]]));
    at += 1;
    expect(await counts.add('k', 1, at + 10_000)).toEqual({ value: 1, endsAt: at + 10_000 });
    await counts.remove('k', at + 1);
    expect((await counts.read(['k'])).size).toBe(1);
    await counts.remove('k', at + 10_000);
    await counts.remove('k');
    expect((await counts.read(['k'])).size).toBe(0);
  });

  test('keep their first end while they are added to', async () => {
    const counts = storeCounters(realm(0));
    expect(await counts.add('k', 2, at + 1000)).toEqual({ value: 2, endsAt: at + 1000 });
    at += 999;
    expect(await storeCounters(realm(1)).add('k', -1, at + 1000)).toEqual({ value: 1, endsAt: at + 1 });
    expect(await counts.read(['k', 'other'])).toEqual(new Map([['k', { value: 1, endsAt: at + 1 }]]));
    at += 1;
    expect(await counts.read(['k'])).toEqual(new Map());
    await counts.add('k', 1, at + 1000);
    await counts.remove('k');
    expect(await counts.read(['k'])).toEqual(new Map());
    await counts.add('k', 1, at + 1000);
    await counts.remove('k', at + 999);
    await counts.endAt('k', at + 10);
    expect(await counts.read(['k'])).toEqual(new Map([['k', { value: 1, endsAt: at + 10 }]]));
    await counts.remove('k', at + 10);
    await counts.endAt('k', at + 10);
    expect(await counts.read(['k'])).toEqual(new Map());
  });

  test('are filed under a hash, since people type passwords where names belong', async () => {
    await storeCounters(realm()).add('hunter2', 1, at + 1000);
    await expect(
      realm()
        .of(counters)
        .get('hunter2' as never),
    ).rejects.toMatchObject({ code: 'store-misuse' });
  });
});
