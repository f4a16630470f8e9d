/** The chain of the audit trail, on both stores: `npm run bench:audit [-- RECORDS]`. */
import { join } from 'node:path';
import { makePlace } from '../place.ts';
import { measureSealing } from './sealing.ts';
import { measureWaiting } from './waiting.ts';

const [count = 6000] = process.argv.slice(2).map(Number);

const place = await makePlace();
try {
  const stores = [
    ['SQLite', (name: string) => join(place.folder, `${name}.db`)],
    ['MongoDB', place.database],
  ] as const;
  for (const [store, at] of stores) {
    await measureSealing(store, at('sealing'), count);
    await measureWaiting(store, at('waiting'));
  }
} finally {
  await place.end();
}
