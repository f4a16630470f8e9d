/** Puts the thing it is told to into a store, and says when that is done: `writing-child.ts FILE`. Its parent ends it. */
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { allSpecs, things } from './things.js';

const [path = ''] = process.argv.slice(2);
const box = secretBox([{ id: 'writing', key: Buffer.alloc(32, 1) }]);
const store = await openStore({ specs: allSpecs, box, engine: await openSqlite(path) });

process.on('message', ({ id, rank }: { id: string; rank: number }) => {
  void store
    .in('r')
    .of(things)
    .put({ id, kind: 'red', rank })
    .then(() => process.send?.('written'));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
