import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { auditKeys } from '../../../src/audit/audit-keys.js';
import { type AuditRecord, auditRecords } from '../../../src/audit/audit-record.js';
import type { OpenedRecord } from '../../../src/audit/audit-trail.js';
import { auditLinks } from '../../../src/audit/chain/audit-link.js';
import { chainHeads, readHead } from '../../../src/audit/chain/chain-head.js';
import { chainJob } from '../../../src/audit/chain/chain-job.js';
import { isRecordAwaited } from '../../../src/audit/chain/awaited-record.js';
import { checkpointOf, parseCheckpoint } from '../../../src/audit/chain/checkpoint.js';
import { sealPending } from '../../../src/audit/chain/seal-pending.js';
import { verifyTrail } from '../../../src/audit/chain/verify-trail.js';
import { insertRecord } from '../../../src/audit/pending-mark.js';
import { minutes, seconds } from '../../../src/base/clock.js';
import { newId } from '../../../src/base/crypto/ids.js';
import { personKeys } from '../../../src/changes/personal/person-key.js';
import { background } from '../../../src/jobs/background.js';
import { jobRuns } from '../../../src/jobs/job.js';
import type { Held } from '../../../src/storage/leases/lease-holder.js';
import type { Realm } from '../../../src/storage/store.js';
import { insert } from '../../../src/storage/write.js';
import { testAuditKeys, trailOf } from '../../support/audit.js';
import { passes } from '../../support/passes.js';
import { engines, type OpenedEngine, times } from '../../storage/engines.js';
import { parts as notes, things } from '../../storage/things.js';
import { chainSpecs, linksOf, partsOf, recordSome, seal, signInOf } from './sealing.js';

function forgedAs(record: (AuditRecord & { readonly version: number }) | undefined): AuditRecord {
  if (!record) throw new Error('nothing was recorded');
  const { version: _version, ...rest } = record;
  return rest;
}

