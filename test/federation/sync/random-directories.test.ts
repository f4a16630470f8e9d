/** Whatever a directory becomes, one run brings its people here as they are there. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Entry, type SyncRealm, syncRealm } from './sync-realm.js';

const UIDS = ['anna', 'bea', 'cleo', 'dora', 'emma', 'fay'];
const GROUPS = ['sales', 'support', 'it'];

/** Six people at most, whose names are dealt anew in each state. */
const state = fc
  .record({
    uids: fc.shuffledSubarray(UIDS, { minLength: 6 }),
    mails: fc.shuffledSubarray(UIDS, { minLength: 6 }),
    groups: fc.array(fc.subarray(GROUPS), { minLength: 6, maxLength: 6 }),
    present: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
  })
  .map(
    ({ uids, mails, groups, present }): ReadonlyMap<number, Entry> =>
      new Map(
        present.map((i) => [i, { uid: uids[i] ?? '', mail: `${mails[i] ?? ''}@corp.test`, groups: groups[i] ?? [] }]),
      ),
  );

let sync: SyncRealm;
let round = 0;
beforeAll(async () => {
  sync = await syncRealm('sqlite');
});
afterAll(() => sync.close());

test('one run brings people here as they are there, and the next one has nothing to do', async () => {
  await fc.assert(
    fc.asyncProperty(state, state, async (before, after) => {
      const people = ++round;
      const idOf = (i: number): string => `${people}-${i}`;
      const named = (entry: Entry): Entry => ({
        ...{ uid: `${entry.uid}${people}`, mail: `${people}${entry.mail ?? ''}`, groups: entry.groups ?? [] },
      });
      // People of earlier rounds are gone and keep their names, so each round has names of its own.
      sync.directory.entries = new Map([...before].map(([i, entry]) => [idOf(i), named(entry)]));
      await sync.run();
      // Nobody goes between the two states: whoever is gone keeps the name.
      const all = new Map([...before, ...[...after].filter(([i]) => before.has(i))]);
      const uids = new Set([...all.values()].map(({ uid }) => uid));
      const mails = new Set([...all.values()].map(({ mail }) => mail));
      fc.pre(uids.size === all.size && mails.size === all.size);
      sync.directory.entries = new Map([...all].map(([i, entry]) => [idOf(i), named(entry)]));
      const { applied } = await sync.run();
      expect(applied).toMatchObject({ collided: [], left: 0 });
      const { groups } = await sync.realm.parts.snapshots.read();
      for (const [i, entry] of all) {
        const user = await sync.user(idOf(i));
        expect(user).toMatchObject({ username: named(entry).uid, email: named(entry).mail, emailVerified: true });
        const memberships = user?.assignments.map(({ target }) => groups.get(target)?.name).sort();
        expect(memberships).toEqual([...(entry.groups ?? [])].sort());
      }
      const again = await sync.plan();
      expect(again).toMatchObject({ kind: 'planned', diff: { hasNotes: false } });
      expect(again.kind === 'planned' && again.diff.digests.size).toBe(0);
    }),
    { numRuns: 15 },
  );
}, 120_000);
