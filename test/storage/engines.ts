import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import type { Engine, EngineReader } from '../../src/storage/engine.js';
import { openStore } from '../../src/storage/open-store.js';
import type { AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { temporaryDatabase } from '../support/mongod.js';
import { modelEngine } from '../support/model-engine.js';
import { temporaryBox } from '../support/store.js';

export interface OpenedEngine {
  readonly store: Store;
  /** The engine below the store. */
  readonly engine: Engine;
  /** A second engine on the same documents, as another process would have it. */
  another(): Promise<Store>;
  close(): Promise<void>;
}

/** Opens engines on one and the same new database. */
export interface Database {
  /** As a child process opens it: a path or a URL. */
  readonly address: string;
  engine(options?: { readonly patience: number }): Promise<Engine>;
  /** One that changes nothing there. */
  reader(): Promise<EngineReader>;
  drop(): Promise<void>;
}

async function sqliteFile(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-conformance-'));
  const address = join(folder, 'store.db');
  return {
    address,
    engine: (options) => openSqlite(address, options),
    reader: () => openSqlite(address, { readOnly: true }),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function mongoDatabase(): Promise<Database> {
  const database = temporaryDatabase();
  const engine = (options?: { readonly patience: number }) => openMongo(database.url, options);
  return { address: database.url, engine, reader: engine, drop: () => database.drop() };
}

async function model(): Promise<Database> {
  const engine = modelEngine();
  const open = async () => engine;
  return { address: 'model', engine: open, reader: open, drop: async () => undefined };
}

const opener =
  (database: () => Promise<Database>) =>
  async (specs: readonly AnySpec[]): Promise<OpenedEngine> => {
    const base = await database();
    const box = temporaryBox();
    const engine = await base.engine();
    const open = async () => openStore({ specs, box, engine: await base.engine() });
    const stores = [await openStore({ specs, box, engine })] as [Store, ...Store[]];
    return {
      store: stores[0],
      engine,
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
