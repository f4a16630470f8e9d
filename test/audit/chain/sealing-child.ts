/**
 * Makes changes with their audit records, and runs the job of the chain, without end: `sealing-child.ts FILE-OR-URL NAME`. Says
 * `holds` when it begins to take records into the chain, `lost` when it lost the lease of it, and the id of each change.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openEngine } from '../../../src/app/open-engine.js';
import { chainJob } from '../../../src/audit/chain/chain-job.js';
import { secretBox } from '../../../src/base/crypto/secret-box.js';
import { GatehouseError } from '../../../src/base/errors.js';
import { background } from '../../../src/jobs/background.js';
import { openStore } from '../../../src/storage/open-store.js';
import { insert } from '../../../src/storage/write.js';
import { trailOf } from '../../support/audit.js';
import { things } from '../../storage/things.js';
import { partsOf, signInOf, stormSpecs } from './sealing.js';

const [address = '', name = ''] = process.argv.slice(2);
const box = secretBox([{ id: 'chain', key: Buffer.alloc(32, 1) }]);
const engine = await openEngine(
  address.startsWith('mongodb:') ? { kind: 'mongodb', url: address } : { kind: 'sqlite', path: address },
);
const store = await openStore({ specs: stormSpecs, box, engine });
const realm = store.in('r');
const trail = trailOf(realm);
const log = { info: () => undefined, error: () => undefined };
const job = chainJob({ ...partsOf(realm), log });
background(store.installation, [
  {
    ...job,
    run(held, signal) {
      process.send?.('holds');
      return job.run(held, signal);
    },
  },
]).start((error) => {
  if (error instanceof GatehouseError && error.code === 'lease-lost') process.send?.('lost');
});
for (let n = 0; ; n++) {
  const id = `${name}-${n}`;
  const entry = { ...signInOf(n), subject: { kind: 'thing', id } };
  try {
    const outcome = await realm.commit([insert(things, { id, kind: 'red' }), ...(await trail.writes([entry]))]);
    if (!outcome.ok) throw new Error('refused');
    process.send?.(id);
    // The test reads all of it again at its end.
    await delay(5);
  } catch (error) {
    // The other one was stopped inside a transaction.
    if (!(error instanceof GatehouseError) || error.code !== 'store-unavailable') throw error;
  }
}