describe.each(engines)('the audit chain on the %s store', (_name, open) => {
  let opened: OpenedEngine;
  beforeAll(async () => {
    opened = await open([...chainSpecs, jobRuns, notes, things]);
  });
  afterAll(() => opened.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const newRealm = (): Realm => opened.store.in(newId());
  const verify = (realm: Realm, since?: Parameters<typeof verifyTrail>[1]) => verifyTrail(partsOf(realm), since);

  test('takes in every pending record, as many in a commit as its writes allow', async () => {
    const realm = newRealm();
    await recordSome(realm, 300);
    const { ends, unsealable } = await seal(opened.store, realm);
    expect(unsealable).toBeUndefined();
    expect(ends.map(({ sequence }) => sequence)).toEqual([127, 254, 300]);
    expect((await linksOf(realm)).map(({ sequence }) => sequence)).toEqual(times(300, (i) => i + 1));
    expect(await realm.of(auditRecords).count('pending', { pending: true }, 1)).toBe(0);
    expect(await verify(realm)).toMatchObject({ links: 300, records: 300, end: ends.at(-1), findings: { count: 0 } });
    // Nothing is left to do.
    expect((await seal(opened.store, realm)).ends).toEqual([]);
  });

  test('has one commit under way at a time, which has ended when sealing ends, even where a read fails meanwhile', async () => {
    const realm = newRealm();
    await recordSome(realm, 10);
    await recordSome(realm, 390);
    let underWay = 0;
    let most = 0;
    const watched: Realm = {
      ...realm,
      async commit(writes) {
        most = Math.max(most, ++underWay);
        // Longer than the read of the next page.
        await delay(50);
        return realm.commit(writes).finally(() => underWay--);
      },
      of: (spec) => {
        const collection = realm.of(spec);
        if (spec.name !== auditRecords.name) return collection;
        let pagesRead = 0;
        return {
          ...collection,
          find: (...args: Parameters<typeof collection.find>) =>
            ++pagesRead > 1 ? Promise.reject(new Error('the second page')) : collection.find(...args),
        };
      },
    };
    await expect(seal(opened.store, watched)).rejects.toThrow('the second page');
    expect([most, underWay]).toEqual([1, 0]);
    expect((await seal(opened.store, realm)).ends.at(-1)?.sequence).toBe(400);
    expect((await verify(realm)).findings.count).toBe(0);
  });

  test('takes in a record that arrives late, under an earlier id, after those that came before it', async () => {
    const realm = newRealm();
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now - minutes(5));
    await recordSome(opened.store.in('elsewhere'), 1);
    const late = await trailOf(realm).writes([signInOf(1)]);
    jest.restoreAllMocks();
    await recordSome(realm, 3);
    await seal(opened.store, realm);
    await realm.commit(late);
    await seal(opened.store, realm);
    const ids = (await linksOf(realm)).map(({ id }) => id);
    expect(ids).toHaveLength(4);
    expect(ids.toSorted()[0]).toBe(ids[3]);
    expect((await verify(realm)).findings.count).toBe(0);
  });

  test('never signs a record that no process of ours wrote, and takes in the others although there are hundreds of it', async () => {
    const realm = newRealm();
    await recordSome(realm, 1);
    const record = forgedAs((await realm.of(auditRecords).find('all', {}, { limit: 1 })).rows[0]);
    await Promise.all(times(300, (n) => insertRecord(realm, { ...record, id: `0${n}`, actorId: 'mallory' })));
    await insertRecord(realm, { ...record, id: '01x', mac: 'short', details: { odd: true } });
    await recordSome(realm, 40);
    const { ends, unsealable } = await seal(opened.store, realm);
    expect(ends.at(-1)?.sequence).toBe(41);
    expect(unsealable).toEqual({ count: 301, first: '00' });
    const found = await verify(realm);
    expect(found.findings.count).toBe(301);
    expect(found.findings.first[0]).toEqual({ code: 'record-forged', record: '00' });
    expect(found.pending).toEqual({ count: 301, since: record.at });
  });

  test('takes a record in once, also if somebody marks it as pending again', async () => {
    const realm = newRealm();
    await recordSome(realm, 40);
    await seal(opened.store, realm);
    for (const { version, ...record } of (await realm.of(auditRecords).find('all', {}, { limit: 20 })).rows) {
      await realm.of(auditRecords).replace({ ...record, pending: true }, version);
    }
    await recordSome(realm, 2);
    const { ends, unsealable } = await seal(opened.store, realm);
    expect(ends.map(({ sequence }) => sequence)).toEqual([42]);
    expect(unsealable?.count).toBe(20);
    expect((await verify(realm)).findings).toMatchObject({ count: 20, first: { 0: { code: 'record-pending-again' } } });
  });

  test('has no fork where two continue it at once that both believe to hold the lease', async () => {
    const realm = newRealm();
    await recordSome(realm, 100);
    const unfenced: Held = {
      fence: () => ({ id: '', condition: {} }),
      commit: (on, writes) => on.commit(writes),
    };
    const continuing = () => sealPending(partsOf(realm), unfenced, new AbortController().signal, () => undefined);
    await Promise.all([continuing(), continuing()]);
    expect(await verify(realm)).toMatchObject({ links: 100, pending: { count: 0 }, findings: { count: 0 } });
  });

  test('is never continued from an end that somebody changed', async () => {
    const realm = newRealm();
    await recordSome(realm, 3);
    await seal(opened.store, realm);
    const [, second] = await linksOf(realm);
    const head = await readHead(realm);
    await recordSome(realm, 1);
    const tampered = { id: 'head', sequence: 2, hash: head.hash };
    await realm.of(chainHeads).put({ ...tampered, sequence: 3, hash: second?.previous ?? '' });
    await expect(seal(opened.store, realm)).rejects.toMatchObject({ code: 'chain-broken' });
    expect(await linksOf(realm)).toHaveLength(3);
    await realm.of(chainHeads).put(tampered);
    await expect(seal(opened.store, realm)).rejects.toMatchObject({ code: 'chain-broken' });
    // The right hash of an earlier link: the place after it is taken.
    await realm.of(chainHeads).put({ ...tampered, hash: (await linksOf(realm))[2]?.previous ?? '' });
    await expect(seal(opened.store, realm)).rejects.toMatchObject({ code: 'chain-broken' });
    await realm.of(chainHeads).put({ id: 'head', sequence: 0, hash: '' });
    await expect(seal(opened.store, realm)).rejects.toMatchObject({ code: 'chain-broken' });
    expect((await linksOf(realm))[1]).toEqual(second);
    expect((await verify(realm)).findings.first[0]).toMatchObject({ code: 'head-rewritten' });
  });

  test('writes rows beside the link of each record, and of an erased person at most while records of the person are awaited', async () => {
    const realm = newRealm();
    await recordSome(realm, 20);
    const rowsOf = (record: { readonly id: string; readonly subject?: unknown }) =>
      record.subject === 'erased' ? [] : times(3, (n) => insert(notes, { id: `${record.id}-${n}`, thing: 'term' }));
    const awaited: boolean[] = [];
    const isAwaited = () => isRecordAwaited(partsOf(realm), 'u3');
    // The person is erased after the records were opened, and before the first commit.
    const watched: Realm = {
      ...realm,
      async commit(writes) {
        if (awaited.length === 0) await realm.of(personKeys).put({ id: 'user:u3', madeAt: 1, erasedAt: 2 });
        awaited.push(await isAwaited());
        return realm.commit(writes);
      },
    };
    expect((await seal(opened.store, watched, { rowsOf })).ends.at(-1)?.sequence).toBe(20);
    expect(awaited[0]).toBe(true);
    expect(await isAwaited()).toBe(false);
    const written = await realm.of(notes).count('byThing', { thing: 'term' }, 100);
    expect(written).toBe(60);
    // A forged record would be awaited without end.
    const [forged] = (await realm.of(auditRecords).find('all', {}, { limit: 1 })).rows;
    await realm.of(auditRecords).insert({ ...forgedAs(forged), id: 'forged', subjectId: 'u3', pending: true });
    expect(await isAwaited()).toBe(false);
    // From then on nothing of the person opens.
    await trailOf(realm).record(signInOf(3));
    expect(await isAwaited()).toBe(true);
    await seal(opened.store, watched, { rowsOf });
    expect(await isAwaited()).toBe(false);
    expect(await realm.of(notes).count('byThing', { thing: 'term' }, 100)).toBe(written);
  });

  test('takes in records whose personal keys somebody changed, with rows for none of what no longer opens', async () => {
    const realm = newRealm();
    await recordSome(realm, 3);
    const [u1, u2] = await Promise.all(['user:u1', 'user:u2'].map((id) => realm.of(personKeys).get(id)));
    if (!u1 || !u2) throw new Error('no keys');
    await realm.of(personKeys).put({ id: u1.id, madeAt: 1, ...(u2.key !== undefined && { key: u2.key }) });
    const rowsOf = ({ id, subject }: OpenedRecord) =>
      subject === 'unreadable' ? [] : [insert(notes, { id, thing: 'row' })];
    expect((await seal(opened.store, realm, { rowsOf })).ends.at(-1)?.sequence).toBe(3);
    expect(await realm.of(notes).count('byThing', { thing: 'row' }, 100)).toBe(2);
  });

  test('is continued by the job, which logs a checkpoint every minute in which it grew', async () => {
    const realm = newRealm();
    const info = jest.fn<(fields: object, text: string) => void>();
    const error = jest.fn<(fields: object, text: string) => void>();
    const job = { ...chainJob({ ...partsOf(realm), log: { info, error } as never }), name: newId() };
    const own = background(opened.store.installation, [job]);
    const failed = jest.fn();
    const afterSecond = async (): Promise<readonly string[]> => {
      passes(seconds(1));
      return own.runDue(failed);
    };
    const logged = () => info.mock.calls.map(([fields]) => fields);
    expect(await afterSecond()).toEqual([]);
    await recordSome(realm, 1);
    await afterSecond();
    const first = checkpointOf(await readHead(realm));
    expect(logged()).toEqual([{ checkpoint: first }]);
    await recordSome(realm, 2);
    await afterSecond();
    expect(await afterSecond()).toEqual([]);
    expect(logged()).toHaveLength(1);
    passes(minutes(1));
    await afterSecond();
    expect(logged()).toEqual([{ checkpoint: first }, { checkpoint: checkpointOf(await readHead(realm)) }]);
    passes(minutes(1));
    expect(await afterSecond()).toEqual([]);
    expect(error).not.toHaveBeenCalled();
    expect(failed).not.toHaveBeenCalled();
  });

  describe('when it is verified', () => {
    test('lacks a body only inside a retention that is in the chain itself', async () => {
      const realm = newRealm();
      await recordSome(realm, 4);
      await seal(opened.store, realm);
      const until = Date.now() + 1;
      const [first, second] = await linksOf(realm);
      await realm.of(auditRecords).remove(first?.id ?? '');
      await realm.of(auditRecords).remove(second?.id ?? '');
      const missing = { code: 'record-missing', sequence: 1, record: first?.id };
      expect((await verify(realm)).findings).toMatchObject({ count: 2, first: { 0: missing } });
      const retention = (details: { kinds: string[]; until: number; count: number }) =>
        trailOf(realm).record({
          kind: 'audit.retention-applied',
          by: { kind: 'system', id: 'retention', requestId: newId() },
          outcome: 'success',
          details,
        });
      await retention({ kinds: ['token.*'], until, count: 2 });
      await retention({ kinds: ['sign-in'], until: first?.at ?? 0, count: 2 });
      await seal(opened.store, realm);
      expect((await verify(realm)).findings.count).toBe(2);
      await retention({ kinds: ['sign-in'], until, count: 2 });
      // Not in the chain yet.
      expect((await verify(realm)).findings.count).toBe(2);
      await seal(opened.store, realm);
      expect(await verify(realm)).toMatchObject({ removed: 2, findings: { count: 0 } });
    });

    test('counts records of an earlier version, which nothing proves, and only before the chain', async () => {
      const realm = newRealm();
      const old = { kind: 'sign-in', actorKind: 'user', actorId: 'u1', requestId: 'r', macKey: '', mac: '' } as const;
      await realm.of(auditRecords).insert({ ...old, id: 'a', at: 10, outcome: 'success' });
      expect(await verify(realm)).toMatchObject({ unprovable: 1, findings: { count: 0 } });
      await recordSome(realm, 1);
      await seal(opened.store, realm);
      await realm.of(auditRecords).insert({ ...old, id: 'b', at: Date.now() + 1, outcome: 'success' });
      expect(await verify(realm)).toMatchObject({
        unprovable: 1,
        findings: { first: [{ code: 'record-inserted', record: 'b' }] },
      });
    });

    test('says since when records wait for it', async () => {
      const realm = newRealm();
      await trailOf(realm).record({ ...signInOf(1), at: 1234 });
      await recordSome(realm, 2);
      expect(await verify(realm)).toMatchObject({
        links: 0,
        pending: { count: 3, since: 1234 },
        findings: { count: 0 },
      });
    });

    test('is not believed with other keys, nor in another realm', async () => {
      const realm = newRealm();
      await recordSome(realm, 2);
      await seal(opened.store, realm);
      const others = auditKeys([{ id: 'test', secret: Buffer.alloc(32, 9) }]);
      expect((await verifyTrail({ realm, auditKeys: others })).findings.first[0]).toMatchObject({
        code: 'link-rewritten',
      });
      const other = newRealm();
      for (const { version: _version, ...link } of await linksOf(realm)) await other.of(auditLinks).insert(link);
      expect((await verify(other)).findings.first[0]).toMatchObject({ code: 'link-rewritten', sequence: 1 });
      // A key that was followed by another one goes on verifying.
      const rotated = auditKeys([
        { id: 'new', secret: Buffer.alloc(32, 8) },
        { id: 'test', secret: Buffer.alloc(32, 7) },
      ]);
      await recordSome(realm, 1);
      await seal(opened.store, realm, { auditKeys: rotated });
      expect((await linksOf(realm)).map(({ keyId }) => keyId)).toEqual(['test', 'test', 'new']);
      expect((await verifyTrail({ realm, auditKeys: rotated })).findings.count).toBe(0);
      expect((await verify(realm)).findings.first[0]).toMatchObject({ code: 'link-rewritten', sequence: 3 });
    });

    test('since a checkpoint, is read from there, and must still contain it', async () => {
      const realm = newRealm();
      await recordSome(realm, 5);
      const since = parseCheckpoint(
        checkpointOf((await seal(opened.store, realm)).ends.at(-1) ?? { sequence: 0, hash: '' }),
      );
      await recordSome(realm, 3);
      await seal(opened.store, realm);
      expect(await verify(realm, { since })).toMatchObject({ links: 4, findings: { count: 0 } });
      const other = { sequence: 5, hash: testAuditKeys.mac('another') };
      expect((await verify(realm, { since: other })).findings.first).toEqual([
        { code: 'checkpoint-differs', checkpoint: 5 },
      ]);
      expect((await verify(realm, { since: { ...other, sequence: 9 } })).findings.first).toEqual([
        { code: 'end-cut', checkpoint: 9, end: 8 },
      ]);
    });
  });
});
