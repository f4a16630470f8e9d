import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/base/crypto/ids.js';
import type { Realm } from '../../src/storage/store.js';
import type { StoreRefusal } from '../../src/storage/refusal.js';
import { insert, put, remove, removeAt, replace, require, type Write } from '../../src/storage/write.js';
import { engines, times, type OpenedEngine } from './engines.js';
import { allSpecs, notices, parts, tallies, things, type Thing } from './things.js';

describe.each(engines)('a commit to the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  beforeAll(async () => {
    opened = await open(allSpecs);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    realm = opened.store.in(newId());
    for (const id of ['changed', 'gone', 'guard']) await realm.of(things).insert(red(id, { name: id }));
    await realm.of(things).insert(red('holder', { name: 'held' }));
  });
  const red = (id: string, more: Partial<Thing> = {}): Thing => ({ id, kind: 'red', ...more });

  const five = (): Write[] => [
    insert(things, red('new', { name: 'new', tags: ['t'] })),
    put(parts, { id: 'put', thing: 'new' }),
    replace(things, red('changed', { name: 'after' }), 1),
    remove(things, 'gone', { kind: { is: 'red' } }),
    require(things, 'guard', { name: { is: 'guard' } }),
  ];

  test('writes all of it', async () => {
    expect(await realm.commit(five())).toEqual({ ok: true });
    const all = realm.of(things);
    expect([...(await all.getMany(['new', 'changed', 'gone', 'guard'])).values()]).toEqual(
      expect.arrayContaining([
        { ...red('new', { name: 'new', tags: ['t'] }), version: 1 },
        { ...red('changed', { name: 'after' }), version: 2 },
        // A document that is only required keeps its version.
        { ...red('guard', { name: 'guard' }), version: 1 },
      ]),
    );
    expect(await all.get('gone')).toBeUndefined();
    expect(await realm.of(parts).get('put')).toMatchObject({ version: 1 });
  });

  const failing: [string, number, Write, StoreRefusal][] = [
    ['an id that is taken', 0, insert(things, red('holder')), { code: 'conflict', key: 'id' }],
    ['a unique key that is taken', 0, insert(things, red('new', { name: 'held' })), { code: 'conflict', key: 'name' }],
    ['a put on a taken key', 1, put(things, red('put', { name: 'held' })), { code: 'conflict', key: 'name' }],
    ['another version', 2, replace(things, red('changed'), 7), { code: 'changed' }],
    ['nothing to replace', 2, replace(things, red('nobody'), 1), { code: 'missing' }],
    [
      'a key taken at replace',
      2,
      replace(things, red('changed', { name: 'held' }), 1),
      { code: 'conflict', key: 'name' },
    ],
    ['nothing to remove', 3, remove(things, 'nobody'), { code: 'missing' }],
    ['another thing to remove', 3, remove(things, 'gone', { kind: { is: 'blue' } }), { code: 'condition' }],
    ['another version to remove', 3, removeAt(things, 'gone', 7), { code: 'changed' }],
    ['a requirement not met', 4, require(things, 'guard', { name: { absent: true } }), { code: 'condition' }],
    ['a requirement of nothing', 4, require(things, 'nobody'), { code: 'missing' }],
  ];
  test.each(failing)(
    'writes nothing when one of five meets %s, and says which and why',
    async (_w, at, write, refusal) => {
      const writes = five();
      writes[at] = write;
      expect(await realm.commit(writes)).toEqual({ ok: false, write: at, refusal });
      const all = realm.of(things);
      expect(await all.get('new')).toBeUndefined();
      expect(await realm.of(parts).count('byThing', { thing: 'new' }, 9)).toBe(0);
      expect((await all.find('byTag', { tags: 't' }, { limit: 9 })).rows).toEqual([]);
      expect(await all.get('changed')).toEqual({ ...red('changed', { name: 'changed' }), version: 1 });
      expect(await all.get('gone')).toBeDefined();
    },
  );

  test('writes nothing of any collection, whichever of them refuses', async () => {
    const before = [put(parts, { id: 'p', thing: 't' }), insert(tallies, { id: 'n' }), put(things, red('put'))];
    for (const refused of [require(things, 'nobody'), remove(things, 'nobody'), replace(things, red('gone'), 7)]) {
      expect(await realm.commit([...before, refused])).toMatchObject({ ok: false, write: 3 });
      expect(await realm.of(parts).get('p')).toBeUndefined();
      expect(await realm.of(tallies).get('n')).toBeUndefined();
      expect(await realm.of(things).get('put')).toBeUndefined();
    }
  });

  test('removes several documents, or none if one of them is missing, and names that one', async () => {
    const all = realm.of(things);
    const others = ['a', 'b', 'c'];
    for (const id of others) await all.insert(red(id));
    const removals = (ids: readonly string[]) => ids.map((id) => remove(things, id));
    const refused = await realm.commit([insert(things, red('new')), ...removals(['a', 'b', 'nobody', 'c'])]);
    expect(refused).toEqual({ ok: false, write: 3, refusal: { code: 'missing' } });
    expect((await all.getMany([...others, 'new'])).size).toBe(3);
    expect(await realm.commit([...removals(['a']), insert(things, red('new')), ...removals(['b', 'c'])])).toEqual({
      ok: true,
    });
    expect([...(await all.getMany([...others, 'new'])).keys()]).toEqual(['new']);
  });

  test('names the first of several refused writes', async () => {
    const refused = await realm.commit([insert(things, red('holder')), require(things, 'nobody')]);
    expect(refused).toEqual({ ok: false, write: 0, refusal: { code: 'conflict', key: 'id' } });
  });

  test('sees its own earlier writes where it names the one that is refused', async () => {
    const moved = [remove(things, 'holder'), insert(things, red('new', { name: 'held' }))];
    const missing = { code: 'missing' };
    expect(await realm.commit([...moved, require(things, 'nobody')])).toEqual({
      ok: false,
      write: 2,
      refusal: missing,
    });
    const twice = [insert(things, red('one', { name: 'same' })), put(things, red('two', { name: 'same' }))];
    expect(await realm.commit(twice)).toEqual({ ok: false, write: 1, refusal: { code: 'conflict', key: 'name' } });
  });

  test('sees its own earlier writes', async () => {
    const moved = [remove(things, 'holder'), insert(things, red('new', { name: 'held' }))];
    expect(await realm.commit(moved)).toEqual({ ok: true });
  });

  test('of one write is that write, and of none is nothing', async () => {
    expect(await realm.commit([insert(things, red('one'))])).toEqual({ ok: true });
    expect(await realm.commit([insert(things, red('one'))])).toMatchObject({ ok: false, write: 0 });
    expect(await realm.commit([])).toEqual({ ok: true });
  });

  test('holds 256 writes and no more, of one document one, and only of its own place', async () => {
    const many = (n: number) => times(n, (i) => insert(parts, { id: `p${i}`, thing: 't' }));
    const misuse = { code: 'store-misuse' };
    await expect(realm.commit(many(257))).rejects.toMatchObject(misuse);
    expect(await realm.of(parts).count('byThing', { thing: 't' }, 99)).toBe(0);
    expect(await realm.commit(many(256))).toEqual({ ok: true });
    const twice = [require(things, 'guard'), replace(things, red('guard'), 1)];
    await expect(realm.commit(twice)).rejects.toMatchObject(misuse);
    await expect(opened.store.installation.commit([insert(things, red('x'))])).rejects.toMatchObject(misuse);
    expect(await opened.store.installation.commit([put(notices, { id: 'h', text: 't' })])).toEqual({ ok: true });
  });

  test('does not undo its neighbours when it is refused', async () => {
    const outcomes = await Promise.all(
      times(40, (i) =>
        realm.commit([
          insert(parts, { id: `a${i}`, thing: 't' }),
          i % 3 === 0 ? require(things, 'nobody') : insert(parts, { id: `b${i}`, thing: 't' }),
        ]),
      ),
    );
    outcomes.forEach((outcome, i) => {
      expect(outcome.ok).toBe(i % 3 !== 0);
    });
    expect(await realm.of(parts).count('byThing', { thing: 't' }, 999)).toBe(
      2 * outcomes.filter(({ ok }) => ok).length,
    );
  });
});
