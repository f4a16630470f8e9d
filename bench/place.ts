import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { type MongodOptions, startMongod } from '../test/support/mongod-process.ts';

/** Where a run stores its files and databases. */
export interface Place {
  readonly folder: string;
  /** The URL of a database of this run's own. */
  readonly database: (name: string) => string;
  /** Removes the databases of servers that have ended. */
  dropDatabases(): Promise<void>;
  /** Removes all of it. */
  end(): Promise<void>;
}

/** A folder, and a MongoDB: one of its own, or the one that TEST_MONGODB_URL names. */
export async function makePlace(options: Pick<MongodOptions, 'cacheGigabytes'> = {}): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const named = process.env['TEST_MONGODB_URL'];
  const mongod = named === undefined ? await startMongod(options) : undefined;
  const prefix = `gatehouse_bench_${folder.slice(-6)}`;
  const databases = new Set<string>();
  const dropDatabases = async (): Promise<void> => {
    await Promise.all([...databases].map(drop));
    databases.clear();
  };
  return {
    folder,
    database(name) {
      const url = new URL(named ?? mongod?.url ?? '');
      url.pathname = `/${prefix}_${name}`;
      databases.add(url.href);
      return url.href;
    },
    dropDatabases,
    async end() {
      if (mongod) await mongod.end();
      else await dropDatabases();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function drop(url: string): Promise<void> {
  const client = await mongo.MongoClient.connect(url);
  await client.db().dropDatabase();
  await client.close();
}
