/** Before all tests: what any of them makes in the system's temporary folder lies in one folder of this run. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default async function makeRunFolder() {
  process.env.TMPDIR = await mkdtemp(join(tmpdir(), 'gatehouse-tests-'));
}
