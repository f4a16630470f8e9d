/** The administrator chooses another attribute as the id of people: they stay who they are. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../../src/audit/audit-record.js';
import { judge } from '../../../src/federation/sync/runs/judge.js';
import { syncStates } from '../../../src/federation/sync/sync-state.js';
import { ID, type SyncRealm, syncRealm } from './sync-realm.js';

const LIMITS = { count: 1000, percent: 100 };

describe.each(['sqlite', 'mongodb'] as const)('people who get another id in a run on %s', (store) => {
  let sync: SyncRealm;
  beforeEach(async () => {
    sync = await syncRealm(store);
    sync.directory.entries
      .set('anna', { uid: 'anna', groups: ['sales'] })
      .set('bea', { uid: 'bea' })
      .set('cleo', { uid: 'cleo' });
    await sync.run();
  });
  afterEach(() => sync.close());

  /** From now on, the id of each is another attribute; `former` is what the id was. */
  function otherIds(ids: Readonly<Record<string, string>>): void {
    const before = new Map(sync.directory.entries);
    sync.directory.entries.clear();
    for (const [former, id] of Object.entries(ids)) {
      const entry = before.get(former);
      if (entry) sync.directory.entries.set(id, { ...entry, former });
    }
    sync.directory.scope = 'by another id';
  }
  const holders = async (...subjects: string[]) =>
    Promise.all(subjects.map(async (subject) => (await sync.user(subject))?.username));

  test('keep their account, with its roles and groups, and nobody is gone', async () => {
    const before = await sync.user('anna');
    otherIds({ anna: '1', bea: '2', cleo: '3' });
    const { diff, applied } = await sync.run();
    expect(diff.counts).toMatchObject({ changed: 3, gone: 0, new: 0, collided: 0 });
    expect(diff.people).toContainEqual(
      expect.objectContaining({ subject: '1', formerSubject: 'anna', username: 'anna', kind: 'changed', lost: [] }),
    );
    expect(applied).toMatchObject({ end: { kind: 'applied' }, done: { changed: 3, gone: 0 }, left: 0 });
    const after = await sync.user('1');
    expect(after).toMatchObject({ id: before?.id, username: 'anna', assignments: before?.assignments, blocks: [] });
    expect(await holders('anna', '2', '3')).toEqual([undefined, 'bea', 'cleo']);
  });

  test('are shown before it happens, whatever the limits are', async () => {
    otherIds({ anna: '1', bea: '2', cleo: '3' });
    const planned = await sync.plan();
    if (planned.kind !== 'planned') throw new Error(planned.reason);
    expect(judge(planned.diff, LIMITS, undefined, Date.now())).toMatchObject({
      ...{ kind: 'stops', why: [{ kind: 'other-scope' }] },
    });
    expect(await holders('anna', '1')).toEqual(['anna', undefined]);
  });

  test('are known by it afterwards', async () => {
    otherIds({ anna: '1', bea: '2', cleo: '3' });
    await sync.run();
    expect((await sync.realm.parts.realm.of(syncStates).get(ID))?.scope).toBe('by another id');
    expect((await sync.run()).diff).toMatchObject({ counts: { changed: 0, gone: 0 }, isOtherScope: false });
    const { rows } = await sync.realm.parts.realm.of(auditRecords).find('byTime', {}, { limit: 100 });
    expect(rows.filter(({ kind }) => kind === 'user.linked')).toHaveLength(3);
  });

  test('are found by either id when a run before was interrupted', async () => {
    otherIds({ anna: '1', bea: '2', cleo: '3' });
    const planned = await sync.plan();
    if (planned.kind !== 'planned') throw new Error(planned.reason);
    const some = { ...planned.diff, digests: new Set([...planned.diff.digests].slice(0, 1)) };
    expect(await sync.apply(some)).toMatchObject({ done: { changed: 1 }, left: 2 });
    expect((await sync.run()).applied).toMatchObject({ done: { changed: 2, gone: 0 }, left: 0 });
    expect(await holders('1', '2', '3')).toEqual(['anna', 'bea', 'cleo']);
  });

  test('are gone if the directory has them by neither', async () => {
    otherIds({ anna: '1', bea: '2' });
    expect((await sync.run()).applied).toMatchObject({ done: { changed: 2, gone: 1 } });
    expect((await sync.user('cleo'))?.blocks).toMatchObject([{ by: `quarantine:${ID}` }]);
  });

  test('keep the old one if somebody else has that as the new one: nobody gets the account of another', async () => {
    otherIds({ anna: 'bea', bea: '2', cleo: '3' });
    const { applied } = await sync.run();
    expect(applied).toMatchObject({ done: { changed: 1, gone: 0, collided: 2 } });
    expect(await holders('anna', 'bea', '2', '3')).toEqual(['anna', 'bea', undefined, 'cleo']);
  });

  test('keep the old one if two of today had it', async () => {
    otherIds({ anna: '1', bea: '2', cleo: '3' });
    sync.directory.entries.set('4', { uid: 'dora', former: 'anna' });
    const { applied } = await sync.run();
    expect(applied).toMatchObject({ done: { changed: 2, gone: 0 } });
    expect(await holders('anna', '1', '4')).toEqual(['anna', undefined, undefined]);
  });

  test('are not let in while the former id of one is the new id of another: either could get the account', async () => {
    otherIds({ anna: '1', bea: '2', cleo: '3' });
    sync.directory.entries.set('5', { uid: 'eve', former: '4' }).set('4', { uid: 'finn', former: '6' });
    expect((await sync.run()).applied).toMatchObject({ done: { changed: 3, new: 0, collided: 2 } });
    expect(await holders('4', '5', '6')).toEqual([undefined, undefined, undefined]);
  });
});
