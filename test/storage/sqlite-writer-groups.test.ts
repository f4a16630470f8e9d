import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runInThisContext } from 'node:vm';
import type { Worker } from 'node:worker_threads';
import {
  linkWriter,
  WRITER_COMMITS,
  type WriterCommit,
  type WriterLink,
} from '../../src/storage/sqlite/writer-link.js';
import { inodesOf, type WriterStep } from '../../src/storage/sqlite/writer.js';
import { times } from './engines.js';

describe('the jobs of the writer thread', () => {
  // jest hands tests a copy of `process`; threads are announced on the real one.
  const real = runInThisContext('process') as NodeJS.Process;
  const threads: Worker[] = [];
  const noteThread = (worker: Worker): void => {
    threads.push(worker);
  };
  let folder: string;
  let db: DatabaseSync;
  let writer: WriterLink;
  let commits: number[];
  const noteCommit = (message: unknown): void => {
    commits.push((message as WriterCommit).jobs);
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-groups-'));
    const path = join(folder, 'store.db');
    db = new DatabaseSync(path);
    db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER PRIMARY KEY, key TEXT UNIQUE) STRICT');
    commits = [];
    threads.length = 0;
    subscribe(WRITER_COMMITS, noteCommit);
    real.on('worker', noteThread);
    writer = linkWriter({ path, calledAs: 'GATEHOUSE_STORE', inodes: inodesOf(path), patience: 5000 });
  });
  afterEach(async () => {
    unsubscribe(WRITER_COMMITS, noteCommit);
    real.off('worker', noteThread);
    await writer.close();
    db.close();
    await rm(folder, { recursive: true });
  });

  const insert = (n: number, more: Partial<WriterStep> = {}): WriterStep => ({
    sql: 'INSERT INTO t VALUES (?, ?)',
    values: [n, `key ${n}`],
    rows: 1,
    ...more,
  });
  const stored = (): unknown[] =>
    db
      .prepare('SELECT n FROM t ORDER BY n')
      .all()
      .map(({ n }) => n);

  test('are committed together with all that were asked for in the same turn', async () => {
    await Promise.all(
      times(5, async (n) => {
        await Promise.resolve();
        await writer.run([insert(n)]);
      }),
    );
    expect(commits).toEqual([5]);
  });

  test('gather while a transaction is under way, and go together after it', async () => {
    const first = writer.run([insert(0)]);
    await new Promise(setImmediate);
    const later = times(20, (n) => writer.run([insert(n + 1)]));
    await first;
    expect(commits).toEqual([1]);
    await Promise.all(later);
    expect(commits).toEqual([1, 20]);
  });

  test('make no transaction of more than 256', async () => {
    await Promise.all(times(600, (n) => writer.run([insert(n)])));
    expect(commits).toEqual([256, 256, 88]);
    expect(stored()).toHaveLength(600);
  });

  test('of one step that is refused after it resolved a conflict leave what they had removed', async () => {
    await writer.run([insert(1)]);
    await writer.run([insert(2)]);
    const conflicting = insert(3, {
      values: [1, 'key 2'],
      onConflict: [{ sql: 'DELETE FROM t WHERE key = ?', values: ['key 2'] }],
      why: { sql: 'SELECT n AS holder FROM t WHERE n = 1', values: [] },
    });
    const [before, refused, after] = await Promise.all([
      writer.run([insert(4)]),
      writer.run([conflicting]),
      writer.run([insert(5)]),
    ]);
    expect([before.ok, refused, after.ok]).toEqual([true, expect.objectContaining({ ok: false, step: 0 }), true]);
    expect(refused).toMatchObject({ why: { holder: 1 } });
    expect(stored()).toEqual([1, 2, 4, 5]);
    expect(commits.at(-1)).toBe(3);
  });

  test('of one step that touches more rows than it may are undone, with their neighbours', async () => {
    await Promise.all(times(3, (n) => writer.run([insert(n)])));
    const remove = writer.run([{ sql: 'DELETE FROM t', values: [], rows: 1 }]);
    const neighbour = writer.run([insert(7)]);
    for (const job of [remove, neighbour]) await expect(job).rejects.toThrow(/touched another number of rows/);
    expect(stored()).toEqual([0, 1, 2]);
  });

  test('are all done before the thread is closed', async () => {
    const first = writer.run([insert(0)]);
    await new Promise(setImmediate);
    const later = times(300, (n) => writer.run([insert(n + 1)]));
    await writer.close();
    await Promise.all([first, ...later]);
    expect(stored()).toHaveLength(301);
    await expect(writer.run([insert(999)])).rejects.toThrow(/it is closed/);
  });

  test('that were gathered when the thread died are known not to be written, or are written', async () => {
    await writer.run([insert(0)]);
    // A transaction that takes its time.
    const long = `INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM c WHERE n < 400000) SELECT n, n FROM c`;
    const underWay = writer.run([{ sql: long, values: [] }]).catch((error: unknown) => error);
    await new Promise(setImmediate);
    const gathered = times(9, (n) => writer.run([insert(n + 1)]).then(() => n + 1));
    const told = Promise.allSettled(gathered);
    await threads.at(-1)?.terminate();
    expect(String(await underWay)).toMatch(/whether this was written is not known/);
    const written: number[] = [];
    for (const job of await told) {
      // A new thread writes them, unless the last one was started less than a second ago.
      if (job.status === 'fulfilled') written.push(job.value);
      else expect(String(job.reason)).toMatch(/nothing of this was written/);
    }
    expect(stored().filter((n) => Number(n) > 0 && Number(n) < 10)).toEqual(written);

    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await writer.run([insert(10)])).toMatchObject({ ok: true });
  });
});
