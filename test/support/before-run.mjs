/** jest's global setup: the built program, a temporary folder of this run's own, then the one MongoDB, whose files lie in it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import makeRunFolder from './run-folder.mjs';
import startOneMongod from './one-mongod.mjs';

export default async function beforeRun() {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await makeRunFolder();
  await startOneMongod();
}
