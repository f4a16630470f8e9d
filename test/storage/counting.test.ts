import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/base/crypto/ids.js';
import { countCalls, type CountingStore } from '../../src/storage/counting.js';
import type { Collection, Realm } from '../../src/storage/store.js';
import { insert } from '../../src/storage/write.js';
import { engines, type OpenedEngine } from './engines.js';
import { allSpecs, parts, things } from './things.js';

describe.each(engines)('what is asked of the %s store is counted', (_name, open) => {
  let opened: OpenedEngine;
  let counting: CountingStore;
  let realm: Realm;
  let all: Collection<typeof things>;
  beforeAll(async () => {
    opened = await open(allSpecs);
    counting = countCalls(opened.store, ['notices']);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    realm = counting.store.in(newId());
    all = realm.of(things);
    counting.reset();
  });

  test('one by one where each waits for the one before', async () => {
    await all.get('a');
    await all.get('b');
    await all.insert({ id: 'a', kind: 'red' });
    expect(counting.tally()).toEqual({ portCalls: 3, hops: 3, calls: ['things.get', 'things.get', 'things.insert'] });
  });

  test('as one where they are asked of one collection in one tick', async () => {
    await Promise.all([all.get('a'), all.get('b'), all.getMany(['c']), realm.of(parts).get('a')]);
    expect(counting.tally()).toMatchObject({ portCalls: 2, hops: 1 });
    await Promise.all([all.insert({ id: 'a', kind: 'red' }), all.insert({ id: 'b', kind: 'red' })]);
    expect(counting.tally()).toMatchObject({ portCalls: 3, hops: 2 });
  });

  test('a commit as one, a change as two', async () => {
    await realm.commit([insert(things, { id: 'a', kind: 'red' }), insert(parts, { id: 'a', thing: 'a' })]);
    expect(counting.tally()).toMatchObject({ portCalls: 1, hops: 1 });
    await all.change('a', (thing) => ({ ...thing, rank: 1 }));
    expect(counting.tally()).toMatchObject({ portCalls: 3, hops: 3 });
  });

  test('as deep as its longest chain', async () => {
    await Promise.all([all.find('all', {}, { limit: 1 }).then(() => all.take('a')), all.count('all', {}, 1)]);
    expect(counting.tally()).toMatchObject({ portCalls: 3, hops: 2 });
  });

  test('without the calls that were under way when the count began', async () => {
    await all.get('a');
    const before = all.find('all', {}, { limit: 1 });
    counting.reset();
    await before;
    await all.get('b');
    expect(counting.tally()).toMatchObject({ portCalls: 1, hops: 1 });
  });
});
