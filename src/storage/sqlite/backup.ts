import { link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { newId } from '../../base/crypto/ids.js';
import { checkFile, persistently } from './file.js';
import { isDamage, kindOf, notOpened } from './unavailable.js';

const PATIENCE = seconds(5);

/**
 * Creates a new file with the store's state at one instant, while others write to it. The file is complete, synced and readable
 * only by its owner, or does not exist.
 *
 * @throws GatehouseError `bad-configuration` if the store does not exist or the file does
 */
export async function backupSqlite(path: string, to: string): Promise<void> {
  const file = { path, calledAs: 'GATEHOUSE_STORE' };
  await checkFile(file, PATIENCE).catch((error: unknown) => {
    throw notOpened(file, error);
  });
  const unfinished = `${to}.${newId()}`;
  await making(to, async () => {
    // SQLite fills an existing empty file and keeps its mode.
    await (await open(unfinished, 'wx', 0o600)).close();
    try {
      await persistently(file, PATIENCE, () => {
        const db = new DatabaseSync(path, { readOnly: true, timeout: 0 });
        try {
          db.prepare('VACUUM INTO ?').run(unfinished);
        } catch (error) {
          throw isDamage(error) ? notOpened(file, error) : error;
        } finally {
          db.close();
        }
      });
      // VACUUM INTO does not sync.
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
    if (cause instanceof GatehouseError) throw cause;
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw refused(to, 'is there already. Name a file that does not exist yet', cause);
    if (code === 'ENOENT') throw refused(to, 'lies in a folder that does not exist', cause);
    if (syscall === 'link' && (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS')) {
      const why =
        "lies on a file system without hard links, by which it would take its place. Name one on this machine's disk";
      throw refused(to, why, cause);
    }
    const kind = kindOf(cause);
    if (kind === 'full') throw refused(to, 'has no room on its disk. Make room there, and run it again', cause);
    if (kind === 'unwritable') throw refused(to, 'lies where nothing may be written', cause);
    if (kind === 'broken-disk') {
      throw refused(to, `could not be written, or GATEHOUSE_STORE not be read: its disk fails (${message})`, cause);
    }
    throw cause;
  }
}

const refused = (to: string, why: string, cause: unknown): GatehouseError =>
  new GatehouseError('bad-configuration', `--to points at ${to}, which ${why}.`, { cause });
