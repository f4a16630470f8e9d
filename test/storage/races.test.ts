import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../src/base/crypto/ids.js';
import type { Store } from '../../src/storage/store.js';
import { insert, require } from '../../src/storage/write.js';
import { engines, times, type OpenedEngine } from './engines.js';
import { allSpecs, parts, tallies, things } from './things.js';

describe.each(engines)('races on the %s store, between two engines on it', (_name, open) => {
  let opened: OpenedEngine;
  let stores: readonly [Store, Store];
  let realm: string;
  beforeAll(async () => {
    opened = await open(allSpecs);
    stores = [opened.store, await opened.another()];
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    realm = newId();
  });
  const of = (i: number) => stores[i % 2 === 0 ? 0 : 1].in(realm);

  test('of 20 parallel takes of one document one gets it', async () => {
    await of(0).of(things).insert({ id: 'ticket', kind: 'red', secret: 's' });
    const taken = await Promise.all(times(20, (i) => of(i).of(things).take('ticket')));
    expect(taken.filter(Boolean)).toEqual([{ id: 'ticket', kind: 'red', secret: 's', version: 1 }]);
  });

  test('of 20 parallel increments each counts', async () => {
    const values = await Promise.all(times(20, (i) => of(i).of(tallies).increment('n', 'n', 1)));
    expect(values.map(({ value }) => value).sort((a, b) => a - b)).toEqual(times(20, (i) => i + 1));
  });

  test('of 20 parallel replacements of one version one goes through', async () => {
    await of(0).of(things).insert({ id: 'a', kind: 'red' });
    const done = await Promise.all(times(20, (i) => of(i).of(things).replace({ id: 'a', kind: 'red', rank: i }, 1)));
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    expect(done.filter(({ ok }) => !ok)).toEqual(times(19, () => ({ ok: false, refusal: { code: 'changed' } })));
    const winner = done.findIndex(({ ok }) => ok);
    expect(await of(1).of(things).get('a')).toMatchObject({ rank: winner, version: 2 });
  });

  test('of 20 parallel inserts of one unique key one goes through', async () => {
    const done = await Promise.all(
      times(20, (i) =>
        of(i)
          .of(things)
          .insert({ id: `t${i}`, kind: 'red', name: 'n' }),
      ),
    );
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    expect(done.filter(({ ok }) => !ok)).toEqual(
      times(19, () => ({ ok: false, refusal: { code: 'conflict', key: 'name' } })),
    );
  });

  test('a change is never lost', async () => {
    await of(0).of(things).insert({ id: 'a', kind: 'red', rank: 0 });
    const add = (i: number) =>
      of(i)
        .of(things)
        .change('a', (thing) => ({ ...thing, rank: (thing.rank ?? 0) + 1 }));
    const done = await Promise.all(times(8, add));
    expect(await of(0).of(things).get('a')).toMatchObject({ rank: done.filter(({ ok }) => ok).length });
    expect(done.some(({ ok }) => ok)).toBe(true);
  });

  test('what requires a document is never written beside its removal, in 1,000 races', async () => {
    const rounds = 1000;
    const both = times(rounds, (i) => `x${i}`);
    await Promise.all(both.map((id) => of(0).of(things).insert({ id, kind: 'red' })));
    const outcomes: boolean[] = [];
    const found: boolean[] = [];
    async function race(i: number, id: string): Promise<void> {
      const make = () => of(i).commit([require(things, id), insert(parts, { id, thing: id })]);
      // A commit takes an engine longer than a removal, which therefore sets off a little later, or at once.
      const end = async () => {
        if (i % 4 > 1) await delay(Math.random() * (i % 16));
        const removed = await of(i + 1)
          .of(things)
          .remove(id);
        // The remover looks for dependent documents afterwards: it finds every document that was created before ...
        found[i] =
          (await of(i + 1)
            .of(parts)
            .get(id)) !== undefined;
        return removed;
      };
      const [made, ended] = i % 2 === 0 ? await Promise.all([make(), end()]) : await flip(end, make);
      expect(ended).toBe(true);
      outcomes[i] = made.ok;
    }
    const waiting = [...both.entries()];
    const lane = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await race(...next);
    };
    await Promise.all(times(32, lane));
    for (const [i, id] of both.entries()) {
      // ... and none is created later.
      expect([id, found[i]]).toEqual([id, outcomes[i]]);
      expect((await of(0).of(parts).get(id)) !== undefined).toBe(outcomes[i]);
      expect(await of(1).of(things).get(id)).toBeUndefined();
      expect(await of(i).commit([require(things, id), insert(parts, { id: `${id}-late`, thing: id })])).toEqual({
        ok: false,
        write: 0,
        refusal: { code: 'missing' },
      });
    }
    // Both orders came about, else this proves little.
    expect(new Set(outcomes).size).toBe(2);
  });
});

const flip = async <A, B>(a: () => Promise<A>, b: () => Promise<B>): Promise<[B, A]> => {
  const [first, second] = await Promise.all([a(), b()]);
  return [second, first];
};
