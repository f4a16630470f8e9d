import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../src/storage/open-store.js';
import { backupSqlite } from '../../src/storage/sqlite/backup.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import type { Store } from '../../src/storage/store.js';
import { insert } from '../../src/storage/write.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { allSpecs, parts, things } from './things.js';

const box = temporaryBox();
const open = async (path: string): Promise<Store> =>
  openStore({ specs: allSpecs, box, engine: await openSqlite(path) });

describe('a backup of a SQLite store', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-backup-'));
    path = join(folder, 'store.db');
    await mkdir(join(folder, 'kept'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('made in a storm of writes holds all that was answered before, no half commit, and is a store', async () => {
    const store = await open(path);
    const realm = store.in('r');
    const answered: string[] = [];
    let stop = false;
    let n = 0;
    const write = async (): Promise<void> => {
      while (!stop) {
        const id = `w${n++}`;
        const writes = [insert(things, { id, kind: 'red', name: id, tags: ['x'] }), insert(parts, { id, thing: id })];
        if ((await realm.commit(writes)).ok) answered.push(id);
        // The backup is made on this thread, so the writers' thread is what goes on meanwhile.
        if (n % 64 === 0) await new Promise(setImmediate);
      }
    };
    const writers = times(16, write);
    try {
      for (let round = 0; round < 4; round++) {
        const enough = answered.length + 200;
        while (answered.length < enough) await new Promise(setImmediate);
        const before = [...answered];
        const to = join(folder, `kept/${round}.db`);
        await backupSqlite(path, to);
        expect((await stat(to)).mode & 0o777).toBe(0o600);
        const db = new DatabaseSync(to);
        expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
        db.close();
        const opened = await open(to);
        const [all, belonging] = [opened.in('r').of(things), opened.in('r').of(parts)];
        for (let from = 0; from < before.length; from += 1000) {
          expect((await all.getMany(before.slice(from, from + 1000))).size).toBe(Math.min(1000, before.length - from));
        }
        const count = await all.count('byTag', { tags: 'x' }, 1e6);
        expect(count).toBeGreaterThanOrEqual(before.length);
        const ofBoth = await Promise.all(times(n, async (i) => [await all.get(`w${i}`), await belonging.get(`w${i}`)]));
        expect(ofBoth.filter(([thing, part]) => !thing !== !part)).toEqual([]);
        expect(ofBoth.filter(([thing]) => thing)).toHaveLength(count);
        await opened.close();
      }
    } finally {
      stop = true;
      await Promise.all(writers);
      await store.close();
    }
    expect((await readdir(join(folder, 'kept'))).sort()).toEqual(times(4, (round) => `${round}.db`));
  });

  test('takes no place that is taken, and leaves nothing where it can not be made', async () => {
    await (await open(path)).close();
    const taken = join(folder, 'kept/taken.db');
    await writeFile(taken, 'mine');
    await writeFile(join(folder, 'other.db'), 'no store');
    for (const [from, to, said] of [
      [path, taken, 'is there already'],
      [path, path, 'is there already'],
      [path, join(folder, 'missing/a.db'), 'does not exist'],
      [join(folder, 'missing.db'), join(folder, 'kept/a.db'), 'where there is no store'],
      [join(folder, 'other.db'), join(folder, 'kept/a.db'), 'is no SQLite file'],
    ] as const) {
      await expect(backupSqlite(from, to)).rejects.toMatchObject({
        code: 'bad-configuration',
        message: expect.stringContaining(said) as unknown,
      });
    }
    expect(await readdir(join(folder, 'kept'))).toEqual(['taken.db']);
    expect((await stat(taken)).size).toBe(4);
    await (await open(path)).close();
  });
});
