/** jest's global setup: a temporary folder of this run's own, then the one MongoDB, whose files lie in it. */
import makeRunFolder from './run-folder.mjs';
import startOneMongod from './one-mongod.mjs';

export default async function beforeRun() {
  await makeRunFolder();
  await startOneMongod();
}
