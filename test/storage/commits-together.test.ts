import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../src/base/crypto/ids.js';
import { type Committing, commitsTogether } from '../../src/storage/leases/commits-together.js';
import { leases, underLease } from '../../src/storage/leases/lease.js';
import type { CommitOutcome } from '../../src/storage/refusal.js';
import type { Realm } from '../../src/storage/store.js';
import { COMMIT_LIMIT, insert, put, remove, replace, require, type Write } from '../../src/storage/write.js';
import { engines, times, type OpenedEngine } from './engines.js';
import { allSpecs, parts, tallies, things } from './things.js';

describe.each(engines)('commits of one holder that are asked for at once, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  beforeAll(async () => {
    opened = await open(allSpecs);
  });
  afterAll(() => opened.close());

  const newRealm = (): Realm => opened.store.in(newId());
  /** Commits there, and counts the writes of each commit that reaches the store. */
  const counted = (realm: Realm): { readonly on: Committing; readonly sizes: number[] } => {
    const sizes: number[] = [];
    return {
      sizes,
      on: {
        commit(writes) {
          sizes.push(writes.length);
          return realm.commit(writes);
        },
      },
    };
  };
  const partsOf = (name: string, count: number): Write[] =>
    times(count, (i) => insert(parts, { id: `${name}-${i}`, thing: name }));
  const held = <T>(
    work: (commit: (on: Committing, writes: readonly Write[]) => Promise<CommitOutcome>) => Promise<T>,
  ) =>
    underLease(opened.store.installation, newId(), 30_000, (holder) => work((on, writes) => holder.commit(on, writes)));

  test('go together: as many as the writes of one commit allow', async () => {
    const realm = newRealm();
    const { on, sizes } = counted(realm);
    await held((commit) => Promise.all(times(127, (i) => commit(on, partsOf(`t${i}`, 6)))));
    // The first one was alone when it began; each has the lease besides.
    expect(sizes).toEqual([7, 253, 253, 253]);
    expect(await realm.of(parts).count('byThing', { thing: 't126' }, 10)).toBe(6);
  });

  test('are refused alone, with the place and the reason that they have alone', async () => {
    const realm = newRealm();
    await realm.of(parts).insert({ id: 'taken', thing: 'x' });
    const outcomes = await held((commit) =>
      Promise.all(
        times(12, (i) =>
          commit(realm, [...partsOf(`t${i}`, 2), insert(parts, { id: i === 5 ? 'taken' : `o${i}`, thing: 'x' })]),
        ),
      ),
    );
    const refused = { ok: false, write: 2, refusal: { code: 'conflict', key: 'id' } };
    expect(outcomes).toEqual({ ok: true, value: times(12, (i) => (i === 5 ? refused : { ok: true })) });
    expect(await realm.of(parts).count('byThing', { thing: 't5' }, 10)).toBe(0);
    expect(await realm.of(parts).count('byThing', { thing: 't6' }, 10)).toBe(2);
  });

  test('of one document are made in their order', async () => {
    const realm = newRealm();
    const outcomes = await held((commit) =>
      Promise.all([
        commit(realm, [insert(tallies, { id: 'other', n: 0 })]),
        commit(realm, [insert(tallies, { id: 'a', n: 0 })]),
        commit(realm, [replace(tallies, { id: 'a', n: 1 }, 1)]),
        commit(realm, [replace(tallies, { id: 'a', n: 2 }, 1)]),
      ]),
    );
    const changed = { ok: false, write: 0, refusal: { code: 'changed' } };
    expect(outcomes).toEqual({ ok: true, value: [{ ok: true }, { ok: true }, { ok: true }, changed] });
    expect(await realm.of(tallies).get('a')).toMatchObject({ n: 1 });
  });

  test('of several realms stay apart', async () => {
    const [one, other] = [newRealm(), newRealm()];
    await held((commit) => Promise.all(times(8, (i) => commit(i % 2 === 0 ? one : other, partsOf(`t${i}`, 1)))));
    expect([await one.of(parts).get('t0-0'), await one.of(parts).get('t1-0')]).toEqual([expect.anything(), undefined]);
    expect(await other.of(parts).get('t1-0')).toBeDefined();
  });

  test('all fail, and write nothing, once the lease is lost', async () => {
    const realm = newRealm();
    const work = newId();
    const done = underLease(opened.store.installation, work, 30_000, async (holder) => {
      await opened.store.installation.of(leases).remove(work);
      return Promise.allSettled(times(5, (i) => holder.commit(realm, partsOf(`t${i}`, 1))));
    });
    const lost = { status: 'rejected', reason: expect.objectContaining({ code: 'lease-lost' }) };
    expect(await done).toEqual({ ok: true, value: times(5, () => lost) });
    expect(await realm.of(parts).get('t4-0')).toBeUndefined();
  });

  test('fail with the error of their own commit, and leave later ones to be made', async () => {
    const realm = newRealm();
    const failure = new Error('the disk is full');
    const failing: Committing = { commit: () => Promise.reject(failure) };
    const outcomes = await held((commit) =>
      Promise.allSettled([
        commit(realm, partsOf('a', 1)),
        commit(failing, partsOf('b', 1)),
        commit(realm, partsOf('c', 1)),
      ]),
    );
    const made = { status: 'fulfilled', value: { ok: true } };
    expect(outcomes).toEqual({ ok: true, value: [made, { status: 'rejected', reason: failure }, made] });
  });

  test('end as they would one after another, whatever they write', async () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd');
    const write: fc.Arbitrary<(version: number) => Write> = fc.oneof(
      ids.map((id) => () => insert(tallies, { id, n: 1 })),
      ids.map((id) => () => put(tallies, { id, n: 2 })),
      ids.map((id) => (version: number) => replace(tallies, { id, n: 3 }, version)),
      ids.map((id) => () => remove(tallies, id)),
      ids.map((id) => () => require(tallies, id, { n: { gt: 1 } })),
    );
    const commits = fc.array(
      fc.tuple(fc.uniqueArray(write, { minLength: 1, maxLength: 3, selector: (made) => idOf(made(1)) }), fc.nat(3)),
      { minLength: 2, maxLength: 12 },
    );
    const guard = newRealm();
    await guard.of(things).insert({ id: 'guard', kind: 'red' });
    await fc.assert(
      fc.asyncProperty(commits, async (all) => {
        const [together, alone] = [newRealm(), newRealm()];
        for (const realm of [together, alone]) await realm.of(things).insert({ id: 'guard', kind: 'red' });
        const made = all.map(([writes, version]) => writes.map((each) => each(version + 1)));
        const commit = commitsTogether(COMMIT_LIMIT, () => require(things, 'guard'));
        const outcomes = await Promise.all(made.map((writes) => commit(together, writes)));
        const expected: CommitOutcome[] = [];
        for (const writes of made) expected.push(await alone.commit([require(things, 'guard'), ...writes]));
        expect(outcomes).toEqual(expected);
        const left = async (realm: Realm) => (await realm.of(tallies).find('all', {}, { limit: 10 })).rows;
        expect(await left(together)).toEqual(await left(alone));
      }),
      { numRuns: 12 },
    );
  });
});

const idOf = (write: Write): unknown => ('document' in write ? write.document['id'] : write.id);
