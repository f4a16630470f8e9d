import { randomBytes } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const UNFINISHED = '.unfinished-';

/** Whether a file is one that {@link writeOnce} had not finished (or never will: its process was killed). Nothing relies on it. */
export const isUnfinished = (name: string): boolean => name.startsWith(UNFINISHED);

/**
 * Writes a private file (mode 0600) that nobody ever sees half written and that no second writer replaces: whole under a
 * name of its own first, on the disk, then linked to its place, which fails where something is.
 *
 * @returns whether this call made the file; false: there is one
 */
export async function writeOnce(folder: string, name: string, content: Buffer | string): Promise<boolean> {
  const unfinished = join(folder, `${UNFINISHED}${randomBytes(8).toString('hex')}`);
  const file = await open(unfinished, 'wx', 0o600);
  try {
    // The mode given to open() is narrowed by the umask; the check of keys wants it exact.
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

/** So that the new name outlives a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
