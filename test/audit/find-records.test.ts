import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AuditRecord, auditRecords } from '../../src/audit/audit-record.js';
import { auditTerms } from '../../src/audit/search/audit-terms.js';
import { findRecords, type RecordFilter } from '../../src/audit/search/find-records.js';
import { pages } from '../../src/base/paging.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import type { Realm } from '../../src/storage/store.js';
import { insert, type Write } from '../../src/storage/write.js';
import { engines, type OpenedEngine } from '../storage/engines.js';

const id = (i: number): string => `r${String(i).padStart(5, '0')}`;

function record(i: number, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    ...{ id: id(i), at: i, kind: 'sign-in', actorKind: 'system', actorId: 'sign-in', requestId: 'q' },
    ...{ outcome: 'success', macKey: 'test', mac: '' },
    ...more,
  };
}

/** The terms of a record, as the sealer writes them. */
const terms = ({ id: of, at, kind }: AuditRecord, part: 'actor' | 'subject', found: string[]): Write =>
  insert(auditTerms, { id: `${of}.${part}`, record: of, at, kind, terms: found });

async function store(realm: Realm, writes: readonly Write[]): Promise<void> {
  for (let i = 0; i < writes.length; i += 60) {
    if (!(await realm.commit(writes.slice(i, i + 60))).ok) throw new Error('The records were not stored.');
  }
}

/** All pages together, none longer than its limit. */
async function all(realm: Realm, filter: RecordFilter, limit: number): Promise<string[]> {
  const found: string[] = [];
  for await (const rows of pages((page) => findRecords(realm, filter, page), { limit })) {
    expect(rows.length).toBeLessThanOrEqual(limit);
    found.push(...rows.map((row) => row.id));
  }
  return found;
}

