/**
 * Sends a store far more operations than its queue may hold, one round at a time: `flooding-child.ts FILE-OR-URL PATIENCE`.
 * Reports for each round how many operations waited, their results, and the memory in use afterwards. Needs --expose-gc.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { openStore } from '../../src/storage/open-store.js';
import { insert, put } from '../../src/storage/write.js';
import { allSpecs, parts, tallies, things } from './things.js';

const [address = '', patience = ''] = process.argv.slice(2);
const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
const options = { patience: Number(patience) };
const engine = await (address.startsWith('mongodb:') ? openMongo(address, options) : openSqlite(address, options));
const store = await openStore({ specs: allSpecs, box, engine });
const realm = store.in('r');

const ASKED = 9000;
let n = 0;
const asking = [
  () => realm.of(things).insert({ id: `t${n}`, kind: 'red', note: 'x'.repeat(2000) }),
  () => realm.of(tallies).increment('n', 'n', 1),
  () => realm.commit([insert(parts, { id: `a${n}`, thing: 't' }), put(parts, { id: `b${n}`, thing: 't' })]),
  () => realm.of(parts).count('byThing', { thing: 't' }, 1000),
  () => store.ping(),
];

/** The result of one round: how many waited once all were sent, how many succeeded, and the errors of the others. */
export interface Round {
  readonly asked: number;
  readonly waited: number;
  readonly well: number;
  readonly refused: Readonly<Record<string, number>>;
  /** In milliseconds. */
  readonly slowest: number;
  readonly heapUsed: number;
}

async function round(): Promise<Round> {
  let waiting = 0;
  let well = 0;
  let slowest = 0;
  const refused: Record<string, number> = {};
  const all = Array.from({ length: ASKED }, async (_, i) => {
    n++;
    waiting++;
    const began = performance.now();
    try {
      await asking[i % asking.length]?.();
      well++;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const words = `${String(code)} ${message.replaceAll(/\(.*?\)/g, '()')}`;
      refused[words] = (refused[words] ?? 0) + 1;
    } finally {
      waiting--;
      slowest = Math.max(slowest, performance.now() - began);
    }
  });
  await new Promise(setImmediate);
  const waited = waiting;
  await Promise.all(all);
  await delay(50);
  globalThis.gc?.();
  return { asked: ASKED, waited, well, refused, slowest, heapUsed: process.memoryUsage().heapUsed };
}

process.on('message', () => {
  void round().then((told) => process.send?.(told));
});
process.send?.('ready');
