import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose, { type Connection } from 'mongoose';
import { hours } from '../../src/base/clock.js';
import { GatehouseError, StoreUnavailable } from '../../src/base/errors.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { writeKeyCheck } from '../../src/storage/sealing/key-check.js';
import { openStore } from '../../src/storage/open-store.js';
import { spec, type AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { toldUrl, watchCommands } from '../support/commands.js';
import { startMongod, type Mongod, type MongodOptions } from '../support/mongod-process.js';
import { type TemporaryDatabase, temporaryDatabase } from '../support/mongod.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { allSpecs, things } from './things.js';

const box = temporaryBox();
const patience = 1000;

async function refusalOf(url: string): Promise<GatehouseError> {
  const started = performance.now();
  const error: unknown = await openMongo(url, { patience }).then(
    async (engine) => engine.close(),
    (refused: unknown) => refused,
  );
  if (!(error instanceof GatehouseError)) throw new Error('It was not refused in our own words.', { cause: error });
  expect(performance.now() - started).toBeLessThan(5 * patience);
  expect(error.message).toMatch(/^[A-Z].*\.$/);
  expect(error.message).not.toContain('\n');
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    expect(String(each)).not.toContain('secret');
  return error;
}

async function withMongod(options: MongodOptions, use: (mongod: Mongod) => Promise<void>): Promise<void> {
  const mongod = await startMongod(options);
  try {
    await use(mongod);
  } finally {
    await mongod.end();
  }
}

describe('a MongoDB that can’t be the store', () => {
  test('since it is standalone, is refused in a sentence that says why and what to do', () =>
    withMongod({ standalone: true }, async ({ url, port }) => {
      const { code, message } = await refusalOf(url);
      expect(code).toBe('bad-configuration');
      expect(message).toBe(
        `GATEHOUSE_STORE points at a standalone MongoDB (127.0.0.1:${port}), which has no transactions, so what belongs ` +
          'together could be written by half. Start it with --replSet rs0 and run rs.initiate() in mongosh once (one ' +
          'member is enough), or use a sqlite: path.',
      );
    }));

  test('since nobody initiated its replica set, is refused likewise', () =>
    withMongod({ uninitiated: true }, async ({ url }) => {
      const { code, message } = await refusalOf(url);
      expect(code).toBe('bad-configuration');
      expect(message).toContain('rs.initiate()');
    }));

  test('since it does not let us in, is refused, and the password is not repeated', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-key-'));
    const key = join(folder, 'key');
    await writeFile(key, 'aMongoDBmemberKey', { mode: 0o400 });
    await withMongod({ args: ['--auth', '--keyFile', key] }, async ({ port, url }) => {
      const connection = await mongoose.createConnection(url).asPromise();
      const admin = connection.getClient().db('admin');
      await admin.command({ createUser: 'root', pwd: 'root', roles: ['root'] });
      await connection.close();
      const asRoot = await mongoose
        .createConnection(`mongodb://root:root@127.0.0.1:${port}/?authSource=admin`)
        .asPromise();
      for (const [name, roles] of [
        ['anna', [{ role: 'readWrite', db: 'people' }]],
        ['berta', []],
        ['clara', ['people', 'empty'].map((db) => ({ role: 'read', db }))],
      ] as const) {
        await asRoot.getClient().db('people').command({ createUser: name, pwd: 'secret', roles });
      }
      await asRoot.close();
      const at = (who: string) => `mongodb://${who}@127.0.0.1:${port}/people`;
      const wrong = await refusalOf(at('anna:secret-but-wrong'));
      expect(wrong).toMatchObject({
        code: 'bad-configuration',
        message: expect.stringContaining('password') as unknown,
      });
      expect(await refusalOf(at('nobody:secret'))).toMatchObject({ code: 'bad-configuration' });
      expect(await refusalOf(at('berta:secret'))).toMatchObject({
        code: 'bad-configuration',
        message: expect.stringContaining('readWrite') as unknown,
      });
      expect(await refusalOf(`mongodb://127.0.0.1:${port}/people`)).toMatchObject({ code: 'bad-configuration' });
      const store = await openStore({ specs: allSpecs, box, engine: await openMongo(at('anna:secret')) });
      expect(await store.in('r').of(things).insert({ id: 'a', kind: 'red' })).toMatchObject({ ok: true });
      await store.close();
      // Read access is enough to copy a store from there.
      const reader = await openMongo(at('clara:secret'));
      expect(await reader.kinds()).toContain('things');
      expect((await reader.walk(things, { limit: 9 })).rows).toHaveLength(1);
      expect(await reader.getMany({ spec: things, realm: 'r' }, ['a'], 0)).toHaveLength(1);
      await reader.close();
      // Serving needs more: a start names the missing role, whether or not it must create something first.
      const readWrite = expect.stringContaining('role readWrite') as unknown;
      const openFor = async (database: string) =>
        openStore({
          specs: allSpecs,
          box,
          engine: await openMongo(`mongodb://clara:secret@127.0.0.1:${port}/${database}`),
        });
      await expect(openFor('empty?authSource=people').then((opened) => opened.close())).rejects.toMatchObject({
        code: 'bad-configuration',
        message: readWrite,
      });
      const nothingToMake = await openFor('people');
      await expect(writeKeyCheck(nothingToMake)).rejects.toMatchObject({
        code: 'store-unavailable',
        message: readWrite,
      });
      await nothingToMake.close();
    });
    await rm(folder, { recursive: true });
  });

  test.each([
    ['mongodb://anna:secret@no-such-host.invalid/db', 'bad-configuration', 'no-such-host.invalid'],
    ['mongodb+srv://anna:secret@no-such-host.invalid/db', 'bad-configuration', 'no-such-host.invalid'],
    ['mongodb://anna:secret@127.0.0.1:1/db', 'store-unavailable', '127.0.0.1:1'],
    ['mongodb://anna:secret@127.0.0.1:99999/db', 'bad-configuration', 'URL'],
    ['mongodb://anna:secret@127.0.0.1:1/db?nonsense=1', 'bad-configuration', 'URL'],
    ['mongodb://anna:sec%ret@127.0.0.1:1/d%b', 'bad-configuration', 'URL'],
    ['mongodb://anna:secret@secret@127.0.0.1:1/db', 'bad-configuration', 'URL'],
  ])('since its address leads nowhere, is refused: %s', async (url, code, named) => {
    const error = await refusalOf(url);
    expect(error.code).toBe(code);
    expect(error.message).toContain(named);
  });
});

