/** Writes large documents into a store and says what was answered, `filling-child.ts FILE`; asks again after each refusal. `stop` ends it in order. */
import { setTimeout as delay } from 'node:timers/promises';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { openStore } from '../../src/storage/open-store.js';
import { insert } from '../../src/storage/write.js';
import { allSpecs, parts, things } from './things.js';

const [path = ''] = process.argv.slice(2);
const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
const store = await openStore({ specs: allSpecs, box, engine: await openSqlite(path) });
const realm = store.in('r');
await realm.of(things).insert({ id: 'first', kind: 'red' });

let n = 0;
let stopping = false;
process.on('message', () => {
  stopping = true;
});

async function write(): Promise<void> {
  while (!stopping) {
    const id = `t${n++}`;
    try {
      const { ok } = await realm.commit([
        insert(things, { id, kind: 'red', tags: ['storm'], note: 'x'.repeat(8000) }),
        insert(parts, { id, thing: id }),
      ]);
      if (!ok) throw new Error('refused');
      process.send?.({ written: id });
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const read = await realm.of(things).get('first');
      process.send?.({ refused: message, code, reads: read?.id === 'first' });
      await delay(20);
    }
  }
}

process.send?.('ready');
await Promise.all(Array.from({ length: 4 }, write));
await store.close();
process.disconnect();
