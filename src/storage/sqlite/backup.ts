import { link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { newId } from '../../base/ids.js';
import { checkFile, persistently } from './file.js';

const PATIENCE = seconds(5);

/**
 * Makes a new file that holds the store as it is at one instant, while others write to it. The file is there whole and on the
 * disk, for its owner alone, or not at all.
 *
 * @throws GatehouseError `bad-configuration` where there is no store of ours, or a file already
 */
export async function backupSqlite(path: string, to: string): Promise<void> {
  await checkFile(path, PATIENCE);
  const unfinished = `${to}.${newId()}`;
  await making(to, async () => {
    // SQLite fills a file that is there and empty, and keeps its mode.
    await (await open(unfinished, 'wx', 0o600)).close();
    try {
      await persistently(path, PATIENCE, () => {
        const db = new DatabaseSync(path, { readOnly: true, timeout: 0 });
        try {
          db.prepare('VACUUM INTO ?').run(unfinished);
        } finally {
          db.close();
        }
      });
      // Which VACUUM INTO leaves to others.
      await synced(unfinished);
      await link(unfinished, to);
    } finally {
      await unlink(unfinished);
    }
    await synced(dirname(to));
  });
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function making(to: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const code = cause instanceof GatehouseError ? undefined : (cause as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw refused(to, 'is there already. Name a file that does not exist yet', cause);
    if (code === 'ENOENT') throw refused(to, 'lies in a folder that does not exist', cause);
    if (code === 'EACCES' || code === 'EROFS') throw refused(to, 'lies where nothing may be written', cause);
    throw cause;
  }
}

const refused = (to: string, why: string, cause: unknown): GatehouseError =>
  new GatehouseError('bad-configuration', `--to points at ${to}, which ${why}.`, { cause });