describe('a database of ours', () => {
  let database: TemporaryDatabase;
  let connection: Connection;
  beforeEach(async () => {
    database = temporaryDatabase();
    connection = await mongoose.createConnection(database.url).asPromise();
  });
  const opened: Store[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await connection.close();
    await database.drop();
  });
  async function open(...specs: AnySpec[]): Promise<Store> {
    const store = await openStore({ specs, box, engine: await openMongo(database.url) });
    opened.push(store);
    return store;
  }
  const indexes = async (name: string): Promise<string[]> =>
    (await connection.collection(`gatehouse_${name}`).indexes()).map((index) => index.name ?? '').sort();

  type Th = { id: string; name?: string; rank?: number; flag?: boolean };
  const before = spec<Th>()({
    name: 'th',
    scope: 'realm',
    version: 1,
    indexed: { name: 'string', rank: 'number', flag: 'boolean' },
    unique: { key: ['name'] },
    queries: { byRank: { order: 'rank' } },
  });
  const after = spec<Th>()({
    ...before,
    version: 2,
    migrations: { 2: (document) => document },
    unique: { key: ['name', 'flag'] },
    queries: { byFlag: { equal: ['flag'] } },
  });

  test('has the indexes of its specs when it is open, and those of the version before until that is gone', async () => {
    await (await open(before)).close();
    await connection.collection('gatehouse_th').createIndexes([{ key: { 'd.rank': 1 }, name: 'an operator’s own' }]);
    expect(await indexes('th')).toEqual(['_id_', 'an operator’s own', 'by_rank', 'expiry', 'key_key']);
    const store = await open(after);
    const both = ['_id_', 'an operator’s own', 'by_flag_id', 'by_rank', 'expiry', 'key_key'];
    expect(await indexes('th')).toEqual(both);
    const all = store.in('r').of(after);
    expect(await all.insert({ id: 'a', name: 'n', flag: true })).toMatchObject({ ok: true });
    expect(await all.insert({ id: 'b', name: 'n', flag: false })).toMatchObject({ ok: true });
    expect(await all.insert({ id: 'c', name: 'n', flag: true })).toMatchObject({ ok: false });
    const settle = () => store.settle(new AbortController().signal);
    await settle();
    expect(await indexes('th')).toEqual(both);
    const anHourLater = Date.now() + hours(1);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => anHourLater);
    await settle();
    clock.mockRestore();
    expect(await indexes('th')).toEqual(both.filter((name) => name !== 'by_rank'));
    await store.close();
    // The realm first in each.
    for (const { name, key } of await connection.collection('gatehouse_th').indexes()) {
      if (/^(by|key)_/.test(name ?? '')) expect(Object.keys(key)[0]).toBe('r');
    }
  });

  test('is left as it is at an ordinary start', async () => {
    await (await open(...allSpecs)).close();
    const engine = await openMongo(toldUrl(database.url));
    // But for the one write that shows that whoever answers is the primary.
    const { sent } = watchCommands(['_ping']);
    const store = await openStore({ specs: allSpecs, box, engine });
    expect(new Set(sent.map(({ name }) => name))).toEqual(new Set(['find', 'listIndexes']));
    await store.close();
  });

  test('is made once by four that open it at the same moment', async () => {
    const stores = await Promise.all(times(4, () => open(...allSpecs)));
    expect(await indexes('things')).toHaveLength(11);
    await Promise.all(
      stores.map((store, i) =>
        store
          .in('r')
          .of(things)
          .insert({ id: `t${i}`, kind: 'red', name: 'n' }),
      ),
    );
    expect(await stores[0]?.in('r').of(things).count('all', {}, 9)).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('is changed once by four that open it with other indexes at the same moment', async () => {
    await (await open(before)).close();
    await Promise.all(times(4, () => open(after)));
    expect(await indexes('th')).toEqual(['_id_', 'by_flag_id', 'by_rank', 'expiry', 'key_key']);
  });

  test('loses what has expired by MongoDB’s own hand, and nothing else', () =>
    // The mongod of the run never looks for what is over.
    withMongod({}, async ({ url }) => {
      const store = await openStore({ specs: [things], box, engine: await openMongo(url) });
      const all = store.in('r').of(things);
      // Late enough for the replace on a busy machine, and the same: when the one is gone, the other would be, too.
      const soon = Date.now() + 4000;
      await all.insert({ id: 'prolonged', kind: 'red', expiresAt: soon });
      expect(await all.replace({ id: 'prolonged', kind: 'red' }, 1)).toMatchObject({ ok: true });
      await all.insert({ id: 'old', kind: 'red', expiresAt: soon });
      await all.insert({ id: 'later', kind: 'red', expiresAt: Date.now() + 3_600_000 });
      await all.insert({ id: 'beyond all dates', kind: 'red', expiresAt: Number.MAX_SAFE_INTEGER });
      const own = await mongoose.createConnection(`${url}gatehouse`).asPromise();
      const left = async () => own.collection('gatehouse_things').countDocuments();
      const until = performance.now() + 30_000;
      while ((await left()) > 3 && performance.now() < until) await delay(100);
      expect(await left()).toBe(3);
      expect((await all.find('all', {}, { limit: 9 })).rows.map(({ id }) => id)).toEqual([
        'beyond all dates',
        'later',
        'prolonged',
      ]);
      await own.close();
      await store.close();
    }));

  test('is closed after what is under way, and answers nothing then', async () => {
    const store = await open(things);
    const all = store.in('r').of(things);
    const writes = times(30, (i) => all.insert({ id: `t${i}`, kind: 'red' }));
    const closed = store.close();
    expect((await Promise.all(writes)).every(({ ok }) => ok)).toBe(true);
    await closed;
    await expect(all.get('t1')).rejects.toBeInstanceOf(StoreUnavailable);
    await store.close();
  });

  test('is named by the URL, else gatehouse', async () => {
    const { databaseOf } = await import('../../src/storage/mongo/connection/connect.js');
    expect(databaseOf('mongodb://h')).toBe('gatehouse');
    expect(databaseOf('mongodb://a:b@h,i/?x=/y')).toBe('gatehouse');
    expect(databaseOf('mongodb+srv://a:b@h/people%2D1?x=y')).toBe('people-1');
  });
});
