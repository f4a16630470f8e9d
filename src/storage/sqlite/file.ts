import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { GatehouseError, StoreUnavailable } from '../../base/errors.js';

/** Marks a file as ours, in the place that SQLite keeps for it ("Gate"). */
const APPLICATION_ID = 0x47617465;
/** Of the tables that the engine makes for itself, not of what specs say. */
const LAYOUT = 1;
const MAGIC = Buffer.from('SQLite format 3\0');

/**
 * Makes sure that the file is a store of ours, or makes it one if there is none, readable by its owner alone.
 * Nothing is written to a file before its header has been read and found to be ours.
 *
 * @throws GatehouseError `bad-configuration`
 */
export async function claimFile(path: string, patience: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = await checkHeader(path);
  for (const suffix of ['', '-wal', '-shm']) await chmod(path + suffix, 0o600).catch(ignoreMissing);
  try {
    await persistently(patience, () => {
      const db = new DatabaseSync(path, { timeout: 0 });
      try {
        if (fresh) claim(db, path);
        checkLayout(db, path);
        // The journal's mode is the file's own from then on. Answers "locked" in spite of any timeout while another opens it.
        db.exec('PRAGMA journal_mode = WAL');
      } finally {
        db.close();
      }
    });
  } catch (error) {
    if (isDamage(error)) throw refusal(path, 'is damaged', error);
    throw error;
  }
}

/** Gives whether there is no store yet. */
async function checkHeader(path: string): Promise<boolean> {
  const known = await stat(path).catch(ignoreMissing);
  if (known && !known.isFile()) throw refusal(path, 'is not a file');
  const file = await open(path, known ? 'r' : 'a+', 0o600);
  try {
    const header = Buffer.alloc(100);
    const { bytesRead } = await file.read(header, 0, 100, 0);
    const size = (await file.stat()).size;
    if (size === 0) return true;
    if (bytesRead < 100 || !header.subarray(0, MAGIC.length).equals(MAGIC)) throw refusal(path, 'is no SQLite file');
    if (header.readUInt32BE(68) !== APPLICATION_ID) throw refusal(path, 'belongs to another application');
    const pageSize = header.readUInt16BE(16) === 1 ? 65536 : header.readUInt16BE(16);
    // The page count is good where the two counters agree (file format 1.3.7).
    const pages = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 0;
    const wal = await stat(`${path}-wal`).catch(ignoreMissing);
    if (!wal?.size && size < pages * pageSize) throw refusal(path, 'is damaged: its end is missing');
    return false;
  } finally {
    await file.close();
  }
}

/** Of two processes that find no store, the second finds it claimed. */
function claim(db: DatabaseSync, path: string): void {
  db.exec('BEGIN IMMEDIATE');
  const id = pragma(db, 'application_id');
  if (id === 0 && pragma(db, 'page_count') > 1) throw refusal(path, 'belongs to another application');
  if (id === 0) db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT}`);
  db.exec('COMMIT');
}

function checkLayout(db: DatabaseSync, path: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID) throw refusal(path, 'belongs to another application');
  db.prepare('SELECT count(*) FROM sqlite_master').get(); // reads, and so checks, the whole schema
  if (pragma(db, 'user_version') > LAYOUT) throw refusal(path, 'was written by a newer Gatehouse');
}

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);

/** Again after 1 to 4 ms while another process holds the lock. */
export async function persistently<T>(patience: number, work: () => T): Promise<T> {
  const giveUp = performance.now() + patience;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > giveUp) throw new StoreUnavailable('another process holds the file', { cause: error });
      await delay(1 + Math.random() * 3);
    }
  }
}

// Primary result codes: SQLITE_BUSY 5, LOCKED 6, CORRUPT 11, NOTADB 26.
const primaryCode = (error: unknown): number => ((error as { errcode?: number } | undefined)?.errcode ?? 0) & 0xff;
export const isBusy = (error: unknown): boolean => [5, 6].includes(primaryCode(error));
const isDamage = (error: unknown): boolean => [11, 26].includes(primaryCode(error));

const refusal = (path: string, why: string, cause?: unknown): GatehouseError =>
  new GatehouseError(
    'bad-configuration',
    `GATEHOUSE_STORE points at ${path}, which ${why}. Name a store of this Gatehouse, or a file that does not exist yet.`,
    { cause },
  );

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
