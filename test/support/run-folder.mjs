/**
 * Before all tests: what any of them makes in the system's temporary folder lies in one folder of this run. It is in memory where there is
 * room: tests end processes and never the machine, so waiting for a disk would prove nothing.
 */
import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Several times what a run has needed at once. */
const ROOM = 6 * 1024 ** 3;

export default async function makeRunFolder() {
  process.env.TMPDIR = await mkdtemp(join(await roomy('/dev/shm', tmpdir()), 'gatehouse-tests-'));
}

async function roomy(memory, otherwise) {
  if (process.env.TMPDIR) return otherwise;
  const found = await statfs(memory).catch(() => undefined);
  return found && found.bavail * found.bsize > ROOM ? memory : otherwise;
}
