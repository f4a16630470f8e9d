import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { StoreUnavailable } from '../../src/base/errors.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { underLease } from '../../src/storage/leases/lease.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/store.js';
import { insert, put, replace } from '../../src/storage/write.js';
import { toldUrl } from '../support/commands.js';
import { type Mongod, startMongod } from '../support/mongod-process.js';
import { times } from './engines.js';
import { allSpecs, parts, tallies, things } from './things.js';

const root = join(import.meta.dirname, '../..');
const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);

let mongod: Mongod;
beforeAll(async () => {
  mongod = await startMongod();
});
afterAll(() => mongod.end());

/** Closed after the test, however it ends. */
const opened: Store[] = [];
afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())));
async function open(url: string, patience?: number): Promise<Store> {
  const engine = await openMongo(url, patience === undefined ? {} : { patience });
  const store = await openStore({ specs: allSpecs, box, engine });
  opened.push(store);
  return store;
}

function child(file: string, args: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, file), args, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', join(root, 'test/support/typescript-child.mjs')],
  });
}

/** All three documents of each commit, or none. */
async function halves(url: string): Promise<string[]> {
  const connection = await mongoose.createConnection(url).asPromise();
  const ofCommits = new Map<string, number>();
  for (const [name, ids] of [
    ['gatehouse_parts', /-\d+-[12]$/],
    ['gatehouse_things', /-\d+-3$/],
  ] as const) {
    for await (const { _id } of connection.collection<{ _id: string }>(name).find({ _id: ids })) {
      const commit = _id.replace(/-\d$/, '');
      ofCommits.set(commit, (ofCommits.get(commit) ?? 0) + 1);
    }
  }
  await connection.close();
  expect(ofCommits.size).toBeGreaterThan(20);
  return [...ofCommits].filter(([, n]) => n !== 3).map(([commit]) => commit);
}

interface Answered {
  readonly ids: string[];
  readonly committed: string[];
  count: number;
}

async function expectKept(store: Store, name: string, { ids, committed, count }: Answered): Promise<void> {
  const realm = store.in('r');
  expect(ids.length).toBeGreaterThan(20);
  const found = await Promise.all(ids.map((id) => realm.of(things).get(id)));
  expect(found.map((thing) => thing?.secret)).toEqual(ids);
  const belonging = await Promise.all(committed.map((id) => realm.of(parts).count('byThing', { thing: id }, 9)));
  expect(belonging).toEqual(committed.map(() => 2));
  expect((await realm.of(tallies).get(name))?.n).toBeGreaterThanOrEqual(count);
}

describe('a storm of writes', () => {
  test('loses nothing that was answered and leaves no half commit when mongod is killed in it and comes back', async () => {
    const url = `${mongod.url}storm`;
    const store = await open(url);
    const realm = store.in('r');
    const answered: Answered = { ids: [], committed: [], count: 0 };
    let n = 0;
    let stop = false;
    const failures = new Set<unknown>();
    const noted = async (work: Promise<unknown>): Promise<void> => {
      await work.catch((error: unknown) => failures.add(error));
    };
    async function write(): Promise<void> {
      while (!stop) {
        const id = `w-${n++}`;
        await Promise.all([
          noted(
            realm
              .of(things)
              .insert({ id, kind: 'red', name: id, tags: ['storm'], secret: id })
              .then(({ ok }) => ok && answered.ids.push(id)),
          ),
          noted(
            realm
              .commit([
                insert(parts, { id: `${id}-1`, thing: id }),
                put(parts, { id: `${id}-2`, thing: id }),
                insert(things, { id: `${id}-3`, kind: 'blue', tags: ['storm'] }),
              ])
              .then(({ ok }) => ok && answered.committed.push(id)),
          ),
          noted(
            realm
              .of(tallies)
              .increment('w', 'n', 1)
              .then(({ value }) => (answered.count = Math.max(answered.count, value))),
          ),
        ]);
      }
    }
    const writers = times(16, write);
    const giveUp = performance.now() + 30_000;
    while (answered.ids.length <= 20 && performance.now() < giveUp) await delay(50);
    await delay(300);
    await mongod.kill();
    const before = answered.ids.length;
    await mongod.restart();
    const until = performance.now() + 15_000;
    while (answered.ids.length < before + 20 && performance.now() < until) await delay(50);
    stop = true;
    await Promise.all(writers);
    // It went on by itself, and what could not be answered was said so in the port's own words.
    expect(answered.ids.length).toBeGreaterThan(before);
    for (const error of failures) expect(error).toBeInstanceOf(StoreUnavailable);
    await expectKept(store, 'w', answered);
    expect(await halves(url)).toEqual([]);
  });

  test('loses nothing and leaves no half commit when the processes that write are killed', async () => {
    const url = `${mongod.url}clients`;
    const names = ['writer0', 'writer1'];
    const answered = new Map(names.map((name): [string, Answered] => [name, { ids: [], committed: [], count: 0 }]));
    const children = names.map((name) => {
      const made = child('storm-child.ts', [url, name]);
      made.on('message', (message: 'ready' | { id: string; count: number }) => {
        const known = answered.get(name);
        if (message === 'ready' || !known) return;
        known.ids.push(message.id);
        known.committed.push(message.id);
        known.count = Math.max(known.count, message.count);
      });
      return made;
    });
    await Promise.all(children.map((each) => once(each, 'message')));
    // As many as are looked for below, on a machine that is busy too.
    const giveUp = performance.now() + 30_000;
    while ([...answered.values()].some(({ ids }) => ids.length <= 20) && performance.now() < giveUp) await delay(50);
    await delay(300);
    await Promise.all(
      children.map(async (each) => {
        const ended = once(each, 'exit');
        each.kill('SIGKILL');
        expect(await ended).toEqual([null, 'SIGKILL']);
      }),
    );
    const store = await open(url);
    for (const [name, each] of answered) await expectKept(store, name, each);
    expect(await halves(url)).toEqual([]);
  });
});