describe.each(engines)('on %s, audit records', (_name, open) => {
  let opened: OpenedEngine;
  let counting: CountingStore;
  let realms = 0;
  const realm = (): Realm => counting.store.in(`realm${realms++}`);
  beforeAll(async () => {
    opened = await open([auditRecords, auditTerms]);
    counting = countCalls(opened.store);
  });
  afterAll(() => opened.close());

  test('are found by everything that a filter names, each once, the latest first, whatever the size of pages', async () => {
    const some = <T>(...values: T[]) => fc.constantFrom(...values);
    const anyRecord = fc.record({
      at: fc.integer({ min: 0, max: 9 }),
      kind: some('sign-in', 'user.changed'),
      actorId: some('u1', 'u2'),
      subjectId: some('u1', 'u2', undefined),
      clientId: some('shop', undefined),
      outcome: some('success' as const, 'failure' as const),
      terms: fc.tuple(fc.subarray(['ada', 'net']), fc.subarray(['ada', 'bob'])),
    });
    const parts: readonly RecordFilter[] = [
      { actor: { kind: 'user', id: 'u1' } },
      { subject: { kind: 'user', id: 'u2' } },
      { kind: 'sign-in' },
      { clientId: 'shop' },
      { outcome: 'failure' },
      { terms: ['ada'] },
      { terms: ['ada', 'net'] },
      { terms: ['bob'] },
      { from: 3 },
      { until: 7 },
    ];
    const anyFilter = fc
      .shuffledSubarray([...parts], { maxLength: 3 })
      .map((some): RecordFilter => Object.assign({}, ...some) as RecordFilter);
    const given = [
      fc.array(anyRecord, { minLength: 15, maxLength: 30 }),
      anyFilter,
      fc.integer({ min: 1, max: 7 }),
    ] as const;
    const property = fc.asyncProperty(...given, async (rows, filter, limit) => {
      const here = realm();
      const made = rows.map(({ terms: [ofActor, ofSubject], subjectId, clientId, ...row }, i) => ({
        record: record(i, {
          ...row,
          actorKind: 'user',
          ...(subjectId !== undefined && { subjectKind: 'user', subjectId }),
          ...(clientId !== undefined && { clientId }),
        }),
        ofActor,
        ofSubject,
      }));
      await store(
        here,
        made.flatMap((each) => [
          insert(auditRecords, each.record),
          ...(each.ofActor.length > 0 ? [terms(each.record, 'actor', each.ofActor)] : []),
          ...(each.ofSubject.length > 0 ? [terms(each.record, 'subject', each.ofSubject)] : []),
        ]),
      );
      const { actor, subject, terms: wanted = [], from = 0, until = Infinity, ...equal } = filter;
      const expected = made
        .filter(({ record: { at, ...fields }, ofActor, ofSubject }) => {
          const named = {
            ...equal,
            ...(actor && { actorKind: actor.kind, actorId: actor.id }),
            ...(subject && { subjectKind: subject.kind, subjectId: subject.id }),
          };
          return (
            Object.entries(named).every(([name, value]) => fields[name as keyof typeof fields] === value) &&
            wanted.every((term) => [...ofActor, ...ofSubject].includes(term)) &&
            at >= from &&
            at < until
          );
        })
        .map((each) => each.record)
        .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
      expect(await all(here, filter, limit)).toEqual(expected.map((each) => each.id));
    });
    await fc.assert(property, { numRuns: 30 });
  });

  test('that come while somebody reads move no row past a page', async () => {
    const here = realm();
    await store(
      here,
      Array.from({ length: 50 }, (_, i) =>
        insert(auditRecords, record(i, { outcome: i % 5 === 0 ? 'failure' : 'success' })),
      ),
    );
    const filter = { kind: 'sign-in', outcome: 'failure' } as const;
    const first = await findRecords(here, filter, { limit: 3 });
    await store(here, [insert(auditRecords, record(60, { outcome: 'failure' })), insert(auditRecords, record(61))]);
    if (first.next === undefined) throw new Error('There was to be another page.');
    const second = await findRecords(here, filter, { limit: 10, after: first.next });
    expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(
      [45, 40, 35, 30, 25, 20, 15, 10, 5, 0].map(id),
    );
  });

  test('are filtered in bounded pages, so that one may be empty and still have a next', async () => {
    const here = realm();
    const [rare, client] = [{ kind: 'rare' }, { clientId: 'shop' }];
    await store(
      here,
      Array.from({ length: 4200 }, (_, i) => insert(auditRecords, record(i, i < 2100 ? rare : client))),
    );
    const sizes: number[] = [];
    const filter = { kind: 'rare', clientId: 'shop' };
    for await (const rows of pages((page) => findRecords(here, filter, page), { limit: 10 })) sizes.push(rows.length);
    expect(sizes).toEqual([0, 0]);
  });

  test('are read by the most selective index', async () => {
    const here = realm();
    await store(
      here,
      Array.from({ length: 1500 }, (_, i) => {
        const made = record(i, { kind: i % 500 === 0 ? 'rare' : 'sign-in', ...(i % 2 === 0 && { clientId: 'shop' }) });
        return insert(auditRecords, made);
      }),
    );
    counting.reset();
    // Without counting, the client would be preferred.
    const { rows, next } = await findRecords(
      here,
      { clientId: 'shop', kind: 'rare', outcome: 'success' },
      { limit: 5 },
    );
    expect([rows.map((row) => row.id), next]).toEqual([[1000, 500, 0].map(id), undefined]);
    expect(counting.tally().calls.filter((call) => !call.endsWith('.count'))).toEqual(['auditRecords.find']);
  });

  test('that have a term in two parts are there once', async () => {
    const here = realm();
    const both = record(1);
    await store(here, [insert(auditRecords, both), terms(both, 'actor', ['ada']), terms(both, 'subject', ['ada'])]);
    expect([await all(here, { terms: ['ada'] }, 1), await all(here, { terms: ['ada'] }, 5)]).toEqual([
      [id(1)],
      [id(1)],
    ]);
  });

  test('whose body was removed are left out where their terms are still there', async () => {
    const here = realm();
    await store(here, [terms(record(1), 'actor', ['ada']), terms(record(2), 'actor', ['ada'])]);
    await store(here, [insert(auditRecords, record(2))]);
    expect(await all(here, { terms: ['ada'] }, 1)).toEqual([id(2)]);
  });

  test('are not read after a place of another filter', async () => {
    const here = realm();
    await store(here, [insert(auditRecords, record(1)), insert(auditRecords, record(2))]);
    const { next } = await findRecords(here, { kind: 'sign-in' }, { limit: 1 });
    if (next === undefined) throw new Error('There was to be another page.');
    const refused = { code: 'store-misuse' };
    await expect(findRecords(here, { outcome: 'success' }, { limit: 1, after: next })).rejects.toMatchObject(refused);
    const forged = Buffer.from('[1]').toString('base64url') as typeof next;
    await expect(findRecords(here, {}, { limit: 1, after: forged })).rejects.toMatchObject(refused);
  });
});
