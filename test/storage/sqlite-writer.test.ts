import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runInThisContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../src/base/errors.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { linkWriter } from '../../src/storage/sqlite/writer-link.js';
import { inodesOf, type WriterJob, type WriterData } from '../../src/storage/sqlite/writer.js';
import type { Collection, Store } from '../../src/storage/store.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { allSpecs, things } from './things.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-writer-'));
  path = join(folder, 'store.db');
});
afterEach(() => rm(folder, { recursive: true }));

test('a writer that starts while another connection has the file to itself waits for its turn', async () => {
  const holder = new DatabaseSync(path);
  holder.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER) STRICT');
  // Other connections cannot open the log now, just as while another process opens or closes the store.
  holder.exec('PRAGMA locking_mode = EXCLUSIVE; INSERT INTO t VALUES (1)');

  const writer = linkWriter({ path, calledAs: 'GATEHOUSE_STORE', inodes: inodesOf(path), patience: 5000 });
  const written = writer.run([{ sql: 'INSERT INTO t VALUES (?)', values: [2], rows: 1 }]);
  setTimeout(() => holder.exec('PRAGMA locking_mode = NORMAL; SELECT n FROM t'), 300);
  expect(await written).toMatchObject({ ok: true, changes: 1 });

  await writer.close();
  holder.close();
});

/** Runs the writer as a thread, with this done in it before. */
const prepared = (before: string): string =>
  `${before}; import(${JSON.stringify(new URL('../../src/storage/sqlite/writer.ts', import.meta.url).href)})`;

test('a writer that can not so much as roll back goes on with a new connection', async () => {
  const holder = new DatabaseSync(path);
  holder.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT');
  // Refused when all of it is committed, and not before.
  holder.exec('CREATE TABLE u (n INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED) STRICT');
  const failing = prepared(`
    const { DatabaseSync } = require('node:sqlite');
    const { exec } = DatabaseSync.prototype;
    DatabaseSync.prototype.exec = function (sql) {
      if (sql === 'ROLLBACK') throw new Error('disk I/O error');
      return exec.call(this, sql);
    }`);
  const writer = new Worker(failing, { eval: true, workerData: { path, inodes: inodesOf(path) } satisfies WriterData });
  const run = async (id: number, sql: string): Promise<unknown> => {
    const until = process.hrtime.bigint() + 5_000_000_000n;
    writer.postMessage([{ id, until, steps: [{ sql, values: [] }] }] satisfies WriterJob[]);
    return (await once(writer, 'message'))[0];
  };

  try {
    const refused = { ok: 'unavailable', failure: { message: 'FOREIGN KEY constraint failed' } };
    expect(await run(1, 'INSERT INTO u VALUES (9)')).toMatchObject([{ id: 1, ...refused }]);
    expect(await run(2, 'INSERT INTO t VALUES (2)')).toMatchObject([{ id: 2, ok: true }]);
    expect(holder.prepare('SELECT n FROM t').all()).toEqual([{ n: 2 }]);
    expect(holder.prepare('SELECT n FROM u').all()).toEqual([]);
  } finally {
    await writer.terminate();
    holder.close();
  }
});

