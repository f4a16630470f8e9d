/** One MongoDB for the whole run, named to the workers by TEST_MONGODB_URL; the run's end ends it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export default async function startOneMongod() {
  if (process.env['TEST_MONGODB_URL']) return undefined;
  try {
    execFileSync(join(import.meta.dirname, '../../scripts/mongod.sh'), { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    // Said already. What needs no MongoDB can be tested all the same; the rest fails and says why.
    return undefined;
  }
  const { startMongod } = await import('./mongod-process.ts');
  // MongoDB would remove what is over at a moment of its own, and tests ask what becomes of it until then.
  const mongod = await startMongod({ args: ['--setParameter', 'ttlMonitorEnabled=false'] });
  process.env['TEST_MONGODB_URL'] = mongod.url;
  globalThis[Symbol.for('gatehouse.mongod')] = mongod;
  return undefined;
}
