/** What a synchronization does to the people of a directory. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ID, type SyncRealm, syncRealm, writesDuring } from './sync-realm.js';

describe.each(['sqlite', 'mongodb'] as const)('a synchronization on %s', (store) => {
  let sync: SyncRealm;
  beforeEach(async () => {
    sync = await syncRealm(store);
  });
  afterEach(() => sync.close());
  const planned = async (...more: Parameters<SyncRealm['plan']>) => {
    const plan = await sync.plan(...more);
    if (plan.kind !== 'planned') throw new Error(JSON.stringify(plan));
    return plan.diff;
  };

  test('knows people before they first sign in, and a second run writes nothing but its own mark', async () => {
    for (let i = 0; i < 8; i++)
      sync.directory.entries.set(`s${i}`, { uid: `person${i}`, mail: `p${i}@corp.test`, groups: ['sales'] });
    const { diff, applied } = await sync.run();
    expect(diff).toMatchObject({ counts: { new: 8, changed: 0 }, read: 8, isFull: true });
    expect(applied).toMatchObject({ end: { kind: 'applied' }, done: { new: 8 }, left: 0 });
    expect(await sync.user('s7')).toMatchObject({ username: 'person7', emailVerified: true, userstore: ID });
    const [group] = [...(await sync.realm.parts.snapshots.read()).groups.values()];
    expect(group).toMatchObject({ name: 'sales', connector: ID });
    expect((await sync.user('s7'))?.assignments).toMatchObject([{ target: group?.id, source: { id: ID } }]);
    const again = await planned();
    expect(again).toMatchObject({ counts: { new: 0, changed: 0 }, hasNotes: false });
    expect(again.digests.size).toBe(0);
    const writes = await writesDuring(sync.realm.parts.realm, () => sync.apply(again));
    // That everybody was seen, where the next run begins, and the record, its mark and the marker of this one change.
    expect(writes).toEqual(['connectors', 'syncStates', 'auditRecords', 'auditRecords', 'changeMarkers']);
  });

  test('ends nobody while an entry has no readable id, since it may be theirs', async () => {
    sync.directory.entries.set('a', { uid: 'anna' }).set('b', { uid: 'bea' });
    await sync.run();
    sync.directory.entries.delete('b');
    sync.directory.end = { kind: 'complete', unreadable: 1 };
    expect(await sync.plan()).toEqual({ kind: 'partial', reason: 'ids-unreadable' });
    sync.directory.end = { kind: 'complete', unreadable: 0 };
    expect((await sync.run()).applied.done.gone).toBe(1);
    // Nobody more is away: the entry hides nobody.
    sync.directory.end = { kind: 'complete', unreadable: 1 };
    expect(await planned()).toMatchObject({ unreadable: 1, counts: { gone: 0 } });
    expect((await sync.user('b'))?.blocks).toMatchObject([{ by: `quarantine:${ID}` }]);
  });

  test('ends nobody who was not read, if the reading is partial', async () => {
    sync.directory.entries.set('a', { uid: 'anna' }).set('b', { uid: 'bea' });
    await sync.run();
    sync.directory.entries.delete('b');
    sync.directory.end = { kind: 'partial', reason: 'size-limit' };
    expect(await sync.plan()).toEqual({ kind: 'partial', reason: 'size-limit' });
    sync.directory.end = undefined;
    const diff = await planned();
    expect(diff.counts.gone).toBe(1);
    sync.directory.end = { kind: 'unavailable', reason: 'connect-timeout' };
    expect(await sync.apply(diff)).toMatchObject({ end: { kind: 'unavailable' }, done: { gone: 0 } });
    expect((await sync.user('b'))?.blocks).toEqual([]);
    sync.directory.end = undefined;
    expect(await sync.apply(diff)).toMatchObject({ end: { kind: 'applied' }, done: { gone: 1 } });
    expect((await sync.user('b'))?.blocks).toMatchObject([{ by: `quarantine:${ID}` }]);
    sync.directory.entries.set('b', { uid: 'bea' });
    expect((await sync.run()).applied.done.returned).toBe(1);
    expect((await sync.user('b'))?.blocks).toEqual([]);
  });

  test('does exactly what was shown, and leaves whoever is another by now', async () => {
    sync.directory.entries.set('a', { uid: 'anna', cn: 'Anna' }).set('b', { uid: 'bea', cn: 'Bea' });
    await sync.run();
    sync.directory.entries.set('a', { uid: 'anna', cn: 'Anna Adam' }).set('b', { uid: 'bea', cn: 'Bea Bond' });
    const diff = await planned();
    sync.directory.entries.set('a', { uid: 'anna', cn: 'Somebody else' }).set('c', { uid: 'cleo' });
    const before = await sync.realm.parts.connectors.get(ID);
    expect(await sync.apply(diff)).toMatchObject({ done: { changed: 1, new: 0 }, left: 2 });
    expect([await sync.user('a'), await sync.user('b'), await sync.user('c')]).toMatchObject(
      [{ profile: { name: 'Anna' } }, { profile: { name: 'Bea Bond' } }, undefined].map((one) => one ?? undefined),
    );
    expect((await sync.realm.parts.connectors.get(ID))?.lastFullRunAt).toBe(before?.lastFullRunAt);
  });

  test('removes an absent value only if the entry changed', async () => {
    sync.directory.entries.set('a', { uid: 'anna', phone: '+39 06 1', mark: '1' });
    await sync.run();
    sync.directory.entries.set('a', { uid: 'anna', mark: '1' });
    expect((await planned()).digests.size).toBe(0);
    sync.directory.entries.set('a', { uid: 'anna', mark: '2' });
    const { diff } = await sync.run();
    expect(diff.people).toMatchObject([{ fields: [{ field: 'phoneNumber', isEmptied: true }] }]);
    expect(diff.scopes[0]).toMatchObject({ scope: { kind: 'connector' }, of: 1, losses: { fieldsEmptied: 1 } });
    expect((await sync.user('a'))?.profile).not.toHaveProperty('phoneNumber');
  });

  test('lets names and addresses change hands in one run, also in a circle', async () => {
    const mails = ['x@corp.test', 'y@corp.test', 'z@corp.test'];
    const uids = ['xena', 'yara', 'zoe'];
    ['a', 'b', 'c'].forEach((id, i) => sync.directory.entries.set(id, { uid: uids[i] ?? '', mail: mails[i] ?? '' }));
    await sync.run();
    ['a', 'b', 'c'].forEach((id, i) =>
      sync.directory.entries.set(id, { uid: uids[(i + 1) % 3] ?? '', mail: mails[(i + 1) % 3] ?? '' }),
    );
    sync.directory.entries.set('d', { uid: 'dora' });
    const { applied } = await sync.run();
    expect(applied).toMatchObject({ collided: [], left: 0 });
    for (const [i, id] of ['a', 'b', 'c'].entries())
      expect(await sync.user(id)).toMatchObject({
        username: uids[(i + 1) % 3],
        email: mails[(i + 1) % 3],
        emailVerified: true,
      });
    expect((await planned()).digests.size).toBe(0);
  });

  test('gives a new person the name that somebody gives up in the same run', async () => {
    sync.directory.entries.set('a', { uid: 'chief' });
    await sync.run();
    sync.directory.entries = new Map([
      ['b', { uid: 'chief' }],
      ['a', { uid: 'former' }],
    ]);
    expect((await sync.run()).applied).toMatchObject({ done: { new: 1, changed: 1 }, collided: [], left: 0 });
    expect([await sync.user('b'), await sync.user('a')]).toMatchObject([{ username: 'chief' }, { username: 'former' }]);
  });

  test('goes on with the others if one person collides', async () => {
    sync.directory.entries.set('a', { uid: 'anna' });
    await sync.run();
    sync.directory.entries.set('b', { uid: 'anna' }).set('c', { uid: 'cleo' });
    const { diff, applied } = await sync.run();
    expect(diff.people).toContainEqual(expect.objectContaining({ kind: 'collided', reason: 'username-taken' }));
    expect(applied).toMatchObject({ done: { new: 1, collided: 1 }, left: 0, collided: [{ subject: 'b' }] });
    expect([await sync.user('b'), await sync.user('c')]).toEqual([
      undefined,
      expect.objectContaining({ username: 'cleo' }),
    ]);
  });

  test('changes nobody of several who have one id', async () => {
    sync.directory.entries.set('a', { uid: 'anna' }).set('b', { uid: 'bea' });
    await sync.run();
    sync.directory.entries.set('a', { uid: 'anna2' }).set('b', { uid: 'bea2' });
    sync.directory.more = [['a', { uid: 'impostor' }]];
    const { applied } = await sync.run();
    expect(applied).toMatchObject({ collided: [{ subject: 'a', reason: 'subject-twice' }], left: 0 });
    expect([await sync.user('a'), await sync.user('b')]).toMatchObject([{ username: 'anna' }, { username: 'bea2' }]);
  });

  test('says which group and base has nobody any more', async () => {
    sync.directory.bases = ['ou=people', 'ou=rome'];
    sync.directory.entries.set('a', { uid: 'anna', groups: ['sales'] }).set('b', { uid: 'bea', base: 'ou=rome' });
    await sync.run();
    sync.directory.entries.set('a', { uid: 'anna' }).delete('b');
    const diff = await planned();
    expect(diff.emptied).toEqual([
      { kind: 'base', base: 'ou=rome' },
      { kind: 'group', target: 'group sales' },
    ]);
    expect(diff.scopes).toContainEqual({
      scope: { kind: 'group', target: 'group sales' },
      of: 1,
      losses: { gone: 0, disabled: 0, membershipsLost: 1, fieldsEmptied: 0 },
    });
  });

  test('writes nothing more once another process may hold the lease', async () => {
    sync.directory.entries.set('a', { uid: 'anna' });
    const diff = await planned();
    const { leases } = await import('../../../src/storage/leases/lease.js');
    const steal = async (): Promise<void> => {
      const kept = sync.realm.parts.store.installation.of(leases);
      await kept.change('sync', (lease) => ({ ...lease, fence: lease.fence + 1 }));
    };
    const changed = sync.directory.all.bind(sync.directory);
    sync.directory.all = async (take) => {
      await steal();
      return changed(take);
    };
    await expect(sync.apply(diff)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await sync.user('a')).toBeUndefined();
  });
});
