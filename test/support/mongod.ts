/**
 * The MongoDB of a test run: started once by jest's global setup, or the one that TEST_MONGODB_URL names. Each test file takes
 * databases of its own from it.
 */
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';

export interface TemporaryDatabase {
  readonly url: string;
  readonly name: string;
  /** Every document of it, as JSON. */
  dump(): Promise<string>;
  drop(): Promise<void>;
}

/** A database that no one else uses; nothing is in it yet. */
export function temporaryDatabase(): TemporaryDatabase {
  const name = `gatehouse_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const url = databaseUrl(name);
  return {
    url,
    name,
    dump: () =>
      connected(url, async (connection) => {
        const all = [];
        for (const { name } of await connection.listCollections()) {
          all.push(await connection.collection(name).find().toArray());
        }
        return JSON.stringify(all);
      }),
    drop: () => connected(url, (connection) => connection.dropDatabase()),
  };
}

async function connected<T>(url: string, use: (connection: mongoose.Connection) => Promise<T>): Promise<T> {
  const connection = await mongoose.createConnection(url).asPromise();
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** @throws {Error} where there is no MongoDB to test with */
function databaseUrl(name: string): string {
  const base = process.env['TEST_MONGODB_URL'];
  if (base === undefined) throw new Error('There is no MongoDB to test with: see scripts/mongod.sh.');
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}
