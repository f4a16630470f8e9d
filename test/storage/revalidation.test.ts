import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../src/base/crypto/ids.js';
import type { SecretBox } from '../../src/base/crypto/secret-box.js';
import { pages } from '../../src/base/paging.js';
import type { Engine, WalkedRow } from '../../src/storage/engine.js';
import { openStore } from '../../src/storage/open-store.js';
import { DocumentCache } from '../../src/storage/revalidation/document-cache.js';
import { revisionOf } from '../../src/storage/revision.js';
import { opened, sealed } from '../../src/storage/sealing/seal.js';
import { spec, type AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { insert, replace } from '../../src/storage/write.js';
import { temporaryBox } from '../support/store.js';
import { allDatabases, databases, times, type Database } from './engines.js';

type Room = {
  id: string;
  expiresAt?: number;
  name?: string;
  secret?: string;
  beds?: { size: number; tags: string[] }[];
};
const rooms = spec<Room>()({
  name: 'rooms',
  scope: 'realm',
  version: 1,
  revalidated: true,
  indexed: { name: 'string' },
  storedAs: { beds: 'places' },
  sealed: ['secret'],
  unique: { name: ['name'] },
  queries: { all: {} },
});

const START = Date.UTC(2030, 0, 1);
let clock = START;
beforeEach(() => {
  clock = START;
  jest.spyOn(Date, 'now').mockImplementation(() => clock);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Several processes on one database, and what an operator does to it. */
interface Processes {
  readonly stores: readonly Store[];
  readonly caches: readonly DocumentCache[];
  /** Below the first store. */
  readonly engine: Engine;
  readonly box: SecretBox;
  close(): Promise<void>;
}

async function open(database: Database, count: number): Promise<Processes> {
  const box = temporaryBox();
  const caches = times(count, () => new DocumentCache());
  const engines: Engine[] = [];
  const stores: Store[] = [];
  for (const cache of caches) {
    const engine = await database.engine();
    engines.push(engine);
    stores.push(await openStore({ specs: [rooms], box, engine, cache }));
  }
  const [engine] = engines;
  if (!engine) throw new Error('There is no engine.');
  return {
    ...{ stores, caches, engine, box },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await database.drop();
    },
  };
}

async function rowsOf({ engine }: Processes, realm: string): Promise<WalkedRow[]> {
  const found: WalkedRow[] = [];
  for await (const rows of pages((page) => engine.walk(rooms, page), { limit: 100 })) found.push(...rows);
  return found.filter((row) => row.realm === realm);
}

/** Seals every document anew in place, as a change of the sealing key does. */
async function sealAnew(processes: Processes, realm: string): Promise<void> {
  const at = { spec: rooms as AnySpec, realm };
  const changes = (await rowsOf(processes, realm)).map((row) => ({
    row,
    document: sealed(processes.box, at, opened(processes.box, at, row)),
  }));
  await processes.engine.exchange(rooms, changes);
}

const id = fc.constantFrom('a', 'b');
const name = fc.constantFrom('x', 'y');
const room = fc.record(
  {
    ...{ id, name, secret: fc.string({ maxLength: 3 }) },
    beds: fc.array(fc.record({ size: fc.integer(), tags: fc.array(fc.string(), { maxLength: 2 }) }), { maxLength: 1 }),
    expiresAt: fc.integer({ min: 0, max: 4 }).map((n) => START + n * 1000),
  },
  { requiredKeys: ['id'] },
);
const version = fc.integer({ min: 1, max: 3 });
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('insert', 'put'), room }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('replace'), room, version }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove', 'take'), room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('seal', 'backup', 'restore', 'wait'), room }) },
);
type Action = { readonly do: string; readonly room: Room; readonly version?: number };

/** The outcome of one action, by one of the processes. */
async function perform(
  processes: Processes,
  by: number,
  realm: string,
  each: Action,
  backup: WalkedRow[],
): Promise<unknown> {
  const collection = processes.stores[by % processes.stores.length]?.in(realm).of(rooms);
  switch (each.do) {
    case 'insert':
      return collection?.insert(each.room);
    case 'put':
      return collection?.put(each.room);
    case 'replace':
      return collection?.replace(each.room, each.version ?? 1);
    case 'remove':
      return collection?.remove(each.room.id);
    case 'take':
      return collection?.take(each.room.id);
    case 'seal':
      return sealAnew(processes, realm);
    case 'backup':
      // Their number says nothing: an engine may keep what has expired, or not.
      backup.splice(0, backup.length, ...(await rowsOf(processes, realm)));
      return undefined;
    case 'restore': {
      const keys = (await rowsOf(processes, realm)).map(({ document }) => ({ realm, id: document.id }));
      await processes.engine.discard(rooms, keys);
      await processes.engine.adopt(rooms, backup);
    }
  }
  return undefined;
}

