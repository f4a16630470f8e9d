/** Every MongoDB operation ends, even when connections or members of the replica set fail. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import mongoose, { type mongo } from 'mongoose';
import { newId } from '../../src/base/crypto/ids.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { turnstile } from '../../src/storage/mongo/bounded-concurrency.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { insert } from '../../src/storage/write.js';
import { toldUrl } from '../support/commands.js';
import { temporaryDatabase } from '../support/mongod.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { allSpecs, parts, things } from './things.js';

/** The driver's connection pool, which is internal but accessible to a test. */
interface Pool {
  readonly checkedOut: Set<{ destroy(): void }>;
  clear(): void;
  ready(): void;
}
const poolsOf = (client: mongo.MongoClient): Pool[] => {
  const { topology } = client as unknown as { topology: { s: { servers: Map<string, { pool: Pool }> } } };
  return [...topology.s.servers.values()].map(({ pool }) => pool);
};

describe('a connection that is destroyed in the turn in which a command is given to it', () => {
  const database = temporaryDatabase();
  let store: Store;
  let realm: Realm;
  let client: mongo.MongoClient;
  beforeAll(async () => {
    const engine = await openMongo(toldUrl(database.url));
    store = await openStore({ specs: allSpecs, box: temporaryBox(), engine });
    client = (mongoose.connections.at(-1) as mongoose.Connection).getClient();
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });
  beforeEach(async () => {
    realm = store.in(newId());
    await realm.of(things).insert({ id: 'a', kind: 'red' });
  });

  /** Breaks the connections at the next command of this name. With `later`, part of the command has been written by then. */
  function breakAt(name: string, also: (pool: Pool) => void = () => undefined, later = false): void {
    const broken = ({ commandName }: mongo.CommandStartedEvent): void => {
      if (commandName !== name) return;
      client.off('commandStarted', broken);
      const breakAll = (): void => {
        for (const pool of poolsOf(client)) {
          also(pool);
          for (const connection of pool.checkedOut) connection.destroy();
        }
      };
      if (later) setImmediate(breakAll);
      // Between the driver's look at the connection and its write to the socket.
      else queueMicrotask(breakAll);
    };
    client.on('commandStarted', broken);
  }
  /** Abandoned operations also end soon and return their connections to the pool. */
  async function expectNothingHeld(): Promise<void> {
    const inUse = (): number => poolsOf(client).reduce((sum, { checkedOut }) => sum + checkedOut.size, 0);
    const until = performance.now() + 2000;
    while (inUse() > 0 && performance.now() < until) await realm.of(things).get('a');
    expect(inUse()).toBe(0);
  }

  test('leaves no read without an answer, and gives its place back', async () => {
    for (const _ of times(40, () => 0)) {
      breakAt('find');
      expect(await realm.of(things).get('a')).toMatchObject({ kind: 'red' });
    }
    await expectNothingHeld();
  });

  test('leaves no write without an answer: it is done, once', async () => {
    breakAt('insert');
    expect(await realm.of(things).insert({ id: 'b', kind: 'red' })).toMatchObject({ ok: true });
    breakAt('findAndModify');
    expect(await realm.of(things).put({ id: 'b', kind: 'blue' })).toMatchObject({ value: { version: 2 } });
    breakAt('update');
    expect(await realm.of(things).replace({ id: 'b', kind: 'green' }, 2)).toMatchObject({ ok: true });
    await expectNothingHeld();
  });

  test('leaves no write without an answer that was too large to be written at once', async () => {
    breakAt('insert', undefined, true);
    const note = 'n'.repeat(12 * 2 ** 20);
    expect(await realm.of(things).insert({ id: 'large', kind: 'red', note })).toMatchObject({ ok: true });
    await expectNothingHeld();
  });

  test.each(['bulkWrite', 'insert', 'update', 'commitTransaction'])(
    'leaves no commit without an answer at its %s, nor a place in the queue of commits',
    async (name) => {
      for (const id of times(20, (i) => `c${i}`)) {
        breakAt(name === 'bulkWrite' ? 'insert' : name);
        expect(await realm.commit([insert(things, { id, kind: 'red' }), insert(parts, { id, thing: id })])).toEqual({
          ok: true,
        });
      }
      await expectNothingHeld();
    },
  );

  test('whose pool was cleared in the same turn leaves no write refused that can be done', async () => {
    const anew = (pool: Pool): void => {
      pool.clear();
      pool.ready();
    };
    breakAt('insert', anew);
    expect(await realm.of(things).insert({ id: 'd', kind: 'red' })).toMatchObject({ ok: true });
    breakAt('commitTransaction', anew);
    expect(
      await realm.commit([insert(things, { id: 'e', kind: 'red' }), insert(parts, { id: 'e', thing: 'e' })]),
    ).toEqual({ ok: true });
    await expectNothingHeld();
  });
});

describe('what is read', () => {
  const database = temporaryDatabase();
  let store: Store;
  let client: mongo.MongoClient;
  let sent: string[];
  beforeAll(async () => {
    store = await openStore({ specs: allSpecs, box: temporaryBox(), engine: await openMongo(toldUrl(database.url)) });
    client = (mongoose.connections.at(-1) as mongoose.Connection).getClient();
    await store.in('r').of(things).get('a');
    client.on('commandStarted', ({ commandName }) => sent.push(commandName));
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });
  beforeEach(() => {
    sent = [];
  });
  const read = () => store.in('r').of(things).get('a');

  test('costs one command while the primary is the same and is heard of', async () => {
    await read();
    await read();
    expect(sent).toEqual(['find', 'find']);
  });

  /** Emits the event by which the driver reports a new primary. */
  function elect(): void {
    const { description } = (client as unknown as { topology: { description: mongo.TopologyDescription } }).topology;
    const servers = [...description.servers].map(([address, server]) => {
      const electionId = new mongoose.mongo.ObjectId();
      return [address, { address, type: server.type, electionId }] as const;
    });
    const newDescription = { type: description.type, servers: new Map(servers) };
    client.emit('topologyDescriptionChanged', { newDescription } as never);
  }

  test('after an election waits for one write that a majority has, which all who read share', async () => {
    const begun = read();
    elect();
    await Promise.all([begun, read(), store.in('r').of(things).find('all', {}, { limit: 1 })]);
    expect(sent.filter((name) => name === 'update')).toHaveLength(1);
    expect(sent.indexOf('update')).toBeLessThan(sent.lastIndexOf('find'));
  });

  test('while the primary changed is read again, after that write', async () => {
    client.once('commandStarted', elect);
    await read();
    expect(sent).toEqual(['find', 'update', 'find']);
  });

  test('after a silence of the primary waits for one, too', async () => {
    const heard = client.listeners('serverHeartbeatSucceeded');
    client.removeAllListeners('serverHeartbeatSucceeded');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await read();
    for (const listener of heard) client.on('serverHeartbeatSucceeded', listener as never);
    expect(sent).toEqual(['update', 'find']);
  });
});

test('work that never ends does not keep its place at a turnstile', async () => {
  const through = turnstile(1, 5000, 20);
  void through(() => new Promise(() => undefined));
  expect(await through(async () => 'next')).toBe('next');
});
