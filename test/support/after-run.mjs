/** jest's global teardown: see before-run.mjs. */
import endMongod from './end-mongod.mjs';
import removeRunFolder from './remove-run-folder.mjs';

export default async function afterRun() {
  await endMongod();
  await removeRunFolder();
}
