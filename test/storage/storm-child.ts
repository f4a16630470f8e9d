/** Writes without end and says what was answered: `storm-child.ts FILE-OR-URL NAME`. Its parent kills it. */
import { openStore } from '../../src/storage/open-store.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { insert, put } from '../../src/storage/write.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { allSpecs, parts, tallies, things } from './things.js';

const [address = '', name = ''] = process.argv.slice(2);
const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
const engine = await (address.startsWith('mongodb:') ? openMongo(address) : openSqlite(address));
const store = await openStore({ specs: allSpecs, box, engine });
const realm = store.in('r');
let n = 0;

async function write(): Promise<void> {
  for (;;) {
    const id = `${name}-${n++}`;
    const [inserted, committed, counted] = await Promise.all([
      realm.of(things).insert({ id, kind: 'red', name: id, tags: ['storm'], secret: id }),
      realm.commit([
        insert(parts, { id: `${id}-1`, thing: id }),
        put(parts, { id: `${id}-2`, thing: id }),
        insert(things, { id: `${id}-3`, kind: 'blue', tags: ['storm'] }),
      ]),
      realm.of(tallies).increment(name, 'n', 1),
    ]);
    if (!inserted.ok || !committed.ok) throw new Error('refused');
    process.send?.({ id, count: counted.value });
  }
}

process.send?.('ready');
await Promise.all(Array.from({ length: 16 }, write));
