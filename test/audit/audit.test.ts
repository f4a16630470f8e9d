import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../src/audit/audit-record.js';
import type { AuditTrail } from '../../src/audit/audit-trail.js';
import { signInEntry } from '../../src/audit/sign-in-entry.js';
import { trailOf } from '../support/audit.js';
import type { Actor } from '../../src/changes/actor.js';
import type { Realm } from '../../src/storage/store.js';
import { clients } from '../../src/realm/clients/client.js';
import { settings } from '../../src/realm/settings/settings.js';
import { SettingsService } from '../../src/realm/settings/settings-service.js';
import { ClientService } from '../../src/realm/clients/client-service.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { usedUserIds } from '../../src/realm/used-user-id.js';
import type { TemporaryStore } from '../support/store.js';
import { changingStore, host, processOn } from '../changes/one-process.js';

let opened: TemporaryStore;
let realm: Realm;
let trail: AuditTrail;
beforeAll(async () => {
  opened = await changingStore([clients, settings, usedUserIds]);
  realm = opened.store.in('default');
  trail = trailOf(realm);
});
const latest = async () => (await trail.open((await realm.of(auditRecords).find('byTime', {}, { limit: 1 })).rows))[0];
afterAll(() => opened.close());

const browser: Actor = { kind: 'client', id: 'shop', requestId: 'r9', address: '198.51.100.4', agent: 'Firefox' };

describe('the record of a sign-in', () => {
  test('says who came in, how, for which client and from where', async () => {
    const user = { id: 'u1', username: 'ada' };
    const by: Actor = { kind: 'user', id: 'u1', requestId: 'r9', address: '198.51.100.4', agent: 'Firefox' };
    await trail.record(signInEntry(by, { outcome: 'success', user, methods: ['pwd'], clientId: 'shop' }));
    expect(await latest()).toMatchObject({
      kind: 'sign-in',
      actorKind: 'user',
      actorId: 'u1',
      subjectKind: 'user',
      subjectId: 'u1',
      requestId: 'r9',
      outcome: 'success',
      clientId: 'shop',
      details: { methods: ['pwd'] },
      actor: { address: '198.51.100.4', agent: 'Firefox' },
      subject: { name: 'ada' },
    });
  });

  test('says why nobody came in, and of whom where that is known', async () => {
    const user = { id: 'u1', username: 'ada' };
    await trail.record(signInEntry(browser, { outcome: 'failure', why: 'wrong-password', user }));
    expect(await latest()).toMatchObject({ outcome: 'failure', why: 'wrong-password', subjectId: 'u1' });
    await trail.record(signInEntry(browser, { outcome: 'failure', why: 'unknown-user' }));
    const unknown = await latest();
    expect(Object.keys(unknown ?? {})).toEqual(expect.not.arrayContaining(['subjectId', 'subjectKind', 'details']));
    expect(unknown?.actor).toEqual({ address: '198.51.100.4', agent: 'Firefox' });
  });
});

test('records are found by time, by subject and by actor, the latest first', async () => {
  const own = opened.store.in('queried');
  const user = { id: 'u2', username: 'bob' };
  for (const at of [10, 30, 20]) {
    await trailOf(own).record({ ...signInEntry(browser, { outcome: 'success', user, methods: ['pwd'] }), at });
  }
  await trailOf(own).record({ ...signInEntry(host, { outcome: 'failure', why: 'unknown-user' }), at: 25 });
  const page = { limit: 10 };
  const times = ({ rows }: { readonly rows: readonly { readonly at: number }[] }): number[] => rows.map(({ at }) => at);
  expect(times(await own.of(auditRecords).find('byTime', { at: { gt: 10 } }, page))).toEqual([30, 25, 20]);
  const bob = { subjectKind: 'user', subjectId: 'u2' };
  expect(times(await own.of(auditRecords).find('bySubject', { ...bob, at: { lt: 30 } }, page))).toEqual([20, 10]);
  const shop = { actorKind: 'client', actorId: 'shop' };
  expect(times(await own.of(auditRecords).find('byActor', shop, page))).toEqual([30, 20, 10]);
});

test('what is written of a change holds neither a secret nor its hash', async () => {
  const { recorder, caches } = processOn(opened.store);
  const clientsOf = new ClientService({
    ...{ realm, recorder, caches },
    resourceServers: { get: async () => undefined },
    settings: new SettingsService({ realm, recorder, caches }),
  });
  const input = clientInput.parse({ id: 'batch', name: 'Batch', grantTypes: ['client_credentials'] });
  const made = await clientsOf.create(host, input);
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  const { client, secret } = made.value;
  const again = await clientsOf.setSecret(host, 'batch', client.version);
  const { rows } = await realm
    .of(auditRecords)
    .find('bySubject', { subjectKind: 'client', subjectId: 'batch' }, { limit: 10 });
  expect(rows.map(({ kind }) => kind)).toEqual(['client.secret-set', 'client.created']);
  const text = JSON.stringify(await trail.open(rows));
  const hashes = [...client.secrets, ...(again.ok ? again.value.client.secrets : [])].map(({ hash }) => hash);
  for (const secretText of [secret, again.ok && again.value.secret, ...hashes]) {
    expect(secretText).toEqual(expect.any(String));
    expect(text).not.toContain(secretText);
  }
});
