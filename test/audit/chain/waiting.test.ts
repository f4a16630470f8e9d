import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type AuditRecord, auditRecords } from '../../../src/audit/audit-record.js';
import { abandonedMarks } from '../../../src/audit/chain/abandoned-marks.js';
import { verifyTrail } from '../../../src/audit/chain/verify-trail.js';
import { insertRecord, markIdOf, withMark } from '../../../src/audit/pending-mark.js';
import { minutes } from '../../../src/base/clock.js';
import { newId } from '../../../src/base/crypto/ids.js';
import type { Stored } from '../../../src/storage/spec.js';
import type { Realm } from '../../../src/storage/store.js';
import { engines, type OpenedEngine, times } from '../../storage/engines.js';
import { trailOf } from '../../support/audit.js';
import { passes } from '../../support/passes.js';
import { chainSpecs, partsOf, recordSome, seal, signInOf } from './sealing.js';

describe.each(engines)('on the %s store, what waits for the audit chain', (_name, open) => {
  let opened: OpenedEngine;
  beforeAll(async () => {
    opened = await open(chainSpecs);
  });
  afterAll(() => opened.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const newRealm = (): Realm => opened.store.in(newId());
  const verify = (realm: Realm) => verifyTrail(partsOf(realm));
  async function firstOf(realm: Realm): Promise<AuditRecord> {
    const [record] = (await realm.of(auditRecords).find('all', {}, { limit: 1 })).rows;
    if (!record) throw new Error('There is no record.');
    const { version: _version, ...rest }: Stored<AuditRecord> = record;
    return rest;
  }

  test('takes in records of an earlier version, which say themselves that they wait', async () => {
    const realm = newRealm();
    const records = realm.of(auditRecords);
    for (const record of await trailOf(realm).seal(times(3, signInOf)))
      await records.insert({ ...record, pending: true });
    await recordSome(realm, 2);
    // One of them has a mark, too.
    await records.insert(withMark(await firstOf(realm))[0]);
    expect(await verify(realm)).toMatchObject({ pending: { count: 5 }, findings: { count: 0 } });
    expect((await seal(opened.store, realm)).ends.at(-1)?.sequence).toBe(5);
    expect(await records.count('pending', { pending: true }, 1)).toBe(0);
    expect(await verify(realm)).toMatchObject({ links: 5, records: 5, pending: { count: 0 }, findings: { count: 0 } });
  });

  test('no record is written before its mark, so that a process that dies leaves none that does not wait', async () => {
    const realm = newRealm();
    const records = realm.of(auditRecords);
    const written: string[] = [];
    const watched: Realm = {
      ...realm,
      of: (spec) => {
        const collection = realm.of(spec);
        const insert: typeof collection.insert = (document) => {
          if (spec.name === auditRecords.name) written.push(document.id);
          return collection.insert(document);
        };
        return { ...collection, insert };
      },
    };
    await trailOf(watched).record(signInOf(1));
    const { id } = await firstOf(realm);
    expect(written).toEqual([markIdOf(id), id]);
    const writes = await trailOf(realm).writes([signInOf(2)]);
    expect(writes.map((write) => 'document' in write && write.document['pending'])).toEqual([true, undefined]);
    expect(await records.count('pending', { pending: true }, 9)).toBe(1);
  });

  test('removes a mark that came again for a record in the chain, and one whose record never came', async () => {
    const realm = newRealm();
    const records = realm.of(auditRecords);
    await recordSome(realm, 1);
    const record = await firstOf(realm);
    const remembered = abandonedMarks();
    const sealing = () => seal(opened.store, realm, { isAbandoned: remembered });
    await sealing();
    // As by a second attempt after the first one was not answered.
    await insertRecord(realm, record);
    await records.insert(withMark({ ...record, id: 'f0' })[0]);
    expect((await verify(realm)).findings.count).toBe(0);
    expect(await sealing()).toEqual({ ends: [], unsealable: undefined });
    const marks = async () => (await records.find('pending', { pending: true }, { limit: 9 })).rows.map(({ id }) => id);
    expect(await marks()).toEqual([markIdOf('f0')]);
    passes(minutes(3));
    await sealing();
    expect(await marks()).toEqual([]);
    expect(await verify(realm)).toMatchObject({ links: 1, records: 1, findings: { count: 0 } });
  });

  test('says that a record was inserted if it neither waits nor is linked, or if it is hidden under the name of a mark', async () => {
    const realm = newRealm();
    await recordSome(realm, 2);
    const record = await firstOf(realm);
    await realm.of(auditRecords).remove(markIdOf(record.id));
    const hidden = { ...record, id: markIdOf('x') };
    await realm.of(auditRecords).insert(hidden);
    await realm.of(auditRecords).insert({ ...hidden, id: markIdOf('y'), pending: true });
    expect((await seal(opened.store, realm)).ends.at(-1)?.sequence).toBe(1);
    expect((await verify(realm)).findings.first).toEqual([
      { code: 'record-inserted', record: record.id },
      { code: 'record-inserted', record: 'pending.x' },
      { code: 'record-forged', record: 'pending.y' },
    ]);
  });
});
