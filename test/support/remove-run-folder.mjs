/** After all tests: the folder that run-folder.mjs made goes, with all that a test left there. */
import { rm } from 'node:fs/promises';

export default async function removeRunFolder() {
  await rm(process.env.TMPDIR, { recursive: true, force: true });
}
