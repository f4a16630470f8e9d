import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../../src/base/ids.js';
import type { SecretBox } from '../../src/base/secret-box.js';
import { openStore } from '../../src/storage/open-store.js';
import { writeKeyCheck } from '../../src/storage/key-check.js';
import { spec, type AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { temporaryBox } from '../support/store.js';
import { databases, times, type Database } from './engines.js';

type First = { id: string; name: string; secret?: string; n?: number };
const first = spec<First>()({
  name: 'people',
  scope: 'realm',
  version: 1,
  indexed: { name: 'string' },
  sealed: ['secret'],
  unique: {},
  queries: { named: { order: 'name' } },
});

type Third = { id: string; full: string; words: string[]; secret?: string; runs?: number };
const runs = jest.fn();
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const third = spec<Third>()({
  name: 'people',
  scope: 'realm',
  version: 3,
  migrations: {
    2: ({ name, ...rest }) => ({ ...rest, full: name ?? '' }),
    3: (document) => {
      runs();
      return { ...document, words: text(document['full']).split(' '), secret: `${text(document['secret'])}!` };
    },
  },
  indexed: { full: 'string', words: 'strings' },
  sealed: ['secret'],
  unique: { full: ['full'] },
  queries: { named: { order: 'full' }, byWord: { contains: 'words' } },
});

describe.each(databases)('a %s store whose documents are of an older version', (_name, make) => {
  let database: Database;
  let box: SecretBox;
  beforeEach(async () => {
    database = await make();
    box = temporaryBox();
    runs.mockClear();
    const store = await open(first);
    await writeKeyCheck(store);
    for (const realm of ['r', 's']) {
      await Promise.all(
        times(250, (i) =>
          store
            .in(realm)
            .of(first)
            .insert({ id: `p${i}`, name: `Person ${i}`, secret: `s${i}` }),
        ),
      );
    }
    await store.close();
  });
  afterEach(() => database.drop());
  const open = async (...specs: AnySpec[]): Promise<Store> =>
    openStore({ specs, box, engine: await database.engine() });

  test('is brought up at open, through each version, sealed fields and new indexes too, in every realm', async () => {
    const store = await open(third);
    expect(runs).toHaveBeenCalledTimes(500);
    const people = store.in('s').of(third);
    expect(await people.get('p7')).toEqual({
      id: 'p7',
      full: 'Person 7',
      words: ['Person', '7'],
      secret: 's7!',
      version: 2,
    });
    expect((await people.find('byWord', { words: '7' }, { limit: 9 })).rows).toHaveLength(1);
    expect(await people.findOne('full', { full: 'Person 9' })).toMatchObject({ id: 'p9' });
    await store.close();
    const again = await open(third);
    expect(runs).toHaveBeenCalledTimes(500);
    await again.close();
  });

  test('is brought up once by two processes that open it at the same time', async () => {
    const [a, b] = await Promise.all([open(third), open(third)]);
    const { rows } = await a.in('r').of(third).find('named', {}, { limit: 1000 });
    expect(rows).toHaveLength(250);
    expect(rows.every(({ secret, version }) => /^s\d+!$/.test(secret ?? '') && version === 2)).toBe(true);
    await Promise.all([a.close(), b.close()]);
  });

  test('goes on where an interrupted run stopped', async () => {
    const stop = new Error('the plug is pulled');
    runs.mockImplementation(() => {
      if (runs.mock.calls.length > 100) throw stop;
    });
    await expect(open(third)).rejects.toBe(stop);
    runs.mockImplementation(() => undefined);
    const store = await open(third);
    const { rows } = await store.in('r').of(third).find('named', {}, { limit: 1000 });
    expect(rows.map(({ secret }) => /^s\d+!$/.test(secret ?? ''))).toEqual(times(250, () => true));
    await store.close();
  });

  test('is not touched under a wrong key', async () => {
    box = temporaryBox();
    await expect(open(third)).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining('GATEHOUSE_KEYS') as unknown,
    });
    expect(runs).not.toHaveBeenCalled();
  });

  test('is refused, in a sentence, by what is older than it', async () => {
    await (await open(third)).close();
    await expect(open(first)).rejects.toMatchObject({
      code: 'bad-configuration',
      message:
        'GATEHOUSE_STORE was written by a newer Gatehouse: its people are at version 3, and this one knows version 1. ' +
        'Start that version or a later one; a store never goes back.',
    });
    // Nor has the older one changed the indexes on its way out.
    const store = await open(third);
    expect((await store.in('r').of(third).find('byWord', { words: '7' }, { limit: 9 })).rows).toHaveLength(1);
    await store.close();
  });
});

describe.each(databases)('a spec of a %s store that gains or loses indexes without a new version', (_name, make) => {
  let database: Database;
  const box = temporaryBox();
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());
  const open = async (...specs: AnySpec[]): Promise<Store> =>
    openStore({ specs, box, engine: await database.engine() });

  type Thing = { id: string; name?: string; rank?: number; flag?: boolean; tags?: string[]; mixed?: string };
  const bare = spec<Thing>()({ name: 'th', scope: 'realm', version: 1, indexed: {}, unique: {}, queries: {} });
  const rich = spec<Thing>()({
    ...bare,
    indexed: { name: 'string', rank: 'number', flag: 'boolean', tags: 'strings' },
    unique: { name: ['name'] },
    queries: {
      byRank: { equal: ['flag'], order: 'rank' },
      byTag: { contains: 'tags', order: 'rank' },
    },
  });

  test('finds what was there before it gained them, and what came while it had none', async () => {
    const realm = newId();
    const document: Thing = { id: 'a', name: '𝒵\u0000', rank: 0.1, flag: true, tags: ['x', 'y', 'x'] };
    for (const [id, before, after] of [
      ['a', bare, rich],
      ['b', bare, rich],
    ] as const) {
      const older = await open(before);
      await older
        .in(realm)
        .of(before)
        .insert({ ...document, id, name: `${document.name ?? ''}${id}` });
      await older
        .in(realm)
        .of(before)
        .insert({ id: `${id}-empty` });
      await older.close();
      const newer = await open(after);
      const things = newer.in(realm).of(after);
      const ids = (rows: readonly Thing[]) => rows.map((row) => row.id);
      const expected = id === 'a' ? ['a'] : ['a', 'b'];
      expect(ids((await things.find('byRank', { flag: true }, { limit: 9 })).rows)).toEqual(expected);
      expect(ids((await things.find('byTag', { tags: 'x', rank: { lte: 0.1 } }, { limit: 9 })).rows)).toEqual(expected);
      expect(await things.findOne('name', { name: `𝒵\u0000${id}` })).toMatchObject({ id });
      await newer.close();
    }
  });

  test('is refused where documents hold something else in the field, or share what is to be unique', async () => {
    const store = await open(bare);
    await store.in('r').of(bare).insert({ id: 'a', mixed: 'x', name: 'n' });
    await store.in('r').of(bare).insert({ id: 'b', name: 'n' });
    await store.close();
    const mixed = { ...bare, indexed: { mixed: 'number' } } as const;
    await expect(open(mixed)).rejects.toMatchObject({ code: 'store-misuse' });
    const unique = { ...bare, indexed: { name: 'string' }, unique: { name: ['name'] } } as const;
    await expect(open(unique)).rejects.toMatchObject({ code: 'store-misuse' });
    const again = await open(bare);
    expect(await again.in('r').of(bare).get('a')).toMatchObject({ mixed: 'x' });
    await again.close();
  });
});
