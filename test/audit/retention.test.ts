import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/audit-entry.js';
import { type AuditRecord, auditRecords } from '../../src/audit/audit-record.js';
import { auditLinks } from '../../src/audit/chain/audit-link.js';
import { chainHeads } from '../../src/audit/chain/chain-head.js';
import { verifyTrail } from '../../src/audit/chain/verify-trail.js';
import { retentionJob } from '../../src/audit/retention/retention-job.js';
import { announcementEntry } from '../../src/audit/retention/retention-announcement.js';
import { dueKinds, type RetentionRule } from '../../src/audit/retention/retention-rule.js';
import { auditTerms, termsIdOf } from '../../src/audit/search/audit-terms.js';
import { days, now } from '../../src/base/clock.js';
import { newId } from '../../src/base/crypto/ids.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { background } from '../../src/jobs/background.js';
import { jobRuns } from '../../src/jobs/job.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { engines, type OpenedEngine, times } from '../storage/engines.js';
import { seal } from './chain/sealing.js';
import { testAuditKeys, trailOf } from '../support/audit.js';
import { passes } from '../support/passes.js';

const DAY = days(1);
const KINDS = ['sign-in', 'user.created', 'user.changed', 'audit.retention-applied'];
const by = { kind: 'system', id: 'test', requestId: 'r1' } as const;

