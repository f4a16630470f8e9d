/**
 * Holds a lease and writes under it without end: `lease-child.ts FILE-OR-URL LIFE`. Says `held` once, the number of each write
 * that was answered, and at last the code of the error that ended it.
 */
import { GatehouseError } from '../../src/base/errors.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { underLease } from '../../src/storage/leases/lease.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { insert } from '../../src/storage/write.js';
import { allSpecs, parts } from './things.js';

const [address = '', life = ''] = process.argv.slice(2);
const box = secretBox([{ id: 'lease', key: Buffer.alloc(32, 1) }]);
const engine = await (address.startsWith('mongodb:') ? openMongo(address) : openSqlite(address));
const store = await openStore({ specs: allSpecs, box, engine });
try {
  await underLease(store.installation, 'work', Number(life), async (held) => {
    process.send?.('held');
    for (let n = 0; ; n++) {
      await held.commit(store.in('r'), [insert(parts, { id: `stopped-${n}`, thing: 'work' })]);
      process.send?.(n);
    }
  });
} catch (error) {
  process.send?.(error instanceof GatehouseError ? error.code : String(error));
}
await store.close();
process.disconnect();