/** Every document by id and by key, as each process reads it; or as it reads them without its cache. */
async function readAll({ stores }: Processes, realm: string, how: 'revalidated' | 'whole'): Promise<unknown[]> {
  return Promise.all(
    stores.map(async (store) => {
      const collection = store.in(realm).of(rooms);
      if (how === 'revalidated') {
        return Promise.all([
          ...['a', 'b'].map((each) => collection.get(each)),
          ...['x', 'y'].map((each) => collection.findOne('name', { name: each })),
        ]);
      }
      const found = await collection.getMany(['a', 'b']);
      const byName = (wanted: string) => [...found.values()].find((each) => each.name === wanted);
      return [found.get('a'), found.get('b'), byName('x'), byName('y')];
    }),
  );
}

describe.each(databases)('revalidated documents in the %s store', (_name, make) => {
  test('are at every moment those that are read whole, by two processes, and those of the plain model', async () => {
    const [, makeModel] = allDatabases[0];
    const real = await open(await make(), 2);
    const model = await open(await makeModel(), 1);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(1), action, fc.boolean()), { minLength: 4, maxLength: 25 }),
        async (actions: [number, Action, boolean][]) => {
          const realm = newId();
          const backups: [WalkedRow[], WalkedRow[]] = [[], []];
          for (const [by, each, isRead] of actions) {
            if (each.do === 'wait') clock += 1000;
            const expected = await perform(model, 0, realm, each, backups[0]);
            expect(await perform(real, by, realm, each, backups[1])).toEqual(expected);
            // A process sees at once what happened between its reads.
            if (!isRead) continue;
            const [whole] = await readAll(model, realm, 'whole');
            expect(await readAll(real, realm, 'whole')).toEqual([whole, whole]);
            expect(await readAll(real, realm, 'revalidated')).toEqual([whole, whole]);
          }
          clock = START;
        },
      ),
      { numRuns: 120, endOnFailure: false },
    );
    // It was the cache that answered.
    for (const { counts } of real.caches) expect(counts.unchanged).toBeGreaterThan(100);
    await Promise.all([real.close(), model.close()]);
  });

  test('are read at one time by those who know them, who know an earlier state, and who know nothing', async () => {
    const processes = await open(await make(), 2);
    const [mine, theirs] = processes.stores.map((store) => store.in('$r').of(rooms));
    const ids = times(5, (i) => `$${i}`);
    for (const each of ids) await mine?.insert({ id: each, secret: each });
    const read = async () => Promise.all([...ids, ...ids].map(async (each) => mine?.get(each)));
    await read();
    await theirs?.put({ id: '$1', secret: 'new' });
    await theirs?.remove('$2');
    await mine?.put({ id: '$4', secret: 'mine' });
    const many = mine?.getMany(ids);
    const found = await read();
    const secrets = ['$0', 'new', undefined, '$3', 'mine'];
    expect(found.map((each) => each?.secret)).toEqual([...secrets, ...secrets]);
    expect([...((await many)?.values() ?? [])].map(({ id: each }) => each).sort()).toEqual(['$0', '$1', '$3', '$4']);
    await processes.close();
  });
});

