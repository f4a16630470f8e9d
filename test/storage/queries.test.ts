import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/base/crypto/ids.js';
import type { Cursor } from '../../src/base/paging.js';
import type { Collection } from '../../src/storage/store.js';
import { engines, times, type OpenedEngine } from './engines.js';
import { allSpecs, things, type Thing } from './things.js';

describe.each(engines)('queries of the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let all: Collection<typeof things>;
  beforeAll(async () => {
    opened = await open(allSpecs);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    all = opened.store.in(newId()).of(things);
  });
  const add = (id: string, more: Partial<Thing> = {}) => all.insert({ id, kind: 'red', ...more });
  const ids = (page: { rows: readonly Thing[] }) => page.rows.map(({ id }) => id);
  const ten = { limit: 10 };

  test('give what they ask for in their order, then by id', async () => {
    await Promise.all([add('d', { rank: 1 }), add('b', { rank: 2 }), add('c', { rank: 1 }), add('a', { rank: -0.5 })]);
    await add('x', { kind: 'blue', rank: 0 });
    expect(ids(await all.find('byKind', { kind: 'red' }, ten))).toEqual(['a', 'c', 'd', 'b']);
    expect(ids(await all.find('byKindDown', { kind: 'red' }, ten))).toEqual(['b', 'd', 'c', 'a']);
    expect(ids(await all.find('byKind', { kind: 'red', rank: { gt: -0.5, lt: 2 } }, ten))).toEqual(['c', 'd']);
    expect(ids(await all.find('byKindDown', { kind: 'red', rank: { gte: 1, lte: 2 } }, ten))).toEqual(['b', 'd', 'c']);
    expect(ids(await all.find('ranked', { rank: { lte: 0 } }, ten))).toEqual(['a', 'x']);
    expect(ids(await all.find('all', {}, ten))).toEqual(['a', 'b', 'c', 'd', 'x']);
  });

  test('order strings by their UTF-8 bytes, not as JavaScript does', async () => {
    const names = ['a', 'Z', 'ä', '\uffee', '𝒵', '', 'a\u0000', 'a ', '€'];
    await Promise.all(names.map((name, i) => add(`n${i}`, { name })));
    const found = (await all.find('named', {}, ten)).rows.map(({ name }) => name);
    expect(found).toEqual(['', 'Z', 'a', 'a\u0000', 'a ', 'ä', '€', '\uffee', '𝒵']);
    expect([...found].sort()).not.toEqual(found);
    expect((await all.find('named', { name: { gt: '\uffee' } }, ten)).rows.map(({ name }) => name)).toEqual(['𝒵']);
  });

  test('leave out what lacks the field they order by, and give it where they do not', async () => {
    await Promise.all([add('a'), add('b', { rank: 1 }), add('c', { flag: true })]);
    expect(ids(await all.find('byKind', { kind: 'red' }, ten))).toEqual(['b']);
    expect(await all.count('ranked', {}, 9)).toBe(1);
    expect(ids(await all.find('byFlag', { flag: true, kind: 'red' }, ten))).toEqual(['c']);
    expect(ids(await all.find('all', {}, ten))).toEqual(['a', 'b', 'c']);
  });

  test('find an element of an array, once however often it is in it', async () => {
    await Promise.all([
      add('a', { name: '2', tags: ['t', 'u', 't'], rank: 1 }),
      add('b', { name: '1', tags: ['t\u0000'], rank: 2 }),
      add('c', { name: '0', tags: ['t'], rank: 3 }),
      add('d', { tags: ['t'] }),
      add('e', { kind: 'blue', name: '0', tags: ['t', ''] }),
    ]);
    expect(ids(await all.find('byTag', { tags: 't' }, ten))).toEqual(['c', 'e', 'a']);
    expect(ids(await all.find('byTag', { tags: 't', name: { gt: '0' } }, ten))).toEqual(['a']);
    expect(ids(await all.find('byTag', { tags: '' }, ten))).toEqual(['e']);
    expect(ids(await all.find('byTagDown', { tags: 't' }, ten))).toEqual(['c', 'a']);
    expect(ids(await all.find('byTagAndKind', { tags: 't', kind: 'red' }, ten))).toEqual(['a', 'c', 'd']);
    expect(await all.count('byTagAndKind', { tags: 't', kind: 'red' }, 2)).toBe(2);
  });

  test('follow a document that changes, is put, or goes', async () => {
    await add('a', { name: 'n', tags: ['t', 'u'] });
    await all.replace({ id: 'a', kind: 'red', name: 'm', tags: ['u', 'v'] }, 1);
    expect(ids(await all.find('byTag', { tags: 't' }, ten))).toEqual([]);
    expect(ids(await all.find('byTag', { tags: 'v' }, ten))).toEqual(['a']);
    await all.put({ id: 'a', kind: 'blue', name: 'm', tags: ['w'] });
    expect(ids(await all.find('byTag', { tags: 'v' }, ten))).toEqual([]);
    expect(ids(await all.find('byTagAndKind', { tags: 'w', kind: 'blue' }, ten))).toEqual(['a']);
    await all.remove('a');
    expect(ids(await all.find('byTag', { tags: 'w' }, ten))).toEqual([]);
    await add('a', { name: 'n' });
    expect(ids(await all.find('byTag', { tags: 'w' }, ten))).toEqual([]);
  });

  test('count no further than they are told', async () => {
    await Promise.all(times(7, (i) => add(`t${i}`, { rank: i })));
    expect(await all.count('byKind', { kind: 'red' }, 5)).toBe(5);
    expect(await all.count('byKind', { kind: 'red' }, 100)).toBe(7);
    expect(await all.count('byKind', { kind: 'red', rank: { gte: 5 } }, 100)).toBe(2);
  });

  test('remove the first ones, as many as they are told', async () => {
    await Promise.all(times(7, (i) => add(`t${i}`, { rank: i, tags: ['t'], name: `${9 - i}` })));
    expect(await all.removeWhere('byKind', { kind: 'red', rank: { gt: 0 } }, 2)).toBe(2);
    expect(ids(await all.find('all', {}, ten))).toEqual(['t0', 't3', 't4', 't5', 't6']);
    expect(await all.removeWhere('byTag', { tags: 't' }, 1)).toBe(1);
    expect(ids(await all.find('byTag', { tags: 't' }, ten))).toEqual(['t5', 't4', 't3', 't0']);
    expect(await all.removeWhere('all', {}, 100)).toBe(4);
    expect(await all.removeWhere('all', {}, 100)).toBe(0);
  });

  test.each(['byKind', 'byKindDown'] as const)('page through %s without a gap or a row twice', async (query) => {
    await Promise.all(times(23, (i) => add(`t${i}`, { rank: i % 4 })));
    const whole = ids(await all.find(query, { kind: 'red' }, { limit: 100 }));
    const seen: string[] = [];
    let after: Cursor | undefined;
    do {
      const page = await all.find(query, { kind: 'red' }, { limit: 5, ...(after && { after }) });
      seen.push(...ids(page));
      after = page.next;
    } while (after);
    expect(seen).toEqual(whole);
    expect(seen).toHaveLength(23);
  });

  test.each(['byTag', 'byTagDown', 'all', 'byTagAndKind'] as const)('page through %s', async (query) => {
    await Promise.all(times(11, (i) => add(`t${i}`, { rank: i % 3, name: `n${i % 10}${i}`, tags: ['t', 'u'] })));
    const values = query === 'all' ? {} : { tags: 't', ...(query === 'byTagAndKind' && { kind: 'red' as const }) };
    const find = all.find.bind(all) as (
      name: string,
      values: object,
      page: { limit: number; after?: Cursor },
    ) => ReturnType<typeof all.find>;
    const whole = ids(await find(query, values, { limit: 100 }));
    const seen: string[] = [];
    let after: Cursor | undefined;
    do {
      const page = await find(query, values, { limit: 2, ...(after && { after }) });
      seen.push(...ids(page));
      after = page.next;
    } while (after);
    expect(seen).toEqual(whole);
    expect(seen).toHaveLength(11);
  });

  test('keep their place while rows come and go around it', async () => {
    await Promise.all(times(20, (i) => add(`t${String(i).padStart(2, '0')}`, { rank: i })));
    const first = await all.find('byKind', { kind: 'red' }, { limit: 8 });
    // The row at which the page ended goes, one before it comes, one after it comes, one after it goes.
    await Promise.all([all.remove('t07'), add('before', { rank: 3 }), add('after', { rank: 7.5 }), all.remove('t12')]);
    const second = await all.find('byKind', { kind: 'red' }, { limit: 5, ...(first.next && { after: first.next }) });
    expect(ids(second)).toEqual(['after', 't08', 't09', 't10', 't11']);
    const third = await all.find('byKind', { kind: 'red' }, { limit: 9, ...(second.next && { after: second.next }) });
    expect(ids(third)).toEqual(times(7, (i) => `t${i + 13}`));
    expect(third.next).toBeUndefined();
  });

  test('keep a page within its range in both directions', async () => {
    await Promise.all(times(10, (i) => add(`t${i}`, { rank: i })));
    const up = { kind: 'red', rank: { gt: 2, lt: 7 } } as const;
    for (const [query, expected] of [
      ['byKind', ['t3', 't4', 't5', 't6']],
      ['byKindDown', ['t6', 't5', 't4', 't3']],
    ] as const) {
      const first = await all.find(query, up, { limit: 3 });
      const second = await all.find(query, up, { limit: 3, ...(first.next && { after: first.next }) });
      expect([...ids(first), ...ids(second)]).toEqual(expected);
      expect(second.next).toBeUndefined();
    }
  });

  test('accept a cursor of their own alone', async () => {
    await Promise.all(times(4, (i) => add(`t${i}`, { rank: i, name: `${i}` })));
    const { next } = await all.find('byKind', { kind: 'red' }, { limit: 2 });
    if (!next) throw new Error('there should be another page');
    const after = { limit: 2, after: next };
    const misuse = { code: 'store-misuse' };
    await expect(all.find('byKind', { kind: 'red' }, after)).resolves.toMatchObject({
      rows: [{ id: 't2' }, { id: 't3' }],
    });
    await expect(all.find('byKind', { kind: 'blue' }, after)).rejects.toMatchObject(misuse);
    await expect(all.find('byKind', { kind: 'red', rank: { gt: 0 } }, after)).rejects.toMatchObject(misuse);
    await expect(all.find('byKindDown', { kind: 'red' }, after)).rejects.toMatchObject(misuse);
    await expect(all.find('named', {}, after)).rejects.toMatchObject(misuse);
    const elsewhere = opened.store.in(newId()).of(things);
    await expect(elsewhere.find('byKind', { kind: 'red' }, after)).rejects.toMatchObject(misuse);
    for (const made of ['', 'x', 'bnVsbA', Buffer.from('["a",1,2]').toString('base64url')]) {
      const forged = { limit: 2, after: made as Cursor };
      await expect(all.find('byKind', { kind: 'red' }, forged)).rejects.toMatchObject(misuse);
    }
  });
});
