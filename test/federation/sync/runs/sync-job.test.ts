/** When the schedule runs a connector. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { days, minutes } from '../../../../src/base/clock.js';
import type { ConnectorView } from '../../../../src/federation/connectors/connector-service.js';
import { syncJob } from '../../../../src/federation/sync/runs/sync-job.js';
import type { Job } from '../../../../src/jobs/job.js';
import { underLease } from '../../../../src/storage/leases/lease.js';
import { by, emptyRealm, type EmptyRealm } from '../../../realm-file/realm.js';
import { atTime } from '../../../support/at-time.js';
import { testKind } from '../../connectors/test-kind.js';
import { diffOf, type ScriptedSync, scriptedSync } from './scripted-sync.js';

const EVERY = 5;
let realm: EmptyRealm;
let sync: ScriptedSync;
let job: Job;
let count = 0;
beforeAll(async () => {
  realm = await emptyRealm('sqlite', { connectorKinds: [testKind().kind] });
  sync = scriptedSync(realm);
  const { reports, run } = sync;
  job = syncJob({ connectors: realm.parts.connectors, synchronization: { reports, run } });
});
afterAll(() => realm.close());
beforeEach(async () => {
  sync.finds(diffOf());
  sync.runs.length = 0;
  for (const { id, version } of (await realm.parts.connectors.all()).values())
    expect(await realm.parts.connectors.remove(by, id, version)).toMatchObject({ ok: true });
});

const scheduled = (fields: object = {}) => sync.connector({ sync: { every: EVERY }, ...fields });
/** Runs the job so long after now, and says which connectors it ran. */
const ranAfter = (ahead: number, signal = new AbortController().signal) =>
  atTime(Date.now() + ahead, async () => {
    const before = sync.runs.length;
    const isNeeded = await job.isNeeded?.(0);
    const { installation } = realm.parts.store;
    // A lease of its own each time: one of another time would still be held.
    const ran = await underLease(installation, `test ${count++}`, minutes(1), (held) => job.run(held, signal));
    expect(ran).toMatchObject({ ok: true });
    const names = sync.runs.slice(before).map(({ connector }) => connector.id);
    // Whether there is work is asked before each start.
    expect(isNeeded).toBe(names.length > 0 || signal.aborted);
    return names;
  });

test('a connector is due at once, and again when its minutes have passed since the last run ended', async () => {
  const { id } = await scheduled();
  expect(await ranAfter(0)).toEqual([id]);
  expect(await ranAfter(minutes(EVERY) - 1000)).toEqual([]);
  expect(await ranAfter(minutes(EVERY))).toEqual([id]);
  expect(sync.runs.map((run) => run.by.kind)).toEqual(['system', 'system']);
});

test('a preview is no run', async () => {
  const corp = await scheduled();
  await sync.run(by, corp, sync.wishes({ preview: true }));
  expect(await ranAfter(0)).toEqual([corp.id]);
});

test('a run of an administrator counts', async () => {
  const corp = await scheduled();
  await sync.run(by, corp, sync.wishes());
  expect(await ranAfter(minutes(EVERY) - 1000)).toEqual([]);
});

test('a connector without a schedule, and a disabled one, never are', async () => {
  await sync.connector();
  await scheduled({ enabled: false });
  expect(await ranAfter(0)).toEqual([]);
});

test('after a run by a clock that was ahead, a connector is due at once, and not for ever', async () => {
  const { id } = await scheduled();
  await ranAfter(days(30));
  expect(await ranAfter(0)).toEqual([id]);
  expect(await ranAfter(minutes(1))).toEqual([]);
});

test('a connector that fails keeps no other waiting, and waits for its own next turn', async () => {
  const all: ConnectorView[] = [];
  for (let i = 0; i < 3; i++) all.push(await scheduled());
  const [, failing] = all;
  sync.script.plan = async ({ connector }) => {
    if (connector.id === failing?.id) throw new Error('a fault of ours');
    return { kind: 'planned', diff: diffOf() };
  };
  await expect(ranAfter(0)).rejects.toThrow('a fault of ours');
  expect(sync.runs.map(({ connector }) => connector.id).sort()).toEqual(all.map(({ id }) => id).sort());
  expect(await ranAfter(minutes(1))).toEqual([]);
  expect((await sync.reports.last(all)).get(failing?.id ?? '')).toMatchObject({ outcome: 'failed' });
});

test('no further connector is begun once the process stops', async () => {
  for (let i = 0; i < 2; i++) await scheduled();
  const stopping = new AbortController();
  sync.script.plan = async () => {
    stopping.abort();
    return { kind: 'planned', diff: diffOf() };
  };
  expect(await ranAfter(0, stopping.signal)).toHaveLength(1);
});