describe.each(allDatabases)('a revalidated document in the %s store', (_name, make) => {
  let processes: Processes;
  let cache: DocumentCache;
  beforeEach(async () => {
    processes = await open(await make(), 1);
    [cache] = processes.caches as [DocumentCache];
  });
  afterEach(() => processes.close());
  const collection = () => (processes.stores[0] as Store).in('r').of(rooms);

  test('is brought once, and then confirmed, by id and by key', async () => {
    await collection().insert({ id: 'a', name: 'x', secret: 's' });
    const first = await collection().get('a');
    expect(await collection().get('a')).toBe(first);
    expect(cache.counts).toEqual({ unchanged: 1, read: 1, absent: 0 });
    const byKey = await collection().findOne('name', { name: 'x' });
    expect(byKey).toEqual(first);
    expect(await collection().findOne('name', { name: 'x' })).toBe(byKey);
    expect(await collection().get('nobody')).toBeUndefined();
    expect(cache.counts).toEqual({ unchanged: 2, read: 2, absent: 1 });
    await collection().replace({ id: 'a', name: 'x' }, 1);
    expect(await collection().get('a')).toEqual({ id: 'a', name: 'x', version: 2 });
    expect(cache.counts).toEqual({ unchanged: 2, read: 3, absent: 1 });
  });

  test('removed and made anew at the same version is never taken for the former one', async () => {
    await collection().insert({ id: 'a', name: 'x', secret: 'old' });
    await collection().get('a');
    await collection().findOne('name', { name: 'x' });
    await collection().remove('a');
    await collection().insert({ id: 'a', name: 'x', secret: 'new' });
    expect(await collection().get('a')).toMatchObject({ version: 1, secret: 'new' });
    expect(await collection().findOne('name', { name: 'x' })).toMatchObject({ version: 1, secret: 'new' });
  });

  test('is absent once it has expired, though nothing was written', async () => {
    await collection().insert({ id: 'a', name: 'x', expiresAt: START + 1 });
    expect(await collection().get('a')).toBeDefined();
    expect(await collection().findOne('name', { name: 'x' })).toBeDefined();
    clock += 1;
    expect(await collection().get('a')).toBeUndefined();
    expect(await collection().findOne('name', { name: 'x' })).toBeUndefined();
  });

  test('is frozen at every depth, since its readers share it', async () => {
    await collection().insert({ id: 'a', beds: [{ size: 1, tags: ['t'] }] });
    const found = await collection().get('a');
    expect(() => Object.assign(found ?? {}, { secret: 'mine' })).toThrow(/^Cannot /);
    expect(() => found?.beds?.[0]?.tags.push('mine')).toThrow(/^Cannot /);
    expect(() => found?.beds?.pop()).toThrow(/^Cannot /);
    expect((await collection().get('a'))?.beds).toEqual([{ size: 1, tags: ['t'] }]);
  });

  test('says its revision, which is the current one of the store', async () => {
    await collection().insert({ id: 'a', expiresAt: START + 9 });
    const found = await collection().get('a');
    const [current] = await (processes.stores[0] as Store).in('r').currentVersions([{ spec: rooms, id: 'a' }]);
    expect(current).toEqual({ ...revisionOf(found ?? {}), expiresAt: START + 9 });
    expect(current?.incarnation).toEqual(expect.any(Number));
    expect(revisionOf({ ...found })).toBeUndefined();
  });

  test('of an older version has no revision, and is read whole each time', async () => {
    await processes.engine.adopt(rooms, [{ realm: 'r', version: 1, shape: 1, document: { id: 'a' } }]);
    const found = await collection().get('a');
    expect(revisionOf(found ?? {})).toBeUndefined();
    expect(await collection().get('a')).toEqual(found);
    expect(cache.counts).toEqual({ unchanged: 0, read: 2, absent: 0 });
    expect(cache.size).toBe(0);
  });

  test('is read after a commit that changed it beside another', async () => {
    const realm = (processes.stores[0] as Store).in('r');
    await realm.commit([insert(rooms, { id: 'a', secret: '1' }), insert(rooms, { id: 'b', secret: '1' })]);
    await Promise.all([collection().get('a'), collection().get('b')]);
    await realm.commit([replace(rooms, { id: 'a', secret: '2' }, 1), replace(rooms, { id: 'b', secret: '2' }, 1)]);
    expect((await Promise.all([collection().get('a'), collection().get('b')])).map((each) => each?.secret)).toEqual([
      '2',
      '2',
    ]);
  });
});

test('the cache of all kinds and realms is bounded in bytes, and keeps no large document', async () => {
  const cache = new DocumentCache(4096);
  const known = { id: 'a', version: 1, incarnation: 1 };
  for (const i of times(100, (n) => n)) {
    cache.set(`d${i}`, { known, document: { id: 'a', version: 1, text: 'x'.repeat(100) } });
    expect(cache.size).toBeLessThanOrEqual(4096);
  }
  expect(cache.size).toBeGreaterThan(2048);
  expect(cache.get('d99')).toBeDefined();
  expect(cache.get('d0')).toBeUndefined();
  const large = { id: 'a', version: 1, text: 'x'.repeat(10_000) };
  cache.set('d99', { known, document: large });
  expect(cache.get('d99')).toBeUndefined();
  expect(Object.isFrozen(large)).toBe(true);
});
