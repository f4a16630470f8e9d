import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { secretBox } from '../../src/base/secret-box.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';
import { allSpecs, parts, things } from './things.js';

const MB = 2 ** 20;
let disk: SmallDisk;
let folder: string;
beforeEach(async () => {
  disk = await smallDisk('24m');
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'));
});
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await disk.end();
  await rm(folder, { recursive: true });
});

type Told = { written: string } | { refused: string; code: string; reads: boolean };

/** A process that fills the store on the small disk. */
function filling() {
  const [execPath, ...before] = [...disk.inside, process.execPath];
  const child = fork(join(import.meta.dirname, 'filling-child.ts'), [join(disk.folder, 'store.db')], {
    execPath,
    execArgv: [
      ...before,
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(import.meta.dirname, '../support/typescript-child.mjs'),
    ],
  });
  children.push(child);
  const written: string[] = [];
  const refused: Exclude<Told, { written: string }>[] = [];
  child.on('message', (told: 'ready' | Told) => {
    if (told === 'ready') return;
    if ('written' in told) written.push(told.written);
    else refused.push(told);
  });
  const ended = once(child, 'exit');
  async function until(what: string, holds: () => boolean): Promise<void> {
    const giveUp = performance.now() + 30_000;
    while (!holds()) {
      await delay(5);
      if (performance.now() > giveUp || child.exitCode !== null) throw new Error(`It came to no end: ${what}.`);
    }
  }
  return { child, written, refused, ended, until };
}

const sizeOf = async (name: string): Promise<number> => (await stat(disk.path(name))).size;

/** Of what a process left on the small disk: every answered write is there, and nothing by half. */
async function expectIntact(written: readonly string[]): Promise<void> {
  const names = (await readdir(disk.path('.'))).filter((name) => name.startsWith('store.db') && !name.endsWith('-shm'));
  for (const name of names) await copyFile(disk.path(name), join(folder, name));
  const path = join(folder, 'store.db');
  const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
  const store = await openStore({ specs: allSpecs, box, engine: await openSqlite(path) });
  const kept = await Promise.all(
    written.map(async (id) => [
      (await store.in('r').of(things).get(id))?.note?.length,
      (await store.in('r').of(parts).get(id))?.thing,
    ]),
  );
  expect(kept).toEqual(written.map((id) => [8000, id]));
  await store.close();
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  const halves = db.prepare('SELECT id FROM d_parts WHERE id NOT IN (SELECT id FROM d_things)').all();
  expect(halves).toEqual([]);
  db.close();
}

const FULL = {
  refused: expect.stringMatching(
    /^The store does not answer: the disk of GATEHOUSE_STORE \(.*store\.db\) is full; make room/,
  ) as unknown,
  code: 'store-unavailable',
  reads: true,
};

test('a store whose disk fills up refuses writes, reads on, and writes on when there is room, with a log that could not be folded', async () => {
  // Enough for the log to reach the size at which it is folded into the file (1000 pages), and not for the file to grow by that.
  await disk.fill(7 * MB);
  const { child, written, refused, ended, until } = filling();
  await until('refusals', () => refused.length > 20);
  // 1000 pages and more wait to be folded into a file that has no room for them.
  expect(await sizeOf('store.db-wal')).toBeGreaterThan(1000 * 4096);
  expect(await sizeOf('store.db')).toBeLessThan(3 * MB);

  await disk.makeRoom();
  const before = written.length;
  await until('writes again', () => written.length > before + 20);
  for (const each of refused) expect(each).toEqual(FULL);
  child.send('stop');
  expect(await ended).toEqual([0, null]);
  // An orderly end folds all of the log into the file.
  expect(await readdir(disk.path('.'))).toEqual(['store.db']);
  expect(await sizeOf('store.db')).toBeGreaterThan(3 * MB);
  await expectIntact(written);
});

test('a process that is killed on a full disk has kept what it answered', async () => {
  await disk.fill(2 * MB);
  const { child, written, refused, ended, until } = filling();
  await until('refusals', () => refused.length > 5);
  child.kill('SIGKILL');
  await ended;
  await expectIntact(written);
});
