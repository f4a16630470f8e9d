import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { seconds } from '../../src/base/clock.js';
import { newId } from '../../src/base/crypto/ids.js';
import { underLease } from '../../src/storage/leases/lease.js';
import type { Realm } from '../../src/storage/store.js';
import { insert, remove, replace, require } from '../../src/storage/write.js';
import { engines, times, type OpenedEngine } from './engines.js';
import { allSpecs, tallies, things, type Thing } from './things.js';

describe.each(engines)('expiry in the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  let at = Date.UTC(2030, 0, 1);
  beforeAll(async () => {
    opened = await open(allSpecs);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockImplementation(() => at);
    realm = opened.store.in(newId());
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const soon = (id: string, more: Partial<Thing> = {}): Thing => ({ id, kind: 'red', expiresAt: at + 1000, ...more });

  test('hides a document from every read, from that very millisecond on', async () => {
    const all = realm.of(things);
    const thing = soon('a', { name: 'n', rank: 1, flag: true, tags: ['t'] });
    await all.insert(thing);
    const reads = async () => [
      (await all.get('a'))?.id,
      [...(await all.getMany(['a'])).keys()][0],
      (await all.findOne('name', { kind: 'red', name: 'n' }))?.id,
      (await all.find('byKind', { kind: 'red' }, { limit: 1 })).rows[0]?.id,
      (await all.find('byTag', { tags: 't' }, { limit: 1 })).rows[0]?.id,
      await all.count('all', {}, 1),
      await all.count('byTag', { tags: 't' }, 1),
    ];
    at += 999;
    expect(await reads()).toEqual(['a', 'a', 'a', 'a', 'a', 1, 1]);
    at += 1;
    expect(await reads()).toEqual([undefined, undefined, undefined, undefined, undefined, 0, 0]);
    expect(await all.replace(thing, 1)).toEqual({ ok: false, refusal: { code: 'missing' } });
    expect(await all.change('a', (was) => was)).toEqual({ ok: false, refusal: { code: 'missing' } });
    expect(await all.take('a')).toBeUndefined();
    expect(await all.remove('a')).toBe(false);
    expect(await all.removeWhere('all', {}, 9)).toBe(0);
    const missing = { ok: false, write: 0, refusal: { code: 'missing' } };
    expect(await realm.commit([require(things, 'a'), insert(things, soon('b'))])).toEqual(missing);
    expect(await realm.commit([remove(things, 'a'), insert(things, soon('b'))])).toEqual(missing);
    expect(await realm.commit([replace(things, thing, 1), insert(things, soon('b'))])).toEqual(missing);
  });

  test('frees id and unique keys for whatever is written next', async () => {
    const all = realm.of(things);
    await all.insert(soon('a', { name: 'n', tags: ['t'] }));
    await all.insert(soon('b', { name: 'm', tags: ['t'] }));
    await all.insert(soon('c', { name: 'o', tags: ['t'], expiresAt: at + 9999 }));
    at += 1000;
    expect(await all.insert(soon('a', { name: 'm' }))).toMatchObject({ ok: true, value: { version: 1 } });
    expect(await all.replace(soon('c', { name: 'n' }), 1)).toMatchObject({ ok: true });
    expect(await all.put(soon('b', { name: 'p' }))).toMatchObject({ ok: true, value: { version: 1 } });
    expect((await all.find('all', {}, { limit: 9 })).rows.map(({ id, name }) => [id, name])).toEqual([
      ['a', 'm'],
      ['b', 'p'],
      ['c', 'n'],
    ]);
    expect((await all.find('byTag', { tags: 't' }, { limit: 9 })).rows).toEqual([]);
  });

  test('puts over an expired document as over none, and counts from nothing', async () => {
    const all = realm.of(things);
    await all.put(soon('a'));
    await all.put(soon('a'));
    at += 1000;
    expect(await all.put(soon('a'))).toMatchObject({ ok: true, value: { version: 1 } });
    const counts = realm.of(tallies);
    await counts.increment('n', 'n', 5, at + 10);
    at += 10;
    expect(await counts.increment('n', 'n', 1, at + 20)).toEqual({ value: 1, expiresAt: at + 20 });
    expect(await counts.get('n')).toEqual({ id: 'n', n: 1, expiresAt: at + 20, version: 1 });
  });

  test('can be moved and taken away', async () => {
    const all = realm.of(things);
    await all.insert(soon('a'));
    await all.replace({ id: 'a', kind: 'red' }, 1);
    at += 5000;
    expect(await all.get('a')).toEqual({ id: 'a', kind: 'red', version: 2 });
  });

  test('is swept a bounded number at a time, and nothing else with it', async () => {
    const all = realm.of(things);
    at += 1_000_000; // what the other tests left is past its end
    const sweep = async (limit: number) => {
      const done = await underLease(opened.store.installation, 'sweep', seconds(30), (held) =>
        opened.store.sweep(limit, held),
      );
      return done.ok && done.value;
    };
    while (Number(await sweep(1000)) > 0);
    await Promise.all(times(5, (i) => all.insert(soon(`t${i}`, { tags: ['t'] }))));
    await all.insert({ id: 'stays', kind: 'red', tags: ['t'] });
    await all.insert(soon('later', { expiresAt: at + 1001 }));
    expect(await sweep(1000)).toBe(0);
    at += 1000;
    expect(await sweep(3)).toBe(3);
    expect(await sweep(3)).toBe(2);
    expect(await sweep(3)).toBe(0);
    expect((await all.find('all', {}, { limit: 9 })).rows.map(({ id }) => id)).toEqual(['later', 'stays']);
  });
});
