import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../../src/base/crypto/ids.js';
import { counters, rateLimiter, storeCounters } from '../../src/storage/counters.js';
import type { Realm } from '../../src/storage/store.js';
import { engines, times, type Kept } from './engines.js';

describe.each(engines)('counts shared through the %s store', (_name, open) => {
  let kept: Kept;
  let realms: Realm[];
  let at = Date.UTC(2030, 0, 1);
  beforeAll(async () => {
    kept = await open([counters]);
  });
  afterAll(() => kept.close());
  beforeEach(async () => {
    jest.spyOn(Date, 'now').mockImplementation(() => at);
    const id = newId();
    realms = [kept.store.in(id), (await kept.another()).in(id)];
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const realm = (i = 0): Realm => realms[i % 2] ?? kept.store.in('none');

  test('let as many through as the rule says, however many processes ask at once', async () => {
    const rule = { name: 'login', points: 5, durationSeconds: 60 };
    const [one, other] = [rateLimiter(realm(0), rule), rateLimiter(realm(1), rule)];
    const asked = await Promise.allSettled(times(20, (i) => (i % 2 ? one : other).consume('anna')));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await expect(one.consume('berta')).resolves.toMatchObject({ remainingPoints: 4, isFirstInDuration: true });
    await expect(rateLimiter(realm(), { ...rule, name: 'other' }).consume('anna')).resolves.toBeDefined();
    at += 30_000;
    expect(await other.get('anna')).toMatchObject({ consumedPoints: 20, msBeforeNext: 30_000 });
    at += 30_000;
    expect(await other.get('anna')).toBeNull();
    await expect(other.consume('anna')).resolves.toMatchObject({ remainingPoints: 4 });
  });

  test('stay shut for as long as the rule says, are given back and forgotten', async () => {
    const limiter = rateLimiter(realm(), { name: 'x', points: 1, durationSeconds: 10, blockSeconds: 100 });
    await limiter.consume('k');
    await expect(limiter.consume('k')).rejects.toMatchObject({ msBeforeNext: 100_000 });
    at += 99_999;
    await expect(limiter.consume('k')).rejects.toMatchObject({ msBeforeNext: 1 });
    at += 1;
    await limiter.consume('k');
    expect(await limiter.reward('k')).toMatchObject({ consumedPoints: 0 });
    await limiter.consume('k');
    expect(await limiter.delete('k')).toBe(true);
    expect(await limiter.delete('k')).toBe(false);
    await limiter.consume('k');
  });

  test('are bare where a rule is one’s own', async () => {
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
