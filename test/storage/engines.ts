import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import type { Engine } from '../../src/storage/engine.js';
import { openStore } from '../../src/storage/open-store.js';
import type { AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { temporaryDatabase } from '../support/mongod.js';
import { modelEngine } from '../support/model-engine.js';
import { temporaryBox } from '../support/store.js';

export interface Kept {
  readonly store: Store;
  /** A second engine on the same documents, as another process would have it. */
  another(): Promise<Store>;
  close(): Promise<void>;
}

/** Opens engines on one and the same new database. */
export interface Database {
  engine(): Promise<Engine>;
  drop(): Promise<void>;
}

async function sqliteFile(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-conformance-'));
  return {
    engine: () => openSqlite(join(folder, 'store.db')),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function mongoDatabase(): Promise<Database> {
  const database = temporaryDatabase();
  return { engine: () => openMongo(database.url), drop: () => database.drop() };
}

async function model(): Promise<Database> {
  const engine = modelEngine();
  return { engine: async () => engine, drop: async () => undefined };
}

const opener =
  (database: () => Promise<Database>) =>
  async (specs: readonly AnySpec[]): Promise<Kept> => {
    const base = await database();
    const box = temporaryBox();
    const open = async () => openStore({ specs, box, engine: await base.engine() });
    const stores = [await open()] as [Store, ...Store[]];
    return {
      store: stores[0],
      async another() {
        const store = await open();
        stores.push(store);
        return store;
      },
      async close() {
        await Promise.all(stores.map((store) => store.close()));
        await base.drop();
      },
    };
  };

/** Those that keep what they are given past their end. */
export const databases = [
  ['sqlite', sqliteFile],
  ['mongodb', mongoDatabase],
] as const;

/** The model among them. */
export const allDatabases = [['model', model], ...databases] as const;

/** Every engine under the one suite that decides what is right. The model is among them, so that the suite is tested too. */
export const engines = [
  ['model', opener(model)],
  ...databases.map(([name, make]) => [name, opener(make)] as const),
] as const;

export const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
