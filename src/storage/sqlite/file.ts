import { chmod, link, mkdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { newId } from '../../base/crypto/ids.js';
import { GatehouseError } from '../../base/errors.js';
import { isBusy, isDamage, isNoDatabase, type StoreFile, unavailable } from './unavailable.js';
import type { Failure } from './writer.js';

/** Marks a file as ours, in SQLite's field for that ("Gate"). */
const APPLICATION_ID = 0x47617465;
/** Writes to the file; changes nothing in a file that is marked already. */
export const MARK_AS_OURS = `PRAGMA application_id = ${APPLICATION_ID}`;
/** The version of the engine's own tables, not of the specs. */
const LAYOUT = 1;

/**
 * Verifies that the file is a store of ours, or creates one readable only by its owner. Writes nothing before the header has
 * been read and recognised.
 *
 * @throws GatehouseError `bad-configuration`
 */
export async function claimFile(file: StoreFile, patience: number): Promise<void> {
  const { path } = file;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await makeFile(path);
  await checkHeader(file);
  for (const suffix of ['', '-wal', '-shm']) await chmod(path + suffix, 0o600).catch(ignoreMissing);
  await refusingDamage(file, () =>
    persistently(file, patience, () => {
      const db = new DatabaseSync(path, { timeout: 0 });
      try {
        if (pragma(db, 'page_count') === 0) claim(db);
        checkLayout(db, file);
        // The journal mode is stored in the file. Returns "locked" in spite of any timeout while another process opens it.
        db.exec('PRAGMA journal_mode = WAL');
      } finally {
        db.close();
      }
    }),
  );
}

/**
 * Verifies that there is a store of ours, without changing it.
 *
 * @throws GatehouseError `bad-configuration`
 */
export async function checkFile(file: StoreFile, patience: number): Promise<void> {
  const { path, calledAs } = file;
  if (!(await stat(path).catch(ignoreMissing))) {
    throw new GatehouseError('bad-configuration', `${calledAs} points at ${path}, where there is no store.`);
  }
  await checkHeader(file);
  await refusingDamage(file, () =>
    persistently(file, patience, () => {
      const db = new DatabaseSync(path, { readOnly: true, timeout: 0 });
      try {
        checkLayout(db, file);
      } finally {
        db.close();
      }
    }),
  );
}

async function refusingDamage(file: StoreFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isDamage(error)) throw refusal(file, 'is damaged', error);
    throw error;
  }
}

/**
 * Creates an empty file if there is none. It is linked into place after it is closed, because a process that closes its own
 * file loses the locks that SQLite holds on it there.
 */
async function makeFile(path: string): Promise<void> {
  if (await stat(path).catch(ignoreMissing)) return;
  const made = `${path}.${newId()}`;
  await writeFile(made, '', { flag: 'wx', mode: 0o600 });
  await link(made, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
  });
  await unlink(made);
}

/** Opened by SQLite as an immutable file, so that nothing is written, locked or recovered, and no log is created. */
async function checkHeader(file: StoreFile): Promise<void> {
  const { path } = file;
  const known = await stat(path);
  if (!known.isFile()) throw refusal(file, 'is not a file');
  if (known.size === 0) return;
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  let id: number;
  try {
    const db = new DatabaseSync(url, { readOnly: true });
    try {
      id = pragma(db, 'application_id');
    } finally {
      db.close();
    }
  } catch (error) {
    if (isNoDatabase(error)) throw refusal(file, 'is no SQLite file', error);
    if (isDamage(error)) return; // or being written at this moment; checked again under a lock
    throw error;
  }
  if (id !== APPLICATION_ID) throw refusal(file, 'belongs to another application');
}

/** If two processes find no store, the second finds it claimed. */
function claim(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  // By then it has its first page, still without content.
  if (pragma(db, 'page_count') === 1 && pragma(db, 'application_id') === 0) {
    db.exec(`${MARK_AS_OURS}; PRAGMA user_version = ${LAYOUT}`);
  }
  db.exec('COMMIT');
}

function checkLayout(db: DatabaseSync, file: StoreFile): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID) throw refusal(file, 'belongs to another application');
  db.prepare('SELECT count(*) FROM sqlite_master').get(); // reads, and so checks, the whole schema
  if (pragma(db, 'user_version') > LAYOUT) throw refusal(file, 'was written by a newer Gatehouse');
}

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);

/** Retries after 1 to 4 ms while another process holds the lock. @throws StoreUnavailable when the time limit is over */
export async function persistently<T>(file: StoreFile, patience: number, work: () => T): Promise<T> {
  const giveUp = performance.now() + patience;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > giveUp) throw unavailable(file, error as Failure);
      await delay(1 + Math.random() * 3);
    }
  }
}

const refusal = ({ path, calledAs }: StoreFile, why: string, cause?: unknown): GatehouseError =>
  new GatehouseError(
    'bad-configuration',
    `${calledAs} points at ${path}, which ${why}. Name a store of this Gatehouse, or a file that does not exist yet.`,
    { cause },
  );

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