describe('a store on one file', () => {
  // jest hands tests a copy of `process`; threads are announced on the real one.
  const real = runInThisContext('process') as NodeJS.Process;
  const threads: Worker[] = [];
  const note = (worker: Worker): void => {
    threads.push(worker);
  };
  let store: Store;
  let all: Collection<typeof things>;
  beforeEach(async () => {
    threads.length = 0;
    real.on('worker', note);
    store = await openStore({
      specs: allSpecs,
      box: temporaryBox(),
      engine: await openSqlite(path, { patience: 1000 }),
    });
    all = store.in('r').of(things);
  });
  afterEach(async () => {
    real.off('worker', note);
    await store.close();
  });
  async function killWriter(): Promise<void> {
    const thread = threads.at(-1);
    if (!thread) throw new Error('No thread was made.');
    await thread.terminate();
  }
  /** Asks for a write until one is taken. */
  async function firstTaken(id: string, within = 10_000): Promise<void> {
    const until = performance.now() + within;
    for (;;) {
      try {
        await all.put({ id, kind: 'red' });
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  test('whose writer thread dies says so of what was under way, and writes on by a new one', async () => {
    const acknowledged = new Set<string>();
    const failures: unknown[] = [];
    const write = (id: string): Promise<unknown> =>
      all.insert({ id, kind: 'red' }).then(
        ({ ok }) => ok && acknowledged.add(id),
        (error: unknown) => failures.push(error),
      );
    await Promise.all(times(20, (i) => write(`before-${i}`)));
    expect(acknowledged.size).toBe(20);
    // While somebody else has the file, the thread answers nothing.
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    const underWay = times(50, (i) => write(`t${i}`));
    // They are sent when this turn of the event loop ends.
    await new Promise(setImmediate);
    await killWriter();
    await Promise.all(underWay);
    holder.close();
    expect(failures).toHaveLength(50);
    for (const error of failures) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(String(error)).toContain('its writer thread ended; whether this was written is not known');
    }
    await firstTaken('after');
    await store.ping();
    expect(threads).toHaveLength(2);
    for (const id of acknowledged) expect(await all.get(id)).toBeDefined();
  });

  test('whose writer thread dies at once starts no more than one a second', async () => {
    await firstTaken('before');
    const starts: number[] = [];
    // Each of them ends before it has done anything, as where there is no memory for it.
    const killAtOnce = (worker: Worker): void => {
      starts.push(performance.now());
      void worker.terminate();
    };
    real.on('worker', killAtOnce);
    await killWriter();
    for (let calls = 0; starts.length < 2 && calls < 2000; calls++) {
      const before = starts.length;
      const error: unknown = await all.put({ id: `t${calls}`, kind: 'red' }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreUnavailable);
      // A write is known not to have begun when no thread was started for it.
      const known = starts.length === before;
      expect(String(error)).toContain(known ? 'nothing of this was written' : 'whether this was written is not known');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    real.off('worker', killAtOnce);
    expect(starts).toHaveLength(2);
    // Told a tick after the start.
    expect(Number(starts[1]) - Number(starts[0])).toBeGreaterThan(900);
    await firstTaken('after');
  });

  const refused = {
    message: expect.stringMatching(/GATEHOUSE_STORE \(.*store\.db\) was deleted or replaced/) as unknown,
  };

  test('that is moved away while it runs takes no write, says why, and goes on when it is back', async () => {
    await firstTaken('before');
    await rename(path, `${path}.aside`);
    await expect(all.put({ id: 'a', kind: 'red' })).rejects.toMatchObject(refused);
    await expect(store.ping()).rejects.toMatchObject(refused);
    expect(await all.get('before')).toBeDefined();
    expect(existsSync(path)).toBe(false);
    await rename(`${path}.aside`, path);
    await firstTaken('after');
    expect(await all.get('a')).toBeUndefined();
  });

  test('that is replaced while it runs leaves the other file alone', async () => {
    await firstTaken('before');
    await rename(path, `${path}.aside`);
    const other = new DatabaseSync(path);
    // SQLite takes our log for the remains of a file that is gone, and removes it.
    other.exec('CREATE TABLE other (n INTEGER)');
    other.close();
    const found = await readFile(path);
    await expect(all.put({ id: 'a', kind: 'red' })).rejects.toMatchObject(refused);
    await killWriter();
    await expect(firstTaken('a', 1200)).rejects.toMatchObject(refused);
    expect((await readFile(path)).equals(found)).toBe(true);
    // Without its log the file alone is not the store that was answered for.
    await rename(`${path}.aside`, path);
    await expect(firstTaken('a', 200)).rejects.toMatchObject(refused);
  });

  test('that another process holds answers each write that waits in its own time, and begins none that is late', async () => {
    await firstTaken('before');
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    // Asked over and over, so that batches wait behind batches. It is the writer that says who is in the way: the port, which
    // gives up a second later, does not know.
    const inserts = times(20, async (i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 60));
      await expect(all.put({ id: `late${i}`, kind: 'red' })).rejects.toThrow(/another process holds GATEHOUSE_STORE/);
    });
    await Promise.all(inserts);
    holder.exec('ROLLBACK');
    holder.close();
    await firstTaken('after');
    expect((await all.getMany(times(20, (i) => `late${i}`))).size).toBe(0);
  });
});
