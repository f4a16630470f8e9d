/** Nothing happens but what was shown, and nothing is remembered as done that was not. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { syncStates } from '../../../src/federation/sync/sync-state.js';
import { by } from '../../realm-file/realm.js';
import { ID, type SyncRealm, syncRealm } from './sync-realm.js';

describe.each(['sqlite', 'mongodb'] as const)('a synchronization on %s', (store) => {
  let sync: SyncRealm;
  beforeEach(async () => {
    sync = await syncRealm(store);
    sync.directory.entries.set('a', { uid: 'anna', groups: ['sales'] }).set('b', { uid: 'bea' });
    await sync.run();
  });
  afterEach(() => sync.close());

  const planned = async () => {
    const plan = await sync.plan();
    if (plan.kind !== 'planned') throw new Error(JSON.stringify(plan));
    return plan.diff;
  };
  const stateOf = () => sync.realm.parts.realm.of(syncStates).get(ID);

  test('ends nobody who was still there when the changes were shown', async () => {
    sync.directory.entries.set('c', { uid: 'cleo' });
    const diff = await planned();
    sync.directory.entries.delete('b');
    const before = await stateOf();
    expect(await sync.apply(diff)).toMatchObject({ done: { new: 1, gone: 0 }, left: 1 });
    expect((await sync.user('b'))?.blocks).toEqual([]);
    expect(await stateOf()).toEqual(before);
    expect((await planned()).counts.gone).toBe(1);
  });

  test('lifts no quarantine that was not shown to end', async () => {
    sync.directory.entries.delete('b');
    await sync.run();
    sync.directory.entries.set('c', { uid: 'cleo' });
    const diff = await planned();
    sync.directory.entries.set('b', { uid: 'bea' });
    expect(await sync.apply(diff)).toMatchObject({ done: { new: 1, returned: 0 }, left: 1 });
    expect((await sync.user('b'))?.blocks).toMatchObject([{ by: `quarantine:${ID}` }]);
  });

  test('remembers nothing of a second reading that did not finish', async () => {
    sync.directory.entries.set('c', { uid: 'cleo' });
    const diff = await planned();
    const before = [await stateOf(), (await sync.realm.parts.connectors.get(ID))?.lastFullRunAt];
    sync.directory.end = { kind: 'partial', reason: 'size-limit' };
    expect(await sync.apply(diff)).toMatchObject({ end: { kind: 'partial' } });
    expect([await stateOf(), (await sync.realm.parts.connectors.get(ID))?.lastFullRunAt]).toEqual(before);
  });

  test('takes no access from somebody whose access an administrator changed meanwhile', async () => {
    sync.directory.entries.set('a', { uid: 'anna' });
    const diff = await planned();
    expect(diff.counts.changed).toBe(1);
    const user = await sync.user('a');
    if (!user) throw new Error('There is a user.');
    const { users, assign, snapshots, groups } = sync.realm.parts;
    const board = await groups.create(by, { name: 'board' });
    if (!board.ok) throw new Error('There is a group.');
    const all = await snapshots.read();
    expect(await assign(by, users, user, [{ group: board.value.id }], all)).toMatchObject({ ok: true });
    const { left, done } = await sync.apply(diff);
    const targets = (await sync.user('a'))?.assignments.map(({ target }) => target) ?? [];
    expect(targets).toContain(board.value.id);
    // The run takes what it had shown, or leaves the person to the next one. It never takes more.
    expect([left, done.changed]).toEqual(targets.length === 2 ? [1, 0] : [0, 1]);
  });

  test('gives a mirrored group the name that was shown, and no other, although nothing else changes', async () => {
    sync.directory.entries.set('c', { uid: 'cleo' });
    const diff = await planned();
    const renaming = async (take: Parameters<typeof sync.directory.all>[0]) =>
      sync.directory.all((page) =>
        take({
          ...page,
          users: page.users.map((read) => ({
            ...read,
            identity: {
              ...read.identity,
              groups: (read.identity.groups ?? []).map((group) => ({ ...group, name: 'support' })),
            },
          })),
        }),
      );
    const reader = {
      ...{ bases: sync.directory.bases, scope: sync.directory.scope, all: renaming },
      changed: async () => ({ kind: 'mark-lost', reason: 'none' }) as const,
    };
    await sync.apply(diff, { reader });
    const names = async () => [...(await sync.realm.parts.snapshots.read()).groups.values()].map(({ name }) => name);
    expect(await names()).toEqual(['sales']);
    const shown = await sync.plan({ reader });
    expect(shown).toMatchObject({ diff: { renamedGroups: [{ from: 'sales', to: 'support' }] } });
    // The renaming is part of what an approval names.
    expect(shown.kind === 'planned' && shown.diff.hash).not.toBe((await planned()).hash);
    if (shown.kind === 'planned') await sync.apply(shown.diff, { reader });
    expect(await names()).toEqual(['support']);
  });
});
