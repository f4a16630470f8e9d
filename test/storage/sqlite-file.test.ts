import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../../src/base/errors.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import type { Store } from '../../src/storage/store.js';
import { insert } from '../../src/storage/write.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { allSpecs, parts, tallies, things } from './things.js';

let folder: string;
let path: string;
const box = temporaryBox();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-file-'));
  path = join(folder, 'deep', 'er', 'store.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const open = async (patience?: number): Promise<Store> => {
  const engine = await openSqlite(path, patience === undefined ? {} : { patience });
  return openStore({ specs: allSpecs, box, engine });
};

describe('the file of a SQLite store', () => {
  test('is made with its folder, for its owner alone, and so are its companions', async () => {
    const before = process.umask(0);
    try {
      const store = await open();
      await store.in('r').of(things).insert({ id: 'a', kind: 'red' });
      const modes = await Promise.all(['', '-wal', '-shm'].map(async (end) => (await stat(path + end)).mode & 0o777));
      expect(modes).toEqual([0o600, 0o600, 0o600]);
      expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
      await store.close();
    } finally {
      process.umask(before);
    }
  });

  test('that is opened to be read stays as it is, beside one that writes and without', async () => {
    await expect(openSqlite(path, { readOnly: true })).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining('where there is no store') as unknown,
    });
    await expect(stat(dirname(path))).rejects.toThrow('ENOENT');
    const store = await open();
    await store.in('r').of(things).insert({ id: 'a', kind: 'red' });
    const at = { spec: things, realm: 'r' };
    const beside = await openSqlite(path, { readOnly: true });
    expect(await beside.get(at, 'a', 0)).toMatchObject({ document: { id: 'a' } });
    await store.close();
    await beside.close();
    const before = await readFile(path);
    const reader = await openSqlite(path, { readOnly: true });
    expect(await reader.get(at, 'a', 0)).toMatchObject({ document: { id: 'a' } });
    await expect(reader.adopt(things, [])).rejects.toMatchObject({ code: 'store-misuse' });
    await reader.close();
    expect(await readFile(path)).toEqual(before);
  });

  test('that others could read is closed to them', async () => {
    await (await open()).close();
    await chmod(path, 0o644);
    await (await open()).close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('keeps its journal and its sync as it must', async () => {
    const store = await open();
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
    await store.close();
    const left = await readdir(dirname(path));
    expect(left).toEqual(['store.db']); // an orderly end leaves nothing to recover
  });

  const foreign: [string, () => Promise<void> | void][] = [
    ['a text', () => writeFile(path, 'GATEHOUSE_STORE=somewhere\n'.repeat(50))],
    ['a few bytes', () => writeFile(path, 'x')],
    [
      "another application's store",
      () => {
        const db = new DatabaseSync(path);
        db.exec('CREATE TABLE passwords(p TEXT); INSERT INTO passwords VALUES (1)');
        db.close();
      },
    ],
    [
      'a store of a later layout',
      async () => {
        await (await open()).close();
        const db = new DatabaseSync(path);
        db.exec('PRAGMA user_version = 2; PRAGMA journal_mode = DELETE');
        db.close();
      },
    ],
    [
      'a store that lost its end',
      async () => {
        const store = await open();
        await store.in('r').commit(times(60, (i) => insert(parts, { id: `p${i}`, thing: 'x'.repeat(2000) })));
        await store.close();
        await truncate(path, 40960);
      },
    ],
    [
      'a store whose schema is overwritten',
      async () => {
        await (await open()).close();
        const bytes = await readFile(path);
        bytes.fill(0xa5, 100, 4096);
        await writeFile(path, bytes);
      },
    ],
  ];
  test.each(foreign)('is refused and left as it is where it is %s', async (_what, make) => {
    await mkdir(dirname(path), { recursive: true });
    await make();
    const before = await readFile(path);
    await expect(open()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining(`GATEHOUSE_STORE points at ${path}`) as unknown,
    });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test('is refused where it is a folder', async () => {
    await mkdir(path, { recursive: true });
    await expect(open()).rejects.toMatchObject({ code: 'bad-configuration' });
  });

  test('is opened by many at once when it is new', async () => {
    const stores = await Promise.all(times(6, () => open()));
    await Promise.all(
      stores.map((store, i) =>
        store
          .in('r')
          .of(things)
          .insert({ id: `t${i}`, kind: 'red' }),
      ),
    );
    expect(await stores[0]?.in('r').of(things).count('all', {}, 99)).toBe(6);
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe('the writer thread', () => {
  test('gives up on a file that another process holds, and goes on when it is let go', async () => {
    const store = await open(400);
    const all = store.in('r').of(things);
    await all.insert({ id: 'before', kind: 'red' });
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    await expect(all.insert({ id: 'a', kind: 'red' })).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await all.get('before')).toBeDefined(); // who only reads does not wait
    holder.exec('ROLLBACK');
    holder.close();
    expect(await all.insert({ id: 'a', kind: 'red' })).toMatchObject({ ok: true });
    await store.close();
  });

  test('waits out another process that holds the file for a moment', async () => {
    const store = await open();
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    const waiting = store.in('r').of(things).insert({ id: 'a', kind: 'red' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    holder.exec('ROLLBACK');
    holder.close();
    expect(await waiting).toMatchObject({ ok: true });
    await store.close();
  });

  test('finishes what is queued when the store is closed, and takes nothing more', async () => {
    const store = await open();
    const counts = store.in('r').of(tallies);
    const queued = times(50, () => counts.increment('n', 'n', 1));
    const closed = store.close();
    const late = counts.increment('n', 'n', 1);
    await expect(late).rejects.toBeInstanceOf(StoreUnavailable);
    await Promise.all(queued);
    await closed;
    await store.close();
    await expect(counts.get('n')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailable);
    const again = await open();
    expect(await again.in('r').of(tallies).get('n')).toMatchObject({ n: 50 });
    await again.close();
  });

  test('shows what it answered to whoever reads next, in any order of asking', async () => {
    const store = await open();
    const all = store.in('r').of(things);
    for (let i = 0; i < 200; i++) {
      await all.put({ id: 'a', kind: 'red', rank: i });
      expect((await all.get('a'))?.rank).toBe(i);
    }
    await store.close();
  });
});
