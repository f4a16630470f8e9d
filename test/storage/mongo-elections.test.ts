/** After each kind of election, nothing that was acknowledged is missing from what is read, at any process. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../src/base/crypto/ids.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/store.js';
import type { Mongod } from '../support/mongod-process.js';
import { type ReplicaSet, startReplicaSet } from '../support/replica-set.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { allSpecs, tallies } from './things.js';

describe('of two processes on a replica set', () => {
  let set: ReplicaSet;
  let stores: readonly [Store, Store];
  beforeAll(async () => {
    set = await startReplicaSet();
    const box = temporaryBox();
    const open = async () => openStore({ specs: allSpecs, box, engine: await openMongo(set.url) });
    stores = [await open(), await open()];
  }, 60_000);
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await set.end();
  });

  /**
   * Each writer raises its own number at the first process; each reader remembers what was acknowledged before it asks the second one, and must
   * see that or more.
   */
  async function unsettled(disturb: () => Promise<void>): Promise<{ reads: number; late: number[]; raised: number }> {
    const first = stores[0].in('r').of(tallies);
    const second = stores[1].in('r').of(tallies);
    const ids = times(8, () => newId());
    const acknowledged = new Map(ids.map((id) => [id, 0]));
    const late: number[] = [];
    let [reads, raised, over] = [0, 0, false];
    const write = async (id: string): Promise<void> => {
      for (let n = 1; !over; n++) {
        const written = await first.put({ id, n }).catch(() => undefined);
        if (written?.ok) acknowledged.set(id, n);
        raised += written?.ok ? 1 : 0;
      }
    };
    const read = async (id: string): Promise<void> => {
      while (!over) {
        const least = acknowledged.get(id) ?? 0;
        const found = await second.get(id).then(
          (tally) => tally?.n ?? 0,
          () => undefined,
        );
        if (found !== undefined) reads++;
        if (found !== undefined && found < least) late.push(least - found);
        await delay(1);
      }
    };
    const all = Promise.all([...ids.map(write), ...ids.map(read), ...ids.map(read)]);
    await disturb();
    await delay(1000);
    over = true;
    await all;
    return { reads, late, raised };
  }

  test.each(['kill', 'step down', 'stop and go on'] as const)(
    '%s',
    async (kind) => {
      const { late, reads, raised } = await unsettled(async () => {
        await set.healthy();
        const before = await set.primary();
        switch (kind) {
          case 'kill':
            await before.kill();
            await set.replaced(before);
            await before.restart();
            break;
          case 'step down':
            await set.stepDown();
            break;
          case 'stop and go on':
            before.signal('SIGSTOP');
            await set.replaced(before);
            await delay(500);
            before.signal('SIGCONT');
        }
      });
      expect(late).toEqual([]);
      expect(reads).toBeGreaterThan(20);
      expect(raised).toBeGreaterThan(20);
    },
    60_000,
  );

  /** Holds one of the others back, where the primary has its majority without it: the third may need a while to follow. */
  async function heldBack(primary: Mongod, write: () => Promise<unknown>): Promise<Mongod> {
    const others = set.members.filter((member) => member !== primary);
    for (let tries = 0; tries < 3; tries++) {
      for (const behind of others) {
        await set.replicates(behind, false);
        const taken = await write().then(
          () => true,
          () => false,
        );
        if (taken) return behind;
        await set.replicates(behind, true);
        await set.healthy();
      }
    }
    throw new Error('No member could be held back without the majority being lost.');
  }

  test('a new primary that does not know yet what a majority has is not asked for it', async () => {
    const first = stores[0].in('r').of(tallies);
    const second = stores[1].in('r').of(tallies);
    const acknowledged = new Map<string, number>();
    const state = { isKilled: false };
    const write = async (id: string, before: Mongod): Promise<void> => {
      for (let n = 1; !state.isKilled; n++) {
        await first.put({ id, n });
        acknowledged.set(id, n);
        if (n === 25) state.isKilled = true;
      }
      // In the turn of the answer, so that what the primary tells the others of it is lost.
      before.signal('SIGKILL');
    };
    /** A set that elects another primary of its own accord, as a busy machine makes it, is given another try. */
    async function killedWhileWritten(): Promise<{ before: Mongod; behind: Mongod }> {
      for (let tries = 0; tries < 4; tries++) {
        await set.healthy();
        const before = await set.primary();
        const probe = () => first.put({ id: newId(), n: 0 });
        await probe();
        const behind = await heldBack(before, probe);
        acknowledged.clear();
        await Promise.allSettled(times(8, () => write(newId(), before)));
        if (state.isKilled) return { before, behind };
        await set.replicates(behind, true);
      }
      throw new Error('No primary took the writes until it was killed.');
    }
    const { before, behind } = await killedWhileWritten();
    await set.replaced(before);
    const seen = async () =>
      Promise.allSettled([...acknowledged].map(async ([id, n]) => ((await second.get(id))?.n ?? 0) >= n));
    const early = await seen();
    await set.replicates(behind, true);
    await before.kill();
    await before.restart();
    // It says nothing, rather than what was before.
    for (const each of early) expect(each.status === 'rejected' || each.value).toBe(true);
    expect(await seen()).toEqual([...acknowledged].map(() => ({ status: 'fulfilled', value: true })));
    expect(acknowledged.size).toBeGreaterThan(0);
  }, 120_000);
});
