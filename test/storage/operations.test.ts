import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { now } from '../../src/base/clock.js';
import { newId } from '../../src/base/crypto/ids.js';
import { put } from '../../src/storage/write.js';
import type { Collection, Realm } from '../../src/storage/store.js';
import { engines, times, type OpenedEngine } from './engines.js';
import { allSpecs, notices, tallies, things, type Thing } from './things.js';

describe.each(engines)('documents in the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  let all: Collection<typeof things>;
  beforeAll(async () => {
    opened = await open(allSpecs);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    realm = opened.store.in(newId());
    all = realm.of(things);
  });
  const red = (id: string, more: Partial<Thing> = {}): Thing => ({ id, kind: 'red', ...more });

  test('are given back as they were inserted, at version 1', async () => {
    const thing = red('a', {
      name: 'Zoë 𝒵 \u0000 "quoted" \\ \u2028',
      rank: -0.1,
      flag: false,
      tags: ['x', 'x', ''],
      door: hashOf('door'),
      secret: 'Sesame 𝒮',
      parts: [{ name: '', sizes: [1e21, 5e-324, 0.1] }],
    });
    expect(await all.insert(thing)).toEqual({ ok: true, value: { ...thing, version: 1 } });
    expect(await all.get('a')).toEqual({ ...thing, version: 1 });
    expect(await all.findOne('door', { door: hashOf('door') })).toEqual({ ...thing, version: 1 });
    expect(await all.findOne('name', { kind: 'red', name: thing.name ?? '' })).toEqual({ ...thing, version: 1 });
    expect(await all.findOne('name', { kind: 'blue', name: thing.name ?? '' })).toBeUndefined();
  });

  test('keep a renamed field under the name it was first stored with', async () => {
    const thing = red('renamed', { parts: [{ name: 'leg', sizes: [1] }] });
    await all.insert(thing);
    const [row] = await opened.engine.getMany({ spec: things, realm: realm.id }, ['renamed'], now());
    expect(row?.document).toMatchObject({ pieces: thing.parts });
    expect(row?.document).not.toHaveProperty('parts');
    await realm.commit([put(things, { ...thing, rank: 2 })]);
    expect(await all.get('renamed')).toMatchObject({ rank: 2, parts: thing.parts });
    expect(await all.take('renamed')).toMatchObject({ parts: thing.parts });
  });

  test('share nothing with what the caller holds', async () => {
    const thing = red('a', { tags: ['x'] });
    const inserted = await all.insert(thing);
    thing.tags?.push('y');
    if (inserted.ok) inserted.value.tags?.push('z');
    expect((await all.get('a'))?.tags).toEqual(['x']);
  });

  test('are read many at once, those that are there', async () => {
    await Promise.all(times(5, (i) => all.insert(red(`t${i}`))));
    const found = await all.getMany(['t3', 'nobody', 't1', 't3']);
    expect([...found.keys()].sort()).toEqual(['t1', 't3']);
    expect(await all.getMany([])).toEqual(new Map());
  });

  test('are inserted once: the second hears of the id', async () => {
    await all.insert(red('a'));
    expect(await all.insert(red('a', { rank: 1 }))).toEqual({ ok: false, refusal: { code: 'conflict', key: 'id' } });
    expect(await all.get('a')).toEqual({ ...red('a'), version: 1 });
  });

  test('hold their unique keys, each by its name, the id first', async () => {
    await all.insert(red('a', { name: 'n', door: hashOf('d') }));
    const conflict = (key: string) => ({ ok: false, refusal: { code: 'conflict', key } });
    expect(await all.insert(red('b', { name: 'n' }))).toEqual(conflict('name'));
    expect(await all.insert(red('b', { name: 'm', door: hashOf('d') }))).toEqual(conflict('door'));
    expect(await all.insert(red('b', { name: 'n', door: hashOf('d') }))).toEqual(conflict('name'));
    expect(await all.insert(red('a', { name: 'n', door: hashOf('d') }))).toEqual(conflict('id'));
    expect(await all.put(red('b', { name: 'n' }))).toEqual(conflict('name'));
    expect(await all.insert({ id: 'b', kind: 'blue', name: 'n' })).toMatchObject({ ok: true });
    expect(await all.replace(red('b', { name: 'n' }), 1)).toEqual(conflict('name'));
    expect(await all.get('b')).toEqual({ id: 'b', kind: 'blue', name: 'n', version: 1 });
  });

  test('hold no key where they lack one of its fields', async () => {
    expect(await all.insert(red('a'))).toMatchObject({ ok: true });
    expect(await all.insert(red('b'))).toMatchObject({ ok: true });
  });

  test('give a unique key back when they change or go', async () => {
    await all.insert(red('a', { name: 'n' }));
    await all.replace(red('a', { name: 'm' }), 1);
    expect(await all.insert(red('b', { name: 'n' }))).toMatchObject({ ok: true });
    await all.remove('a');
    expect(await all.insert(red('c', { name: 'm' }))).toMatchObject({ ok: true });
  });

  test('are put whether there or not, and the version tells which', async () => {
    expect(await all.put(red('a', { note: 'x' }))).toMatchObject({ ok: true, value: { version: 1 } });
    expect(await all.put(red('a'))).toEqual({ ok: true, value: { ...red('a'), version: 2 } });
    expect(await all.get('a')).toEqual({ ...red('a'), version: 2 });
  });

  test('are replaced whole, at the version expected', async () => {
    await all.insert(red('a', { note: 'x', tags: ['t'] }));
    expect(await all.replace(red('a', { name: 'y' }), 1)).toEqual({
      ok: true,
      value: { ...red('a', { name: 'y' }), version: 2 },
    });
    expect(await all.get('a')).toEqual({ ...red('a', { name: 'y' }), version: 2 });
    expect(await all.replace(red('a'), 1)).toEqual({ ok: false, refusal: { code: 'changed' } });
    expect(await all.replace(red('a'), 3)).toEqual({ ok: false, refusal: { code: 'changed' } });
    expect(await all.replace(red('b'), 1)).toEqual({ ok: false, refusal: { code: 'missing' } });
  });

  test('are changed by a function, which a version read along does not disturb', async () => {
    await all.insert(red('a', { rank: 1 }));
    expect(await all.change('a', (thing) => ({ ...thing, rank: (thing.rank ?? 0) + 1 }))).toEqual({
      ok: true,
      value: { ...red('a', { rank: 2 }), version: 2 },
    });
    expect(await all.change('a', () => undefined)).toMatchObject({ ok: true, value: { version: 2 } });
    expect(await all.change('b', (thing) => thing)).toEqual({ ok: false, refusal: { code: 'missing' } });
    await expect(all.change('a', (thing) => ({ ...thing, id: 'b' }))).rejects.toMatchObject({ code: 'store-misuse' });
  });

  test('are taken once, and only as the condition demands', async () => {
    await all.insert(red('a', { rank: 1, secret: 's' }));
    expect(await all.take('a', { rank: { gt: 1 } })).toBeUndefined();
    expect(await all.take('a', { rank: { is: 1 } })).toEqual({ ...red('a', { rank: 1, secret: 's' }), version: 1 });
    expect(await all.take('a')).toBeUndefined();
  });

  test('are removed, and only as the condition demands', async () => {
    await all.insert(red('a', { note: 'x' }));
    expect(await all.remove('a', { note: { absent: true } })).toBe(false);
    expect(await all.remove('a', { note: { in: ['y', 'x'] }, kind: { is: 'red' } })).toBe(true);
    expect(await all.remove('a')).toBe(false);
    expect(await all.get('a')).toBeUndefined();
  });

  test.each<[string, Parameters<typeof all.take>[1], boolean]>([
    ['a string that is equal', { note: { is: 'é𝒵\u0000"' } }, true],
    ['a string that starts alike', { note: { is: 'é𝒵' } }, false],
    ['a number that is equal', { weight: { is: 0.30000000000000004 } }, true],
    ['a number that is nearly equal', { weight: { is: 0.3 } }, false],
    ['one of several', { weight: { in: [1, 0.30000000000000004] } }, true],
    ['one of none', { weight: { in: [] } }, false],
    ['a boolean', { flag: { is: true } }, true],
    ['the other boolean', { flag: { is: false } }, false],
    ['a range that it is in', { weight: { gt: 0.3, lte: 0.5 } }, true],
    ['a range that it is beyond', { weight: { lt: 0.3 } }, false],
    ['a range of strings by bytes', { note: { gte: 'é\uffff', lt: 'ê' } }, true], // 𝒵 comes after U+FFFF in UTF-8
    ['a range over what is absent', { rank: { lt: 5 } }, false],
    ['the absence of what is there', { flag: { absent: true } }, false],
    ['the absence of what is not', { rank: { absent: true } }, true],
    ['two fields of which one fails', { flag: { is: true }, kind: { is: 'blue' } }, false],
    ['an array that is absent', { tags: { absent: true } }, true],
    ['no end', { expiresAt: { absent: true } }, true],
  ])('meet a condition on %s or not', async (_what, condition, met) => {
    await all.insert(red('a', { note: 'é𝒵\u0000"', weight: 0.1 + 0.2, flag: true }));
    expect((await all.take('a', condition)) !== undefined).toBe(met);
  });

  test('meet a range only within one type, though SQL would order all types among each other', async () => {
    const mixed = { id: 'a', kind: 'red', note: 5, weight: true } as unknown as Thing;
    await all.insert(mixed);
    expect(await all.take('a', { note: { lt: 'z' } })).toBeUndefined();
    expect(await all.take('a', { note: { gte: '' } })).toBeUndefined();
    expect(await all.take('a', { weight: { lt: 5 } })).toBeUndefined();
    expect(await all.take('a', { weight: { is: 1 } })).toBeUndefined();
    expect(await all.take('a', { note: { is: '5' } })).toBeUndefined();
    expect(await all.take('a')).toBeDefined();
  });

  test('meet no condition by an element of an array', async () => {
    const mixed = { id: 'a', kind: 'red', note: ['x', 'y'], weight: [1, 2] } as unknown as Thing;
    await all.insert(mixed);
    expect(await all.take('a', { note: { is: 'x' } })).toBeUndefined();
    expect(await all.take('a', { note: { in: ['x', 'y'] } })).toBeUndefined();
    expect(await all.take('a', { note: { gte: 'a' } })).toBeUndefined();
    expect(await all.take('a', { weight: { gt: 0, lt: 3 } })).toBeUndefined();
    expect(await all.take('a', { note: { absent: true } })).toBeUndefined();
    expect(await all.take('a')).toBeDefined();
  });

  test('are counted up, made where there is none, and keep their end', async () => {
    const counts = realm.of(tallies);
    const end = Date.now() + 60_000;
    expect(await counts.increment('a', 'n', 2, end)).toEqual({ value: 2, expiresAt: end });
    expect(await counts.increment('a', 'n', 3, end + 5)).toEqual({ value: 5, expiresAt: end });
    expect(await counts.increment('a', 'n', -1)).toEqual({ value: 4, expiresAt: end });
    expect(await counts.get('a')).toEqual({ id: 'a', n: 4, expiresAt: end, version: 3 });
    expect(await counts.increment('b', 'n', 1)).toEqual({ value: 1 });
    expect((await counts.find('all', {}, { limit: 9 })).rows.map(({ id }) => id)).toEqual(['b', 'a']);
    // A count is as good as a number that was written: a condition finds it.
    expect(await counts.take('a', { n: { is: 4 } })).toBeDefined();
    await counts.insert({ id: 'c' });
    expect(await counts.increment('c', 'n', 1)).toEqual({ value: 1 });
  });

  test('of one realm are not seen, held or touched by another', async () => {
    const other = opened.store.in(newId()).of(things);
    await all.insert(red('a', { name: 'n', door: hashOf('d'), tags: ['t'], secret: 'mine' }));
    expect(await other.get('a')).toBeUndefined();
    expect(await other.findOne('door', { door: hashOf('d') })).toBeUndefined();
    expect((await other.find('byTag', { tags: 't' }, { limit: 9 })).rows).toEqual([]);
    expect(await other.count('all', {}, 9)).toBe(0);
    expect(await other.take('a')).toBeUndefined();
    expect(await other.remove('a')).toBe(false);
    expect(await other.removeWhere('all', {}, 9)).toBe(0);
    expect(await other.replace(red('a'), 1)).toEqual({ ok: false, refusal: { code: 'missing' } });
    expect(await other.insert(red('a', { name: 'n', door: hashOf('d'), secret: 'theirs' }))).toMatchObject({
      ok: true,
    });
    expect(await other.put(red('a', { name: 'n', secret: 'theirs' }))).toMatchObject({ ok: true });
    expect((await all.get('a'))?.secret).toBe('mine');
    expect((await other.get('a'))?.secret).toBe('theirs');
  });

  test('of the house are in no realm', async () => {
    await opened.store.installation.of(notices).put({ id: 'n', realm: realm.id, text: 'hello' });
    expect(await opened.store.installation.of(notices).get('n')).toMatchObject({ text: 'hello' });
    expect(() => opened.store.in('')).toThrow('A realm needs a name.');
  });

  test('of the house and of a realm are committed together', async () => {
    expect(
      await realm.commit([
        { spec: notices, kind: 'put', document: { id: 'both', text: 'x' } },
        { spec: things, kind: 'insert', document: { id: 'both', kind: 'red' } },
      ]),
    ).toEqual({ ok: true });
    expect(await opened.store.installation.of(notices).get('both')).toBeDefined();
    expect(await all.get('both')).toBeDefined();
  });
});
