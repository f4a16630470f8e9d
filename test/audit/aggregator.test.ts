/** Many like events in one record a minute: what is counted, when it is written, and that memory and store stay bounded. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AuditAggregator, auditAggregator } from '../../src/audit/aggregate/aggregator.js';
import type { AggregatedEvent, CountLimits } from '../../src/audit/aggregate/counts.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { isOurs } from '../../src/audit/seal-record.js';
import { minutes, seconds } from '../../src/base/clock.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { countCalls } from '../../src/storage/counting.js';
import type { Collection, Realm } from '../../src/storage/store.js';
import { engines, type OpenedEngine, times } from '../storage/engines.js';
import { testAuditKeys, trailOf } from '../support/audit.js';
import { passes } from '../support/passes.js';

const ISSUED: AggregatedEvent = {
  kind: 'token.issued',
  by: { kind: 'client', id: 'shop', requestId: 'r1' },
  clientId: 'shop',
  subject: { kind: 'user', id: 'u1' },
  outcome: 'success',
  details: { grantType: 'refresh_token' },
};
const issued = (jti: string, more: Partial<AggregatedEvent> = {}): AggregatedEvent => ({
  ...ISSUED,
  mark: { jti },
  ...more,
});
const refused = (clientId: string) =>
  ({
    kind: 'oauth.refused',
    by: { kind: 'client', id: clientId, requestId: 'r2', address: '198.51.100.4' },
    clientId,
    outcome: 'failure',
    why: 'invalid_client',
  }) as const;

describe.each(engines)('on the %s store, an aggregator', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  let aggregator: AuditAggregator;
  const reported: unknown[] = [];
  const on = (of: Realm, limits?: CountLimits): AuditAggregator =>
    auditAggregator({
      ...{ realm: of, trail: trailOf(of), report: (error) => void reported.push(error) },
      ...(limits && { limits }),
    });
  const records = async () => (await realm.of(auditRecords).find('byTime', {}, { limit: 200 })).rows;

  beforeEach(async () => {
    opened = await open([auditRecords, personKeys]);
    realm = opened.store.in('default');
    aggregator = on(realm);
    reported.length = 0;
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await aggregator.close();
    await opened.close();
  });

  test('writes one proved record of like events, with their number, and the first and the last of them', async () => {
    passes(0);
    const firstAt = Date.now();
    aggregator.count(issued('a'));
    aggregator.count(issued('b'));
    passes(seconds(30));
    aggregator.count(issued('c'));
    expect(await records()).toEqual([]);
    await aggregator.flush();
    const [record, ...others] = await records();
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      kind: 'token.issued',
      at: firstAt + seconds(30),
      actorKind: 'client',
      actorId: 'shop',
      subjectId: 'u1',
      clientId: 'shop',
      details: {
        grantType: 'refresh_token',
        count: 3,
        firstAt,
        lastAt: firstAt + seconds(30),
        first: { jti: 'a' },
        last: { jti: 'c' },
      },
    });
    if (!record) throw new Error('There is no record.');
    expect(isOurs(testAuditKeys, realm.id, record)).toBe(true);
  });

  test('keeps apart what differs in kind, outcome, client, subject or details', async () => {
    aggregator.count(issued('a'));
    aggregator.count(issued('b', { clientId: 'batch' }));
    aggregator.count(issued('c', { subject: { kind: 'user', id: 'u2' } }));
    aggregator.count(issued('d', { details: { grantType: 'authorization_code' } }));
    aggregator.count(issued('e', { outcome: 'failure' }));
    aggregator.count(issued('f', { kind: 'decision.made' }));
    aggregator.count(issued('g'));
    await aggregator.flush();
    expect((await records()).map(({ details }) => details?.['count']).sort()).toEqual([1, 1, 1, 1, 1, 2]);
  });

  test('counts without a store call', async () => {
    const counting = countCalls(opened.store);
    const counted = on(counting.store.in('default'));
    for (let i = 0; i < 100; i++) counted.count(issued(`${i}`));
    expect(counting.tally().portCalls).toBe(0);
    await counted.close();
    // All of them travel together, and no personal key is read: there is nothing personal.
    expect(new Set(counting.tally().calls)).toEqual(new Set(['auditRecords.insert']));
    expect(counting.tally().portCalls).toBe(1);
  });

  test('counts what it has no room for by kind and outcome', async () => {
    aggregator = on(realm, { keys: 3, bytes: 1_000_000 });
    for (let i = 0; i < 50; i++) aggregator.count(issued('a', { clientId: `client-${i}` }));
    await aggregator.flush();
    const all = await records();
    expect(all).toHaveLength(4);
    expect(all.find(({ details }) => details?.['others'] === true)).toMatchObject({
      kind: 'token.issued',
      actorKind: 'system',
      details: { count: 47 },
    });
  });

  test('holds no more bytes than its limit, however long the keys are', async () => {
    aggregator = on(realm, { keys: 1_000_000, bytes: 100_000 });
    for (let i = 0; i < 1000; i++) aggregator.count(issued('a', { clientId: `${i}`.padStart(10_000, 'x') }));
    await aggregator.flush();
    expect((await records()).length).toBeLessThan(10);
  });

  test('records 20 failures a minute of one kind, reason and client by themselves, and counts the others', async () => {
    passes(0);
    for (let i = 0; i < 50; i++) await aggregator.recordFailure(refused('shop'));
    await aggregator.recordFailure(refused('batch'));
    expect(await records()).toHaveLength(21);
    await aggregator.flush();
    const all = await records();
    expect(all).toHaveLength(22);
    const [counted] = all.filter(({ details }) => details !== undefined);
    expect(counted).toMatchObject({
      kind: 'oauth.refused',
      why: 'invalid_client',
      clientId: 'shop',
      outcome: 'failure',
    });
    expect(counted?.details).toMatchObject({ count: 30 });
    // Nobody's address is in what stands for many.
    expect(counted?.actor).toBeUndefined();
  });

  test('records failures by themselves again in the next minute', async () => {
    passes(0);
    for (let i = 0; i < 20; i++) await aggregator.recordFailure(refused('shop'));
    passes(minutes(1));
    await aggregator.recordFailure(refused('shop'));
    expect(await records()).toHaveLength(21);
  });

  test('is not flooded by failures with ever new clients', async () => {
    passes(0);
    await Promise.all(times(1100, (i) => aggregator.recordFailure(refused(`made-up-${i}`))));
    expect(await realm.of(auditRecords).count('byKind', { kind: 'oauth.refused' }, 5000)).toBe(1000);
    await aggregator.flush();
    expect(await realm.of(auditRecords).count('byKind', { kind: 'oauth.refused' }, 5000)).toBe(1100);
  });

  test('writes by itself once a minute has passed', async () => {
    passes(0);
    aggregator.count(issued('a'));
    passes(minutes(1));
    // The timer is the real one, and looks at the clock every second.
    const giveUp = performance.now() + 10_000;
    while ((await records()).length === 0 && performance.now() < giveUp) await new Promise(setImmediate);
    expect(await records()).toHaveLength(1);
  });

  test('writes at the end of the process', async () => {
    aggregator.count(issued('a'));
    await aggregator.close();
    expect(await records()).toHaveLength(1);
  });

  test('keeps what it could not write, and writes it once, though an attempt was not answered', async () => {
    const away = { inserts: 'refused' as 'refused' | 'unanswered' | 'there' };
    const flaky = on({
      ...realm,
      of: (spec) => {
        const collection = realm.of(spec);
        const insert: typeof collection.insert = async (document) => {
          if (away.inserts === 'refused') throw new StoreUnavailable('it is away');
          const outcome = await collection.insert(document);
          if (away.inserts === 'unanswered') throw new StoreUnavailable('no answer');
          return outcome;
        };
        return { ...methodsOf(collection), insert };
      },
    });
    for (let i = 0; i < 300; i++) flaky.count(issued('a', { clientId: `client-${i}` }));
    await expect(flaky.flush()).rejects.toThrow(StoreUnavailable);
    flaky.count(issued('b', { clientId: 'client-0' }));
    away.inserts = 'unanswered';
    await expect(flaky.flush()).rejects.toThrow(StoreUnavailable);
    away.inserts = 'there';
    await flaky.flush();
    expect(await realm.of(auditRecords).count('byKind', { kind: 'token.issued' }, 1000)).toBe(301);
    expect(await realm.of(auditRecords).count('byClient', { clientId: 'client-0' }, 10)).toBe(2);
    away.inserts = 'refused';
    flaky.count(issued('c'));
    await flaky.close();
    expect(reported).toEqual([expect.any(StoreUnavailable)]);
  });
});

/** The operations of a collection, whether its engine is a class or not. */
const methodsOf = <S>(collection: Collection<S>): Collection<S> => ({
  get: (id) => collection.get(id),
  getMany: (ids) => collection.getMany(ids),
  findOne: (key, values) => collection.findOne(key, values),
  find: (query, values, page) => collection.find(query, values, page),
  count: (query, values, upTo) => collection.count(query, values, upTo),
  insert: (document) => collection.insert(document),
  put: (document) => collection.put(document),
  replace: (document, expected) => collection.replace(document, expected),
  change: (id, change) => collection.change(id, change),
  increment: (id, field, by, expiresAt) => collection.increment(id, field, by, expiresAt),
  take: (id, condition) => collection.take(id, condition),
  remove: (id, condition) => collection.remove(id, condition),
  removeWhere: (query, values, limit) => collection.removeWhere(query, values, limit),
});