describe('a process that dies inside a commit', () => {
  test.each(['insert', 'commitTransaction'])(
    'before it sends %s has written nothing, and others go on',
    async (fatal) => {
      const url = `${mongod.url}dying-${fatal}`;
      // Longer than MongoDB keeps the locks of a client that is gone; here three seconds, by default a minute.
      const store = await open(url, 20_000);
      const realm = store.in('r');
      await realm.of(things).insert({ id: 'a', kind: 'red' });
      await realm.of(tallies).insert({ id: 't' });
      const dying = child('dying-child.ts', [toldUrl(url), fatal]);
      expect(await once(dying, 'exit')).toEqual([null, 'SIGKILL']);
      expect(await realm.of(things).get('a')).toEqual({ id: 'a', kind: 'red', version: 1 });
      expect(await realm.of(things).get('b')).toBeUndefined();
      expect(await realm.of(parts).get('p')).toBeUndefined();
      expect(
        await realm.commit([
          replace(things, { id: 'a', kind: 'green' }, 1),
          insert(parts, { id: 'p', thing: 'a' }),
          insert(things, { id: 'b', kind: 'green' }),
        ]),
      ).toEqual({ ok: true });
      expect(await realm.of(things).get('a')).toMatchObject({ kind: 'green', version: 2 });
    },
    30_000,
  );
});

describe('a MongoDB that is gone', () => {
  const patience = 1500;
  const everything = (store: Store): (() => Promise<unknown>)[] => {
    const all = store.in('r').of(things);
    return [
      () => all.get('a'),
      () => all.getMany(['a', 'b']),
      () => all.findOne('name', { kind: 'red', name: 'n' }),
      () => all.find('all', {}, { limit: 1 }),
      () => all.count('all', {}, 1),
      () => all.insert({ id: 'x', kind: 'red' }),
      () => all.put({ id: 'a', kind: 'red' }),
      () => all.replace({ id: 'a', kind: 'red' }, 1),
      () => all.remove('a'),
      () => all.take('a'),
      () => all.removeWhere('all', {}, 1),
      () => store.in('r').of(tallies).increment('t', 'n', 1),
      () => store.in('r').commit([insert(parts, { id: 'p', thing: 'x' }), insert(things, { id: 'y', kind: 'red' })]),
      () => underLease(store.installation, 'sweep', 1000, (held) => store.sweep(1, held)),
      () => store.ping(),
    ];
  };

  async function expectUnavailable(store: Store, withinMs: number): Promise<void> {
    const started = performance.now();
    const outcomes = await Promise.allSettled(everything(store).map((ask) => ask()));
    expect(performance.now() - started).toBeLessThan(withinMs);
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    for (const each of outcomes) {
      expect(each).toMatchObject({ status: 'rejected' });
      expect((each as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
      expect(String((each as PromiseRejectedResult).reason)).toMatch(
        /^GatehouseError: The store does not answer: .+\.$/,
      );
    }
  }

  test('is said to be so in bounded time by every operation, and found again without help', async () => {
    const store = await open(`${mongod.url}gone`, patience);
    await store.in('r').of(things).insert({ id: 'a', kind: 'red' });
    await mongod.kill();
    await expectUnavailable(store, 3 * patience);
    await mongod.restart();
    const until = performance.now() + 10_000;
    let found: unknown;
    while (!found && performance.now() < until) {
      found = await store
        .in('r')
        .of(things)
        .get('a')
        .catch(() => undefined);
    }
    expect(found).toMatchObject({ id: 'a' });
  });

  test('or gives and takes nothing, is held for one that does not answer', async () => {
    const store = await open(`${mongod.url}locked`, patience);
    await store.in('r').of(things).insert({ id: 'a', kind: 'red' });
    await store.ping();
    const connection = await mongoose.createConnection(mongod.url, { directConnection: true }).asPromise();
    await connection.db?.admin().command({ fsync: 1, lock: true });
    try {
      expect(await store.in('r').of(things).get('a')).toBeDefined();
      await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailable);
    } finally {
      await connection.db?.admin().command({ fsyncUnlock: 1 });
      await connection.close();
    }
    await store.ping();
  });

  test('or hangs, is told alike', async () => {
    const store = await open(`${mongod.url}hangs`, patience);
    await store.in('r').of(things).insert({ id: 'a', kind: 'red' });
    mongod.signal('SIGSTOP');
    await delay(100); // until the last of its threads has stopped
    try {
      // Its heartbeat has to miss first.
      await expectUnavailable(store, 10_000);
    } finally {
      mongod.signal('SIGCONT');
    }
    const until = performance.now() + 10_000;
    let answers = false;
    while (!answers && performance.now() < until)
      answers = await store.ping().then(
        () => true,
        () => false,
      );
    expect(answers).toBe(true);
  });
});
