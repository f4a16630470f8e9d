import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hours, minutes, seconds } from '../../src/base/clock.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import type { JsonObject } from '../../src/base/json.js';
import type { SecretBox } from '../../src/base/crypto/secret-box.js';
import type { Engine, EngineOutcome } from '../../src/storage/engine.js';
import { underLease } from '../../src/storage/leases/lease.js';
import { openStore } from '../../src/storage/open-store.js';
import { writeKeyCheck } from '../../src/storage/sealing/key-check.js';
import { spec, type AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { temporaryBox } from '../support/store.js';
import { databases, times, type Database } from './engines.js';
import { passes } from '../support/passes.js';

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

describe.each(databases)('an upgrade of a %s store', (_name, make) => {
  let database: Database;
  const box = temporaryBox();
  beforeEach(async () => {
    database = await make();
    runs.mockClear();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await database.drop();
  });
  const opened: Store[] = [];
  const open = async (specs: readonly AnySpec[], through = (engine: Engine): Engine => engine): Promise<Store> => {
    const store = await openStore({ specs, box, engine: through(await database.engine()) });
    opened.push(store);
    return store;
  };
  const settle = (store: Store): Promise<void> => store.settle(new AbortController().signal);

  type Thing = { id: string; name?: string; rank?: number; flag?: boolean; tags?: string[]; mixed?: string };
  const bare = spec<Thing>()({
    name: 'th',
    scope: 'realm',
    version: 1,
    indexed: { name: 'string' },
    unique: { name: ['name'] },
    queries: { named: { order: 'name' } },
  });
  const rich = spec<Thing>()({
    name: 'th',
    scope: 'realm',
    version: 2,
    migrations: { 2: (document) => document },
    indexed: { rank: 'number', flag: 'boolean', tags: 'strings' },
    unique: {},
    queries: { byRank: { equal: ['flag'], order: 'rank' }, byTag: { contains: 'tags', order: 'rank' } },
  });
  const thing = (id: string): Thing => ({ id, name: `𝒵\u0000${id}`, rank: 0.1, flag: true, tags: ['x', 'y', 'x'] });
  const found = async (store: Store): Promise<unknown> => {
    const things = store.in('r').of(rich);
    const byRank = await things.find('byRank', { flag: true }, { limit: 9 });
    const byTag = await things.find('byTag', { tags: 'x', rank: { lte: 0.1 } }, { limit: 9 });
    return [byRank, byTag].map(({ rows }) => rows.map(({ id }) => id));
  };

  test('finds by its new indexes what was there, while the version before goes on serving', async () => {
    const older = await open([bare]);
    await older.in('r').of(bare).insert(thing('a'));
    const newer = await open([rich]);
    expect(await found(newer)).toEqual([['a'], ['a']]);
    // The version before finds by its own index, which nobody else asks for any more, and writes.
    const before = older.in('r').of(bare);
    expect((await before.find('named', {}, { limit: 9 })).rows.map(({ id }) => id)).toEqual(['a']);
    expect(await before.insert(thing('b'))).toMatchObject({ ok: true });
    expect(await before.replace({ ...thing('a'), rank: 5 }, 2)).toMatchObject({ ok: true });
    expect(await newer.in('r').of(rich).get('b')).toMatchObject(thing('b'));
    // An hour later the newer one looks for what came meanwhile.
    await settle(newer);
    passes(hours(1));
    await settle(newer);
    expect(await found(newer)).toEqual([['b', 'a'], ['b']]);
    expect(await before.find('named', {}, { limit: 9 })).toMatchObject({ rows: [{ id: 'a' }, { id: 'b' }] });
  });

  test('keeps what the version before asks for, at a machine whose clock is behind that of the upgrade', async () => {
    const older = await open([bare]);
    const newer = await open([rich]);
    passes(-minutes(5));
    await settle(newer);
    expect(await older.in('r').of(bare).find('named', {}, { limit: 9 })).toMatchObject({ rows: [] });
  });

  test('drops what only the version before asked for, once that has left nothing more', async () => {
    const older = await open([bare]);
    await older.in('r').of(bare).insert(thing('a'));
    const newer = await open([rich]);
    const byName = () => older.in('r').of(bare).find('named', {}, { limit: 9 });
    await settle(newer);
    await byName();
    passes(hours(1));
    await settle(newer);
    await expect(byName()).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await found(newer)).toEqual([['a'], ['a']]);
    const again = await open([rich]);
    await again.in('r').of(rich).insert(thing('b'));
    expect(await found(again)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('gives up a unique key at once, since it would refuse what is allowed now, and the version before still reads by it', async () => {
    const older = (await open([bare])).in('r').of(bare);
    await older.insert(thing('a'));
    const loose = { ...bare, version: 2, migrations: { 2: (document: JsonObject) => document }, unique: {} };
    const newer = (await open([loose])).in('r').of(loose);
    expect(await newer.insert({ id: 'b', name: thing('a').name ?? '' })).toMatchObject({ ok: true });
    expect((await newer.find('named', {}, { limit: 9 })).rows.map(({ id }) => id)).toEqual(['a', 'b']);
    await older.insert(thing('c'));
    expect(await older.findOne('name', { name: thing('c').name ?? '' })).toMatchObject({ id: 'c' });
  });

  type Person = { id: string; name: string; low?: string };
  const people = spec<Person>()({
    ...{ name: 'people', scope: 'realm', version: 1, indexed: { name: 'string' }, queries: {} },
    unique: { name: ['name'] },
  });
  const folded = spec<Person>()({
    ...{ name: 'people', scope: 'realm', version: 2, indexed: { name: 'string', low: 'string' }, queries: {} },
    unique: { name: ['name'], low: ['low'] },
    migrations: { 2: (document) => ({ ...document, low: text(document['name']).toLowerCase() }) },
  });

  test('never finds by a new key what it held before the version before changed it', async () => {
    const older = (await open([people])).in('r').of(people);
    await older.insert({ id: 'p', name: 'Anna' });
    await older.insert({ id: 'q', name: 'Berta' });
    const newer = (await open([folded])).in('r').of(folded);
    expect(await newer.findOne('low', { low: 'anna' })).toMatchObject({ id: 'p' });
    // One that leaves out what it doesn't know, and one that hands it on.
    expect(await older.replace({ id: 'p', name: 'Carla' }, 2)).toMatchObject({ ok: true });
    expect(await older.change('q', (person) => ({ ...person, name: 'Dora' }))).toMatchObject({ ok: true });
    for (const low of ['anna', 'berta']) expect(await newer.findOne('low', { low })).toBeUndefined();
    expect(await newer.insert({ id: 'new', name: 'anna', low: 'anna' })).toMatchObject({ ok: true });
    expect(await newer.get('p')).toMatchObject({ low: 'carla' });
    expect(await newer.get('q')).toMatchObject({ low: 'dora' });
  });

  const richer = spec<Thing>()({
    ...rich,
    version: 3,
    migrations: { 2: (document) => document, 3: (document) => document },
    indexed: { ...rich.indexed, mixed: 'string' },
    queries: { ...rich.queries, byMixed: { order: 'mixed' } },
  });

  test('that is finished late takes nothing from a version that came meanwhile', async () => {
    await open([bare]);
    let newest: Store | undefined;
    const late = await open([rich], (engine) => ({
      ...engine,
      async tidy(...given) {
        // No upgrade begins beside it, until its time passes, and the next version comes.
        const beside = await underLease(late.installation, 'schema', seconds(30), async () => undefined);
        expect(beside.ok).toBe(false);
        passes(seconds(31));
        newest ??= await open([richer]);
        return engine.tidy(...given);
      },
    }));
    passes(hours(1));
    await expect(settle(late)).rejects.toMatchObject({ code: 'lease-lost' });
    const things = newest?.in('r').of(richer);
    expect(await things?.insert({ ...thing('a'), mixed: 'm' })).toMatchObject({ ok: true });
    expect((await things?.find('byMixed', {}, { limit: 9 }))?.rows.map(({ id }) => id)).toEqual(['a']);
    // Nor does it say that the store is at its own version.
    await expect(open([rich])).rejects.toMatchObject({ code: 'bad-configuration' });
  });

  test('is finished though a clock that went wrong said that it began in a year', async () => {
    await open([bare]);
    const wrong = jest.spyOn(Date, 'now').mockImplementation(() => Date.UTC(2099, 0));
    const newer = await open([rich]);
    wrong.mockRestore();
    await settle(newer);
    const older = await database.engine();
    const byName = older.find({ spec: bare, realm: 'r' }, { name: 'named', equal: [], limit: 1 }, 0);
    await expect(byName).rejects.toBeInstanceOf(StoreUnavailable);
    await older.close();
  });

  test('gives what the version before writes as its own version knows it, before anyone has brought it up', async () => {
    const older = await open([first]);
    const newer = await open([third]);
    await older.in('r').of(first).insert({ id: 'late', name: 'Late Riser', secret: 's' });
    const people = newer.in('r').of(third);
    const late = { id: 'late', full: 'Late Riser', words: ['Late', 'Riser'], secret: 's!', version: 1 };
    expect(await people.get('late')).toEqual(late);
    expect([...(await people.getMany(['late'])).values()]).toEqual([late]);
    expect(await people.change('late', (each) => ({ ...each, words: ['changed'] }))).toMatchObject({ ok: true });
    expect(await people.get('late')).toMatchObject({ secret: 's!', words: ['changed'], version: 2 });
  });

  test('is brought about by one process: another that wants to waits, and finds it done', async () => {
    const older = await open([first]);
    for (const i of times(300, (n) => n))
      await older
        .in('r')
        .of(first)
        .insert({ id: `p${i}`, name: `Person ${i}` });
    const [a, b] = await Promise.all([open([third]), open([third])]);
    expect(runs).toHaveBeenCalledTimes(300);
    for (const store of [a, b]) {
      expect(await store.in('r').of(third).get('p7')).toMatchObject({ full: 'Person 7', version: 2 });
    }
  });

  test('writes nothing more in a process that was paused past its lease, which finds it done and goes on', async () => {
    const older = await open([first]);
    await older.in('r').of(first).insert({ id: 'a', name: 'A', secret: 's' });
    const refused: EngineOutcome[] = [];
    // Before its first batch is sent, its time passes, and another process does the whole work.
    const paused = (engine: Engine): Engine => ({
      ...engine,
      async write(writes, now) {
        const isBatch = writes.some(({ at, kind }) => at.spec === third && kind === 'replace');
        if (isBatch) {
          passes(seconds(31));
          await open([third]);
        }
        const outcome = await engine.write(writes, now);
        if (isBatch) refused.push(outcome);
        return outcome;
      },
    });
    const store = await open([third], paused);
    expect(refused).toEqual([{ ok: false, write: 0, refusal: { code: 'condition' } }]);
    expect(await store.in('r').of(third).get('a')).toMatchObject({ full: 'A', secret: 's!', version: 2 });
  });

  test('is refused where a spec indexes something else at the version that it had', async () => {
    await open([bare]);
    await expect(open([{ ...rich, version: 1, migrations: {} }])).rejects.toMatchObject({
      code: 'store-misuse',
      message: 'th indexes something else than it did at version 1. Raise its version.',
    });
  });

  test('is refused where documents hold something else in the field, or share what is to be unique', async () => {
    const loose = { ...bare, unique: {} };
    const things = (await open([loose])).in('r').of(loose);
    await things.insert({ id: 'a', mixed: 'x', name: 'n' });
    await things.insert({ id: 'b', name: 'n' });
    const next = { version: 2, migrations: { 2: (document: JsonObject) => document } };
    const mixed = { ...loose, ...next, indexed: { ...bare.indexed, mixed: 'number' } } as const;
    await expect(open([mixed])).rejects.toMatchObject({ code: 'store-misuse' });
    await expect(open([{ ...bare, ...next }])).rejects.toMatchObject({
      message: expect.stringMatching(/share|holds its name/) as unknown,
    });
    expect(await things.get('a')).toMatchObject({ mixed: 'x' });
  });
});
