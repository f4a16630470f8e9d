/** Runs of a synchronization: what they may change, who allows it, and what they report. Reading and changing are scripted. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../../../src/audit/audit-record.js';
import { days, hours } from '../../../../src/base/clock.js';
import { GatehouseError } from '../../../../src/base/errors.js';
import type { ConnectorView } from '../../../../src/federation/connectors/connector-service.js';
import { syncRuns } from '../../../../src/federation/sync/runs/sync-report.js';
import type { RunWishes } from '../../../../src/federation/sync/runs/synchronize.js';
import { syncStates } from '../../../../src/federation/sync/sync-state.js';
import { by, emptyRealm, type EmptyRealm } from '../../../realm-file/realm.js';
import { atTime } from '../../../support/at-time.js';
import { testKind } from '../../connectors/test-kind.js';
import { diffOf, goneDiff, NO_CHANGES, personDiff, type ScriptedSync, scriptedSync } from './scripted-sync.js';

const SCHEDULE = { kind: 'system', id: 'synchronization', requestId: 'test' } as const;

describe.each(['sqlite', 'mongodb'] as const)('a synchronization on %s', (store) => {
  let realm: EmptyRealm;
  let sync: ScriptedSync;
  let corp: ConnectorView;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [testKind().kind] });
    sync = scriptedSync(realm);
  });
  afterAll(() => realm.close());
  beforeEach(async () => {
    const fresh = scriptedSync(realm);
    Object.assign(sync.script, fresh.script);
    sync.applied.length = sync.reported.length = sync.runs.length = 0;
    corp = await sync.connector();
  });

  const run = (wishes: Partial<RunWishes> = {}, actor: typeof by | typeof SCHEDULE = by) =>
    sync.run(actor, corp, sync.wishes(wishes));
  const history = async () => (await sync.reports.list(corp, { limit: 500 })).rows;
  const audited = async () => {
    const values = { subjectKind: 'connector', subjectId: corp.id };
    const { rows } = await realm.parts.realm.of(auditRecords).find('bySubject', values, { limit: 50 });
    return rows.filter(({ kind }) => kind.startsWith('connector.sync'));
  };

  test('that takes little away makes its changes, and reports them', async () => {
    sync.finds(goneDiff(10));
    const report = { outcome: 'done', counts: { read: 100, changed: 10, gone: 10, membershipsLost: 10 }, stops: [] };
    expect(await run()).toMatchObject({ kind: 'ended', report });
    expect(sync.applied).toHaveLength(1);
    expect(await history()).toMatchObject([{ ...report, by: { kind: by.kind, id: by.id }, mode: 'full' }]);
    expect(await audited()).toMatchObject([
      { kind: 'connector.synchronized', outcome: 'success', details: { counts: { gone: 10 } } },
    ]);
  });

  test('that takes much away changes nothing, and says why', async () => {
    sync.finds(goneDiff(11));
    const stops = [
      { kind: 'losses', count: 'gone' },
      { count: 'membershipsLost', lost: 11, of: 1000 },
    ];
    expect(await run()).toMatchObject({ report: { outcome: 'stopped', stops } });
    expect(sync.applied).toEqual([]);
    expect(sync.reported).toEqual([`${corp.id} synchronization-stopped`]);
    expect(await audited()).toMatchObject([{ outcome: 'failure', why: 'stopped', details: { stops: 2 } }]);
  });

  test('has the limits of its connector', async () => {
    sync.finds(goneDiff(11));
    corp = await sync.connector({ sync: { limits: { count: 11 } } });
    expect(await run()).toMatchObject({ report: { outcome: 'done' } });
    sync.finds(goneDiff(2));
    corp = await sync.connector({ sync: { limits: { count: 1, percent: 1 } } });
    expect(await run()).toMatchObject({ report: { outcome: 'stopped' } });
  });

  test('stores no name, id or value of a person whom it concerns', async () => {
    const people = [
      personDiff('anna', { userId: 'user-of-anna', kind: 'new' }),
      personDiff('bert', { kind: 'collided' }),
    ];
    sync.finds(diffOf(people, { counts: { ...NO_CHANGES, new: 1, collided: 1 }, hash: 'H', isOtherScope: true }));
    await run({ preview: true, isShown: true });
    await run({ isShown: true });
    const stored = JSON.stringify([
      await realm.parts.realm.of(syncRuns).find('newest', { connector: corp.id }, { limit: 5 }),
    ]);
    expect(stored).toContain('other-scope');
    expect(stored + JSON.stringify(await audited())).not.toMatch(/anna|bert/);
  });

  describe('a preview', () => {
    test('changes nothing, and lets what it showed happen for 24 hours', async () => {
      sync.finds(goneDiff(60));
      const shown = await run({ preview: true });
      expect(shown).toMatchObject({ report: { mode: 'preview', outcome: 'stopped', hash: 'gone-60' } });
      expect(sync.applied).toEqual([]);
      const late = await atTime(Date.now() + hours(24), () => run({ approve: 'gone-60' }));
      expect(late).toEqual({ kind: 'refused', why: 'not-approvable' });
      expect(await run({ approve: 'gone-60' })).toMatchObject({ report: { outcome: 'done', counts: { gone: 60 } } });
      expect(sync.applied).toHaveLength(1);
    });

    test('is about everybody, and so is what is approved', async () => {
      await realm.parts.realm.of(syncStates).put({ id: corp.id, scope: 'all', mark: 'm', fullAt: Date.now() });
      sync.finds(goneDiff(60));
      await run({ preview: true });
      await run({ approve: 'gone-60' });
      await run();
      expect(sync.runs.map(({ full }) => full)).toEqual([true, true, false]);
    });

    test('that finds nothing has nothing to approve', async () => {
      sync.finds(diffOf());
      expect(await run({ preview: true })).toMatchObject({ report: { outcome: 'nothing' } });
      expect(await run({ approve: diffOf().hash })).toEqual({ kind: 'refused', why: 'not-approvable' });
    });

    test('is no run: the last run stays the one before', async () => {
      await run();
      sync.finds(goneDiff(60));
      await run({ preview: true });
      expect((await sync.reports.last([corp])).get(corp.id)).toMatchObject({ outcome: 'nothing' });
    });
  });

  describe('an approval', () => {
    test('is recorded with who gave it and why, before anything changes', async () => {
      sync.finds(goneDiff(60));
      await run({ preview: true });
      sync.script.apply = async () => {
        throw new Error('the process was killed');
      };
      const why = { ...by, reason: 'the branch in Rome was closed' };
      await expect(sync.run(why, corp, sync.wishes({ approve: 'gone-60' }))).rejects.toThrow('killed');
      const records = (await audited()).filter(({ kind }) => kind === 'connector.synchronization-approved');
      expect(records).toMatchObject([{ actorKind: by.kind, actorId: by.id, details: { hash: 'gone-60' } }]);
      expect(await realm.parts.audit.open(records)).toMatchObject([{ actor: { reason: why.reason } }]);
    });

    test('lets no other diff happen, larger or smaller, and the new one has to be approved', async () => {
      sync.finds(goneDiff(60));
      await run({ preview: true });
      for (const other of [61, 5]) {
        sync.finds(goneDiff(other));
        const stopped = await run({ approve: 'gone-60', isShown: true });
        expect(stopped).toMatchObject({ report: { outcome: 'stopped' } });
        expect('report' in stopped && stopped.report.stops[0]).toEqual({ kind: 'other-hash' });
      }
      expect(sync.applied).toEqual([]);
      expect(await run({ approve: 'gone-5' })).toMatchObject({ report: { outcome: 'done' } });
    });

    test('is for what somebody saw, and not for what only the schedule found', async () => {
      sync.finds(goneDiff(60));
      await run({}, SCHEDULE);
      expect(await run({ approve: 'gone-60' })).toEqual({ kind: 'refused', why: 'not-approvable' });
      await run({ isShown: true });
      expect(await run({ approve: 'gone-60' })).toMatchObject({ report: { outcome: 'done' } });
    });

    test('is not for a diff of changes only, which may be a part of what would happen', async () => {
      sync.finds(goneDiff(60, { isFull: false }));
      expect(await run({ isShown: true })).toMatchObject({ report: { outcome: 'stopped', mode: 'incremental' } });
      expect(await run({ approve: 'gone-60' })).toEqual({ kind: 'refused', why: 'not-approvable' });
    });

    test('is for one connector, and not for a later one of the same name', async () => {
      sync.finds(goneDiff(60));
      await run({ preview: true });
      const other = await sync.connector();
      expect(await sync.run(by, other, sync.wishes({ approve: 'gone-60' }))).toMatchObject({ kind: 'refused' });
      const later = { ...corp, createdAt: Date.now() + 1 };
      expect(await sync.run(by, later, sync.wishes({ approve: 'gone-60' }))).toMatchObject({ kind: 'refused' });
      expect((await sync.reports.list(later, { limit: 5 })).rows).toEqual([]);
    });

    test('leaves a later connector of the same name without a last run, so its schedule begins at once', async () => {
      await run();
      expect((await sync.reports.last([corp])).get(corp.id)).toMatchObject({ outcome: 'nothing' });
      expect(await sync.reports.last([{ ...corp, createdAt: Date.now() + 1 }])).toEqual(new Map());
    });
  });

  describe('that does not finish', () => {
    test.each([
      ['partial', 'partial', 'size-limit'],
      ['unavailable', 'failed', 'connection-lost'],
      ['misconfigured', 'failed', 'service-bind-refused'],
      ['upstream-error', 'failed', 'result-80'],
    ] as const)('by %s is %s, with the reason, and never "0 changed"', async (kind, outcome, reason) => {
      sync.script.plan = async () => ({ kind, reason });
      expect(await run()).toMatchObject({ report: { outcome, reason, counts: { read: 0 } } });
      expect(sync.applied).toEqual([]);
      expect(await audited()).toMatchObject([{ outcome: 'failure', why: outcome, details: { reason } }]);
    });

    test('while it makes its changes reports what it did', async () => {
      sync.finds(goneDiff(8));
      sync.script.apply = async () => ({
        ...{ end: { kind: 'partial', reason: 'connection-lost' }, collided: [], left: 0 },
        done: { ...NO_CHANGES, new: 3 },
      });
      const report = { outcome: 'partial', reason: 'connection-lost', counts: { new: 3, gone: 0, membershipsLost: 0 } };
      expect(await run()).toMatchObject({ report });
    });

    test('by a fault of ours is reported as failed, and the error goes on', async () => {
      sync.script.plan = async () => {
        throw new Error('a bug');
      };
      await expect(run()).rejects.toThrow('a bug');
      expect(await history()).toMatchObject([{ outcome: 'failed', reason: 'internal-error' }]);
    });

    test('since its process stops or lost the lease leaves no report, so that it is due again', async () => {
      const stopping = new AbortController();
      sync.script.plan = async ({ signal }) => {
        stopping.abort();
        signal.throwIfAborted();
        return { kind: 'partial', reason: 'never' };
      };
      await expect(run({ signal: stopping.signal })).rejects.toThrow();
      sync.finds(goneDiff(1));
      sync.script.apply = async () => {
        throw new GatehouseError('lease-lost', 'paused for too long');
      };
      await expect(run()).rejects.toThrow('paused');
      expect(await history()).toEqual([]);
    });

    test('without a reader is failed, and a disabled connector is not read', async () => {
      sync.script.reader = undefined;
      expect(await run()).toMatchObject({ report: { outcome: 'failed', reason: 'no-reader' } });
      expect(await sync.run(by, { ...corp, enabled: false }, sync.wishes())).toEqual({
        ...{ kind: 'refused', why: 'disabled' },
      });
    });
  });

  test('is the only one of its connector, in whichever process', async () => {
    const other = scriptedSync(realm);
    let during: unknown;
    sync.script.plan = async () => {
      during = await other.run(by, corp, other.wishes());
      return { kind: 'planned', diff: diffOf() };
    };
    expect(await run()).toMatchObject({ report: { outcome: 'nothing' } });
    expect(during).toEqual({ kind: 'refused', why: 'under-way' });
    expect([other.runs.length, sync.runs.length]).toEqual([0, 1]);
    expect(await run()).toMatchObject({ kind: 'ended' });
  });

  test('reads everybody the first time, after a day, on demand, and after a clock that was ahead', async () => {
    const reads = async (ahead: number, wishes: Partial<RunWishes> = {}) => {
      await atTime(Date.now() + ahead, () => run(wishes));
      return sync.runs.at(-1)?.full;
    };
    expect(await reads(0)).toBe(true);
    await realm.parts.realm.of(syncStates).put({ id: corp.id, scope: 'all', mark: 'm', fullAt: Date.now() });
    expect(await reads(hours(23))).toBe(false);
    expect(await reads(hours(23), { full: true })).toBe(true);
    expect(await reads(hours(25))).toBe(true);
    expect(await reads(-hours(1))).toBe(true);
    // The mark of a connector that was removed.
    corp = { ...corp, createdAt: Date.now() + days(1) };
    expect(await reads(0)).toBe(true);
    expect(sync.runs.at(-1)?.state).toBeUndefined();
  });

  describe('of the schedule', () => {
    const scheduled = (ahead: number) => atTime(Date.now() + hours(ahead), () => run({}, SCHEDULE));

    test('that stops for the same reasons again is no news', async () => {
      sync.finds(goneDiff(60));
      for (const ahead of [0, 1, 2]) await scheduled(ahead);
      const [report, ...others] = await history();
      expect(others).toEqual([]);
      expect(report).toMatchObject({ repeated: { times: 3 }, outcome: 'stopped' });
      expect((report?.endedAt ?? 0) - (report?.repeated?.since ?? 0)).toBeGreaterThanOrEqual(hours(2));
      expect((await sync.reports.last([corp])).get(corp.id)?.endedAt).toBe(report?.endedAt);
      expect([sync.reported.length, (await audited()).length]).toEqual([1, 1]);
      sync.finds(goneDiff(61));
      await scheduled(3);
      expect([(await history()).length, sync.reported.length, (await audited()).length]).toEqual([2, 2, 2]);
    });

    test('is news if it makes changes, and after somebody else ran it', async () => {
      for (const ahead of [0, 1]) await scheduled(ahead);
      sync.finds(goneDiff(1));
      for (const ahead of [2, 3]) await scheduled(ahead);
      sync.finds(diffOf());
      await run();
      await scheduled(4);
      expect(await history()).toHaveLength(5);
    });
  });

  test('keeps the last 200 reports of a connector', async () => {
    const collection = realm.parts.realm.of(syncRuns);
    corp = { ...corp, createdAt: 0 };
    await run();
    const [first] = await history();
    if (!first) throw new Error('There is a report.');
    const { version: _version, ...report } = first as typeof first & { readonly version: number };
    for (let i = 0; i < 210; i++)
      await collection.insert({ ...report, id: `old-${i}`, endedAt: report.endedAt - 300 + i });
    await run();
    const kept = await history();
    expect(kept).toHaveLength(200);
    expect(kept.some(({ id }) => id === 'old-0')).toBe(false);
    expect(kept[1]?.id).toBe(report.id);
  });
});
