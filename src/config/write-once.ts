import { randomBytes } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const UNFINISHED = '.unfinished-';

/** Whether a file is an unfinished one of {@link writeOnce}, possibly of a process that was killed. Nothing relies on it. */
export const isUnfinished = (name: string): boolean => name.startsWith(UNFINISHED);

/**
 * Writes a private file (mode 0600) that is never visible half written and that no second writer replaces. It is written
 * completely under a temporary name, synced, then linked to its place, which fails if something exists there.
 *
 * @returns whether this call created the file; false: it existed
 */
export async function writeOnce(folder: string, name: string, content: Buffer | string): Promise<boolean> {
  const unfinished = join(folder, `${UNFINISHED}${randomBytes(8).toString('hex')}`);
  const file = await open(unfinished, 'wx', 0o600);
  try {
    // The umask narrows the mode given to open(); the check of keys requires the exact mode.
    await file.chmod(0o600);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(unfinished, join(folder, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  } finally {
    await unlink(unfinished);
  }
  await syncFolder(folder);
  return true;
}

/** Makes the new name survive a power loss. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