describe.each(engines)('retention, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  let other: Store;
  let realm: Realm;
  let rules: readonly RetentionRule[];
  beforeAll(async () => {
    opened = await open([auditRecords, auditLinks, auditTerms, chainHeads, jobRuns, personKeys]);
    other = await opened.another();
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    realm = opened.store.in(newId());
    rules = [{ kinds: ['sign-in'], days: 30 }];
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const partsOf = (on: Realm) => ({
    realm: on,
    audit: trailOf(on),
    auditKeys: testAuditKeys,
    personal: personalKeys(on),
    settings: { get: async () => ({ audit: { retention: rules } }) },
    lookEvery: 5,
  });
  /** Runs the job once, as the process that has this store would; returns the errors that it reported. */
  async function run(on: Realm = realm, store: Store = opened.store): Promise<unknown[]> {
    const errors: unknown[] = [];
    const job = { ...retentionJob(partsOf(on)), name: `retention ${realm.id}`, every: 0 };
    await background(store.installation, [job]).runDue((error) => errors.push(error));
    return errors;
  }
  /** The same, while the sealer is at work. */
  async function apply(on?: Realm, store?: Store): Promise<unknown[]> {
    const state = { isDone: false };
    const running = run(on, store).finally(() => (state.isDone = true));
    while (!state.isDone) {
      await seal(opened.store, realm);
      await delay(5);
    }
    return running;
  }
  const record = (entry: Partial<AuditEntry> & Pick<AuditEntry, 'kind'>) =>
    trailOf(realm).record({ by, outcome: 'success', ...entry });
  /** Some records of one kind, each so many days old, in the chain. */
  async function recorded(kind: AuditEntry['kind'], ...ages: readonly number[]): Promise<void> {
    for (const age of ages) await record({ kind, at: now() - age * DAY });
    await seal(opened.store, realm);
  }
  const ages = async (kind: string): Promise<readonly number[]> => {
    const { rows } = await realm.of(auditRecords).find('oldestOfKind', { kind }, { limit: 500 });
    return rows.map(({ at }) => Math.round((now() - at) / DAY));
  };
  const links = async () => (await realm.of(auditLinks).find('bySequence', {}, { limit: 500 })).rows;
  const announcements = async () =>
    (await realm.of(auditRecords).find('byKind', { kind: 'audit.retention-applied' }, { limit: 500 })).rows;
  const verified = async () => verifyTrail({ realm, auditKeys: testAuditKeys });

  test('removes the records of a kind that are older than its rule, and keeps their links and all other records', async () => {
    await recorded('sign-in', 90, 40, 32, 20, 0);
    await recorded('user.created', 90);
    const before = await links();
    expect(await apply()).toEqual([]);
    expect(await ages('sign-in')).toEqual([20, 0]);
    expect(await ages('user.created')).toEqual([90]);
    expect((await links()).slice(0, before.length)).toEqual(before);
  });

  test('says what it removes in a record of its own, and the trail verifies', async () => {
    await recorded('sign-in', 90, 40, 0);
    await apply();
    const until = Math.floor((now() - 30 * DAY) / DAY) * DAY;
    expect(await announcements()).toMatchObject([
      {
        actorKind: 'system',
        actorId: 'audit-retention',
        outcome: 'success',
        details: { kinds: ['sign-in'], until, count: 2 },
      },
    ]);
    const { findings, removed } = await verified();
    expect([findings.count, removed]).toEqual([0, 2]);
  });

  test('removes the search terms with their record', async () => {
    await recorded('sign-in', 90, 0);
    const { rows } = await realm.of(auditRecords).find('oldestOfKind', { kind: 'sign-in' }, { limit: 2 });
    for (const { id, at, kind } of rows) {
      await realm.of(auditTerms).insert({ id: termsIdOf(id, 'actor'), record: id, at, kind, terms: ['t'] });
    }
    await apply();
    const terms = await realm.of(auditTerms).find('byTerm', { terms: 't' }, { limit: 10 });
    expect(terms.rows.map(({ record: id }) => id)).toEqual([rows[1]?.id]);
  });

  test('removes nothing while the record that says so is not in the chain, and removes it in a later run', async () => {
    await recorded('sign-in', 90);
    expect(await run()).toEqual([]);
    expect(await ages('sign-in')).toEqual([90]);
    expect(await announcements()).toHaveLength(1);
    await apply();
    expect(await ages('sign-in')).toEqual([]);
    expect(await announcements()).toHaveLength(1);
  });

  test('leaves a record that is not in the chain, however old', async () => {
    await recorded('sign-in', 90);
    // Its MAC is wrong, so the sealer never takes it.
    const forged = { macKey: 'test', mac: 'x', kind: 'sign-in', actorKind: 'user', actorId: 'u', requestId: 'r' };
    const old: Omit<AuditRecord, 'id'> = { ...forged, at: now() - 80 * DAY, outcome: 'success' };
    await realm.of(auditRecords).insert({ ...old, id: newId(), pending: true });
    await realm.of(auditRecords).insert({ ...old, id: newId() });
    await apply();
    expect(await ages('sign-in')).toEqual([80, 80]);
    // It is not announced again and again either.
    await apply();
    expect(await announcements()).toHaveLength(1);
  });

  test('says once a day what it removes, however often it runs', async () => {
    await recorded('sign-in', 32, 31);
    for (let runs = 0; runs < 3; runs++) await apply();
    expect(await announcements()).toHaveLength(1);
    await recorded('sign-in', 29);
    passes(3 * DAY);
    for (let runs = 0; runs < 3; runs++) await apply();
    expect((await announcements()).map(({ details }) => details?.['count'])).toEqual([1, 2]);
  });

  test('continues what a process left that died before any of its writes', async () => {
    const created = 45;
    await recorded('sign-in', ...times(created, () => 90));
    for (let writes = 0; writes < 3; writes++) {
      expect(await apply(dyingAfter(realm, writes))).toMatchObject([{ code: 'store-unavailable' }]);
      expect((await verified()).findings.count).toBe(0);
    }
    expect(await apply(other.in(realm.id), other)).toEqual([]);
    expect(await ages('sign-in')).toEqual([]);
    expect(await announcements()).toMatchObject([{ details: { count: created } }]);
    const { findings, removed } = await verified();
    expect([findings.count, removed]).toEqual([0, created]);
  });

  test('believes no record about a removal that somebody wrote into the database', async () => {
    await recorded('user.created', 90);
    const write = (
      await trailOf(realm).writes([announcementEntry({ kinds: ['user.created'], until: now(), count: 1 })])
    ).at(-1);
    const chained = write && 'document' in write ? (write.document as unknown as AuditRecord) : undefined;
    if (!chained) throw new Error('There is no record.');
    // One is in no chain, the other has another content than its MAC says.
    await realm.of(auditRecords).insert(chained);
    await realm
      .of(auditRecords)
      .insert({ ...chained, id: newId(), details: { kinds: ['user.created'], until: now(), count: 2 } });
    await apply();
    expect(await ages('user.created')).toEqual([90]);
  });

  test('believes no such record of its own once somebody has rewritten it', async () => {
    await recorded('user.created', 90);
    await recorded('sign-in', 90);
    await apply();
    const [announcement] = await announcements();
    if (!announcement) throw new Error('There is no announcement.');
    const { version, ...document } = announcement;
    const details = { ...document.details, kinds: ['user.created'] };
    await realm.of(auditRecords).replace({ ...document, details }, version);
    await apply();
    expect(await ages('user.created')).toEqual([90]);
  });

  test('removes no record that says what was removed, whatever the rules name', async () => {
    await recorded('sign-in', 90);
    await apply();
    rules = [{ kinds: ['*'], days: 1 }];
    passes(100 * DAY);
    await recorded('user.created', 0);
    await apply();
    expect(await announcements()).toHaveLength(1);
  });

  test('destroys the key of a month once no record is sealed under it, and not before', async () => {
    const month = (at: number): string => `month:${new Date(at).toISOString().slice(0, 7)}`;
    const at = now() - 90 * DAY;
    const keyOf = async () => (await realm.of(personKeys).get(month(at)))?.key;
    jest.spyOn(Date, 'now').mockImplementation(() => at);
    await record({ kind: 'sign-in', by: { ...by, address: '192.0.2.1' } });
    await record({ kind: 'user.created', by: { ...by, address: '192.0.2.2' } });
    jest.restoreAllMocks();
    await seal(opened.store, realm);
    await apply();
    expect(await ages('sign-in')).toEqual([]);
    expect(await keyOf()).toEqual(expect.any(String));
    rules = [{ kinds: ['*'], days: 30 }];
    await apply();
    expect(await ages('user.created')).toEqual([]);
    expect(await keyOf()).toBeUndefined();
    expect((await verified()).findings.count).toBe(0);
  });
});

describe('the rules of retention', () => {
  const at = Date.UTC(2026, 10, 29, 15, 30);

  test('count in their order: the first that names a kind decides', () => {
    const rules = [
      { kinds: ['user.created'], days: 10 },
      { kinds: ['user.*', 'sign-in'], days: 20 },
      { kinds: ['*'], days: 30 },
    ];
    expect(dueKinds(rules, [...KINDS, 'token.issued'], at)).toEqual([
      { kinds: ['user.created'], until: Date.UTC(2026, 10, 19) },
      { kinds: ['sign-in', 'user.changed'], until: Date.UTC(2026, 10, 9) },
      { kinds: ['token.issued'], until: Date.UTC(2026, 9, 30) },
    ]);
  });

  test('reach kinds that no version knows any more, if they name them', () => {
    expect(dueKinds([{ kinds: ['gone.by', 'none.*'], days: 1 }], KINDS, at)).toEqual([
      { kinds: ['gone.by'], until: Date.UTC(2026, 10, 28) },
    ]);
  });
});

/** A realm whose process ends before its next commit after so many. */
function dyingAfter(realm: Realm, commits: number): Realm {
  let left = commits;
  return {
    ...realm,
    id: realm.id,
    of: (spec) => realm.of(spec),
    commit(writes) {
      if (left-- <= 0) throw new StoreUnavailable('the process is gone');
      return realm.commit(writes);
    },
  };
}
