import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '../../src/base/errors.js';
import { newId } from '../../src/base/crypto/ids.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import type { Held } from '../../src/storage/leases/lease-holder.js';
import { type Leased, leases, underLease } from '../../src/storage/leases/lease.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/store.js';
import { insert, replace } from '../../src/storage/write.js';
import { databases, engines, times, type Database, type OpenedEngine } from './engines.js';
import { allSpecs, notices, parts, tallies, things } from './things.js';
import { passes } from '../support/passes.js';
import { pauseProcess } from '../support/paused-process.js';

const LIFE = 30_000;
const lost = { code: 'lease-lost' };

describe.each(engines)('a lease of the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let stores: readonly [Store, Store];
  beforeAll(async () => {
    opened = await open(allSpecs);
    stores = [opened.store, await opened.another()];
  });
  afterAll(() => opened.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Holds it until told to end. */
  async function holding(store: Store, work: string): Promise<{ held: Held; end: () => Promise<unknown> }> {
    const { promise: ended, resolve: finish } = Promise.withResolvers<undefined>();
    const { promise: taken, resolve: take } = Promise.withResolvers<Held>();
    const done = underLease(store.installation, work, LIFE, (held) => {
      take(held);
      return ended;
    });
    const end = (): Promise<unknown> => {
      finish(undefined);
      return done;
    };
    return { held: await taken, end };
  }

  test('of 20 that want it at once one gets it, and each of them once it is free', async () => {
    const work = newId();
    let inside = 0;
    const all = await Promise.all(
      times(20, (i) =>
        underLease(stores[i % 2 === 0 ? 0 : 1].installation, work, LIFE, async () => {
          inside++;
          await delay(50);
        }),
      ),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(inside);
    expect(inside).toBe(1);
    expect(await underLease(stores[1].installation, work, LIFE, async () => 'mine')).toEqual({
      ok: true,
      value: 'mine',
    });
  });

  test('is free again when the work fails', async () => {
    const work = newId();
    const failure = new Error('the work failed');
    await expect(underLease(stores[0].installation, work, LIFE, () => Promise.reject(failure))).rejects.toBe(failure);
    expect((await underLease(stores[1].installation, work, LIFE, async () => 1)).ok).toBe(true);
  });

  test('lets its holder write, on realm and house, and names what else was refused by its place', async () => {
    const { held, end } = await holding(stores[0], newId());
    const id = newId();
    const realm = stores[0].in(id);
    expect(await held.commit(realm, [insert(parts, { id: 'a', thing: 'x' })])).toEqual({ ok: true });
    expect(await held.commit(stores[0].installation, [insert(notices, { id, text: 'x' })])).toEqual({ ok: true });
    const twice = [insert(parts, { id: 'b', thing: 'x' }), insert(parts, { id: 'a', thing: 'x' })];
    expect(await held.commit(realm, twice)).toEqual({ ok: false, write: 1, refusal: { code: 'conflict', key: 'id' } });
    expect(await realm.of(parts).get('b')).toBeUndefined();
    await end();
  });

  test('that ended lets its holder write nothing more, though nobody took it up', async () => {
    const { held, end } = await holding(stores[0], newId());
    const realm = stores[0].in(newId());
    // Ended by our clock, which moves, and not by MongoDB's own, which would sweep it too.
    await realm.of(tallies).insert({ id: 'ends', expiresAt: Date.now() + LIFE / 2 });
    passes(LIFE);
    await expect(held.commit(realm, [insert(parts, { id: 'a', thing: 'x' })])).rejects.toMatchObject(lost);
    await expect(stores[0].sweep(9, held)).rejects.toMatchObject(lost);
    expect(await realm.of(parts).get('a')).toBeUndefined();
    await end();
    const swept = await underLease(stores[0].installation, newId(), LIFE, (anew) => stores[0].sweep(9, anew));
    expect(swept).toEqual({ ok: true, value: 1 });
  });

  test('that another took up lets the former holder write nothing, though its clock stands still', async () => {
    const work = newId();
    const former = await holding(stores[0], work);
    const realm = stores[0].in(newId());
    await realm.of(things).insert({ id: 'a', kind: 'red' });
    const before = Date.now();
    passes(LIFE);
    const latter = await holding(stores[1], work);
    jest.spyOn(Date, 'now').mockImplementation(() => before);
    const write = replace(things, { id: 'a', kind: 'blue' }, 1);
    await expect(former.held.commit(realm, [write])).rejects.toMatchObject(lost);
    expect(await realm.of(things).get('a')).toMatchObject({ kind: 'red' });
    passes(LIFE + 1);
    expect(await latter.held.commit(realm, [write])).toEqual({ ok: true });
    // Its end is no longer his to set.
    await former.end();
    expect(await latter.held.commit(realm, [replace(things, { id: 'a', kind: 'green' }, 2)])).toEqual({ ok: true });
    await latter.end();
  });

  test('that a clock gone wrong put far ahead shuts nobody off', async () => {
    const work = newId();
    passes(365 * 24 * 3_600_000);
    const strayed = await holding(stores[0], work);
    jest.restoreAllMocks();
    expect((await underLease(stores[1].installation, work, LIFE, async () => 1)).ok).toBe(true);
    await strayed.end();
  });

  test('is renewed for as long as the work goes on', async () => {
    const work = newId();
    const done = await underLease(stores[0].installation, work, 300, async (held) => {
      const first = (await stores[0].installation.of(leases).get(work))?.until ?? 0;
      let until = first;
      while (until <= first + 300) {
        await delay(20);
        until = (await stores[1].installation.of(leases).get(work))?.until ?? 0;
      }
      expect((await underLease(stores[1].installation, work, 300, async () => 1)).ok).toBe(false);
      return held.commit(stores[0].in(newId()), [insert(parts, { id: 'a', thing: 'x' })]);
    });
    expect(done).toEqual({ ok: true, value: { ok: true } });
  });
});

describe.each(databases)('a process that holds a lease of a %s store', (_name, make) => {
  let database: Database;
  let store: Store;
  let child: ChildProcess;
  let ended: Promise<unknown>;
  const said: unknown[] = [];
  beforeAll(async () => {
    database = await make();
    // A process that is stopped inside a transaction keeps SQLite's lock: who waits for it is told so, and soon.
    store = await openStore({ specs: allSpecs, box, engine: await database.engine({ patience: 1000 }) });
    const root = join(import.meta.dirname, '../..');
    child = fork(join(import.meta.dirname, 'lease-child.ts'), [database.address, '900'], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', join(root, 'test/support/typescript-child.mjs')],
    });
    ended = once(child, 'exit');
    child.on('message', (message) => said.push(message));
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await store.close();
    await database.drop();
  });
  const box = secretBox([{ id: 'lease', key: Buffer.alloc(32, 1) }]);
  const written = () => store.in('r').of(parts).count('byThing', { thing: 'work' }, 1e6);

  function unlessUnavailable(error: unknown): { readonly ok: false } {
    if (error instanceof StoreUnavailable) return { ok: false };
    throw error;
  }

  /** Stops the child at some point of its work, but not inside a transaction. */
  async function stop(): Promise<void> {
    for (;;) {
      pauseProcess(child.pid);
      const isFree = await store
        .in('r')
        .of(tallies)
        .increment('probe', 'n', 1)
        .catch(() => undefined);
      if (isFree) return;
      child.kill('SIGCONT');
      await once(child, 'message');
    }
  }

  test('and is stopped past it writes nothing once it is let go on', async () => {
    while (!said.some((each) => typeof each === 'number' && each > 5)) await once(child, 'message');
    await stop();
    let taken: Leased<void>;
    do {
      // MongoDB keeps what a client that is stopped has under way for a while.
      taken = await underLease(store.installation, 'work', LIFE, async (held) => {
        const before = await written();
        child.kill('SIGCONT');
        await ended;
        expect(said.at(-1)).toBe('lease-lost');
        expect(await written()).toBe(before);
        const ours = await held.commit(store.in('r'), [insert(parts, { id: 'ours', thing: 'work' })]);
        expect(ours).toEqual({ ok: true });
      }).catch(unlessUnavailable);
    } while (!taken.ok);
    expect(await written()).toBeGreaterThan(6);
  });
});
