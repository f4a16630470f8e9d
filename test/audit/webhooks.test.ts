import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import type { AuditEntry } from '../../src/audit/audit-entry.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { auditLinks } from '../../src/audit/chain/audit-link.js';
import { chainHeads } from '../../src/audit/chain/chain-head.js';
import { cursorOf, streamCursors } from '../../src/audit/streams/stream-cursor.js';
import { webhookDeliveries } from '../../src/audit/streams/webhook-delivery.js';
import { webhookJob, type WebhookSender } from '../../src/audit/streams/webhook-outbox.js';
import { signatureOf } from '../../src/audit/streams/webhook-request.js';
import type { WebhookStream } from '../../src/audit/streams/webhook-stream.js';
import { minutes } from '../../src/base/clock.js';
import { newId } from '../../src/base/crypto/ids.js';
import type { JsonObject } from '../../src/base/json.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { outgoing } from '../../src/http/outgoing/outgoing.js';
import { webhookSender } from '../../src/http/outgoing/webhook-sender.js';
import { background } from '../../src/jobs/background.js';
import { jobRuns } from '../../src/jobs/job.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { engines, type OpenedEngine, times } from '../storage/engines.js';
import { seal } from './chain/sealing.js';
import { testAuditKeys, trailOf } from '../support/audit.js';
import { passes } from '../support/passes.js';

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The example of the Standard Webhooks specification. */
test('requests are signed as Standard Webhooks says', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const signed = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
  expect(signatureOf(secret, signed)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

describe.each(engines)('the webhooks of a realm, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  let stores: readonly [Store, Store];
  let receiver: Server;
  let realm: Realm;
  let streams: WebhookStream[];
  let received: Received[];
  /** The status with which a path answers; 204 if it is not there. */
  let statuses: Record<string, number>;

  beforeAll(async () => {
    opened = await open([auditRecords, auditLinks, chainHeads, jobRuns, personKeys, streamCursors, webhookDeliveries]);
    stores = [opened.store, await opened.another()];
    receiver = createServer((req, res) => {
      void text(req).then((body) => {
        const path = req.url ?? '';
        received.push({ path, headers: req.headers, body });
        res.writeHead(statuses[path] ?? 204).end();
      });
    });
    await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  });
  afterAll(async () => {
    receiver.close();
    await opened.close();
  });
  beforeEach(() => {
    realm = opened.store.in(newId());
    received = [];
    statuses = {};
    streams = [stream('siem')];
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const addressOf = (path: string): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${path}`;
  const stream = (name: string, more: Partial<WebhookStream> = {}): WebhookStream => ({
    ...{ name, url: addressOf(name), personal: true, from: 'start', secretVersion: 1 },
    ...more,
  });
  const http = webhookSender(outgoing({ allowed: ['127.0.0.1'] }), pino({ level: 'silent' }));
  /** Runs the job once; returns the errors that it reported. */
  async function run({ store = opened.store, webhooks = http }: { store?: Store; webhooks?: WebhookSender } = {}) {
    const own = store.in(realm.id);
    const settings = { get: async () => ({ audit: { streams } }) };
    const parts = { realm: own, audit: trailOf(own), auditKeys: testAuditKeys, settings, webhooks };
    const errors: unknown[] = [];
    const job = { ...webhookJob(parts), name: `webhooks ${realm.id} ${newId()}`, every: 0 };
    await background(store.installation, [job]).runDue((error) => errors.push(error));
    return errors;
  }
  /** Some records in the chain. */
  async function recorded(count: number, entry: Partial<AuditEntry> = {}): Promise<void> {
    const by = { kind: 'user', id: 'u1', requestId: 'r1', address: '192.0.2.7', agent: 'Firefox' } as const;
    const trail = trailOf(realm);
    await Promise.all(times(count, () => trail.record({ kind: 'sign-in', by, outcome: 'success', ...entry })));
    await seal(opened.store, realm);
  }
  const recordsIn = ({ body }: Received) =>
    (JSON.parse(body) as { readonly data: { readonly records: readonly JsonObject[] } }).data.records;
  const sequences = (path = '/siem') =>
    received.filter((one) => one.path === path).flatMap((one) => recordsIn(one).map(({ sequence }) => sequence));

  test('get the records in the order of the chain, each with its place in it and its personal parts', async () => {
    await recorded(3, { details: { methods: ['pwd'] } });
    expect(await run()).toEqual([]);
    expect(sequences()).toEqual([1, 2, 3]);
    const [link] = (await realm.of(auditLinks).find('bySequence', {}, { limit: 1 })).rows;
    const [record] = received.flatMap(recordsIn);
    expect(record).toEqual({
      ...{ sequence: 1, id: link?.id, realm: realm.id, kind: 'sign-in', at: expect.stringMatching(/^\d{4}-.*Z$/) },
      outcome: 'success',
      actor: { kind: 'user', id: 'u1', address: '192.0.2.7', agent: 'Firefox' },
      requestId: 'r1',
      details: { methods: ['pwd'] },
      chain: { digest: link?.digest, previous: '', keyId: 'test', signature: link?.signature },
    });
  });

  test('can check who sent it by the signature over id, time and content', async () => {
    await recorded(1);
    await run();
    const [request] = received;
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request?.headers ?? {};
    const secret = testAuditKeys.webhookSecret([realm.id, 'siem', 1]);
    expect(signature).toBe(signatureOf(secret, `${String(id)}.${String(at)}.${request?.body ?? ''}`));
    expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
    for (const other of [
      [realm.id, 'siem', 2],
      [realm.id, 'other', 1],
      [newId(), 'siem', 1],
    ]) {
      expect(testAuditKeys.webhookSecret(other)).not.toBe(secret);
    }
  });

  test('get nothing twice, whichever process sends', async () => {
    await recorded(2);
    await run();
    await recorded(2);
    await run({ store: stores[1] });
    await run();
    expect(sequences()).toEqual([1, 2, 3, 4]);
    expect(await cursorOf(realm, 'siem')).toBe(4);
  });

  test('get everything later, in order, if they were away, and one delivery waits however much there is', async () => {
    // The clock stands still, so that it is not time for another attempt.
    passes(0);
    statuses['/siem'] = 503;
    await recorded(3);
    await run();
    await recorded(250);
    await run();
    expect(await realm.of(webhookDeliveries).count('due', {}, 10)).toBe(1);
    const tried = received.length;
    statuses = {};
    received = [];
    await run();
    expect([tried, received.length]).toEqual([1, 0]);
    passes(minutes(1));
    await run();
    expect(sequences()).toEqual(times(253, (i) => i + 1));
  });

  test('are tried for ever, at most every five minutes', async () => {
    statuses['/siem'] = 500;
    await recorded(1);
    for (let tries = 0; tries < 30; tries++) {
      await run();
      passes(minutes(5) + 1000);
    }
    expect(received).toHaveLength(30);
    statuses = {};
    await run();
    expect(await cursorOf(realm, 'siem')).toBe(1);
  });

  test('get a request again with the same id, if it is not known whether it arrived', async () => {
    await recorded(2);
    let isFirst = true;
    const cut: WebhookSender = {
      ...http,
      async post(url, request) {
        const answer = await http.post(url, request);
        return isFirst ? { kind: 'unreached', why: 'the connection broke' } : answer;
      },
    };
    await run({ webhooks: cut });
    isFirst = false;
    passes(minutes(1));
    await run({ webhooks: cut });
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  test('wait for no other one that does not answer', async () => {
    streams = [stream('slow'), stream('siem')];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const slow: WebhookSender = {
      ...http,
      async post(url, request) {
        if (url.endsWith('/slow')) await promise;
        return http.post(url, request);
      },
    };
    await recorded(300);
    const running = run({ webhooks: slow });
    while (sequences().length < 300) await new Promise((later) => setTimeout(later, 5));
    // The sealer goes on too.
    await recorded(1);
    expect((await realm.of(auditLinks).findOne('sequence', { sequence: 301 }))?.sequence).toBe(301);
    resolve(undefined);
    await running;
    expect(sequences('/slow')).toEqual(times(301, (i) => i + 1));
  });

  test('get only the kinds they are for, without personal data where the settings say so', async () => {
    streams = [stream('siem', { kinds: ['user.*'], personal: false })];
    await recorded(2);
    const subject = { kind: 'user', id: 'u1' };
    await recorded(1, {
      kind: 'user.created',
      subject,
      subjectPart: { name: 'ursula', after: { email: 'ursula@example.org' } },
    });
    await run();
    expect(sequences()).toEqual([3]);
    expect(received[0]?.body).toContain('"subject":{"kind":"user","id":"u1"}');
    for (const personal of ['ursula', '192.0.2.7', 'Firefox']) expect(received[0]?.body).not.toContain(personal);
    expect(await cursorOf(realm, 'siem')).toBe(3);
  });

  test('begin with what happens after they were set up, where the settings say so', async () => {
    streams = [stream('siem', { from: 'now' })];
    await recorded(2);
    await run();
    await recorded(1);
    await run();
    expect(sequences()).toEqual([3]);
  });

  test('get nothing any more once the settings do not name them', async () => {
    statuses['/siem'] = 500;
    await recorded(1);
    await run();
    streams = [stream('other')];
    received = [];
    passes(minutes(10));
    await run();
    expect(received.map(({ path }) => path)).toEqual(['/other']);
    expect(await realm.of(webhookDeliveries).get('siem')).toBeUndefined();
  });

  test('learn that a record was removed or altered', async () => {
    await recorded(2);
    const { rows } = await realm.of(auditRecords).find('byTime', {}, { limit: 2 });
    const ids = (await realm.of(auditLinks).find('bySequence', {}, { limit: 2 })).rows.map(({ id }) => id);
    await realm.of(auditRecords).remove(ids[0] ?? '');
    const last = rows.find(({ id }) => id === ids[1]);
    if (!last) throw new Error('There is no second record.');
    const { version, ...document } = last;
    await realm.of(auditRecords).replace({ ...document, outcome: 'failure' }, version);
    await run();
    expect(received.flatMap(recordsIn)).toMatchObject([
      { sequence: 1, kind: 'sign-in', removed: true },
      { sequence: 2, altered: true },
    ]);
  });
});
