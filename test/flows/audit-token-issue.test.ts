/** What the audit trail says of issued tokens and of decisions for applications, and what that costs a request. */
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type AuditRecord, auditRecords } from '../../src/audit/audit-record.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import type { ResourceServer } from '../../src/realm/resource-servers/resource-server.js';
import { tokens as tokenSpec } from '../../src/sessions/tokens/token.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn, token } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, ORDERS, stores } from './flow-host.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
const app = application('public');
const asking = { scope: 'openid profile roles orders:read', resource: ORDERS };

describe.each(stores)('on %s:', (kind) => {
  let counting: CountingStore;
  const audit = { isRefused: false };
  const visitor = new Visitor();
  const password = 'a password of an audit test';
  const host = useInProcessHost({
    store: kind,
    realmFile: 'test/flows/realm.yaml',
    env: { GATEHOUSE_ADMIN_PASSWORD: password, CONFIDENTIAL_SECRET, MACHINE_SECRET },
    installation: {
      watch(store) {
        counting = countCalls(refusing(store, audit), ['changeMarkers']);
        return counting.store;
      },
    },
    background: false,
  });
  let admin = '';

  beforeAll(async () => {
    await signIn(visitor, ask(host, app, asking), 'admin', password);
    admin = (await host.parts.users.findByTerm('admin', { limit: 1 })).rows[0]?.id ?? '';
  });
  afterEach(() => {
    audit.isRefused = false;
  });

  async function recordingIssue(tokenIssue: 'none' | 'aggregated' | 'each'): Promise<void> {
    const { parts } = host;
    await parts.aggregator.flush();
    const { version } = await parts.settings.get();
    expect(await parts.settings.save(by, settingsInput.parse({ audit: { tokenIssue } }), version)).toMatchObject({
      ok: true,
    });
    // Warm: what the change made be read again.
    await machine();
    await parts.aggregator.flush();
  }
  const machine = () =>
    token(host, { id: 'machine' }, { grant_type: 'client_credentials', client_secret: MACHINE_SECRET });
  async function code() {
    const authRequest = ask(host, app, asking);
    return { authRequest, code: codeOf(await visitor.visit(authRequest.url)) };
  }
  async function counted<T>(run: () => Promise<T>) {
    await host.parts.aggregator.flush();
    counting.reset();
    const value = await run();
    const { hops, portCalls } = counting.tally();
    return { hops, portCalls, value };
  }
  /** The records of a kind that `run` leaves, the oldest first, once everything counted is written. */
  async function recordsOf(kindOfRecord: string, run: () => Promise<unknown>): Promise<readonly AuditRecord[]> {
    const all = async () => {
      await host.parts.aggregator.flush();
      const collection = host.parts.realm.of(auditRecords);
      return (await collection.find('oldestOfKind', { kind: kindOfRecord }, { limit: 200 })).rows;
    };
    const before = new Set((await all()).map(({ id }) => id));
    await run();
    return (await all()).filter(({ id }) => !before.has(id));
  }

  test('account usage: by default, tokens are recorded by the minute for each client, subject and grant type', async () => {
    const jtis: unknown[] = [];
    const records = await recordsOf('token.issued', async () => {
      for (let i = 0; i < 3; i++) jtis.push(claimsOf((await machine()).body.access_token)['jti']);
      const { authRequest, code: first } = await code();
      const { body } = await exchange(host, authRequest, first);
      await refresh(host, app, body.refresh_token, { resource: ORDERS });
    });
    expect(records).toHaveLength(3);
    const machines = records.find(({ clientId }) => clientId === 'machine');
    expect(machines).toMatchObject({
      outcome: 'success',
      actorKind: 'client',
      actorId: 'machine',
      subjectKind: 'client',
      subjectId: 'machine',
      details: { grantType: 'client_credentials', count: 3, first: { jti: jtis[0] }, last: { jti: jtis[2] } },
    });
    const people = records.filter(({ clientId }) => clientId === 'public');
    expect(people.map(({ subjectId }) => subjectId)).toEqual([admin, admin]);
    expect(people.map(({ details }) => details?.['grantType']).sort()).toEqual(['authorization_code', 'refresh_token']);
  });

  test('a refused request counts for nothing, even if its token was made already', async () => {
    const records = await recordsOf('token.issued', async () => {
      const { authRequest, code: one } = await code();
      const both = await Promise.all([exchange(host, authRequest, one), exchange(host, authRequest, one)]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    });
    expect(records.map(({ details }) => details?.['count'])).toEqual([1]);
  });

  test('the value of an opaque token is never recorded: the hash under which it is stored stands for it', async () => {
    let value = '';
    const records = await recordsOf('token.issued', async () => {
      const authRequest = ask(host, app, { scope: 'openid profile' });
      value = (await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)))).body.access_token;
    });
    expect(records.map(({ details }) => details?.['first'])).toEqual([{ tokenHash: hashOf(value) }]);
    expect(await host.parts.realm.of(tokenSpec).get(hashOf(value))).toMatchObject({ kind: 'access-token' });
    expect(JSON.stringify(records)).not.toContain(value);
  });

  test('`none` records nothing', async () => {
    await recordingIssue('none');
    expect(await recordsOf('token.issued', machine)).toEqual([]);
    await recordingIssue('aggregated');
  });

  describe('`each`', () => {
    beforeAll(() => recordingIssue('each'));

    test('records each token with its client, subject, grant, scopes and resource server', async () => {
      let jti: unknown;
      const records = await recordsOf('token.issued', async () => {
        const { authRequest, code: first } = await code();
        jti = claimsOf((await exchange(host, authRequest, first)).body.access_token)['jti'];
      });
      expect(records).toHaveLength(1);
      expect(records[0]).toMatchObject({
        clientId: 'public',
        subjectKind: 'user',
        subjectId: admin,
        details: { grantType: 'authorization_code', jti, resource: ORDERS },
      });
      expect(records[0]?.details?.['scope']).toEqual(expect.arrayContaining(['openid', 'profile']));
      expect(records[0]?.actor).toBeUndefined();
    });

    test('costs a store call and no round trip', async () => {
      const { value, ...cost } = await counted(machine);
      expect(value.status).toBe(200);
      expect(cost).toEqual({ hops: 1, portCalls: 2 });
      const { authRequest, code: first } = await code();
      const exchanged = await counted(() => exchange(host, authRequest, first));
      expect(exchanged.value.status).toBe(200);
      expect(exchanged.hops).toBeLessThanOrEqual(4);
      expect(exchanged.portCalls).toBeLessThanOrEqual(8);
    });

    test('issues no token without its record, and the code is good again once it can be recorded', async () => {
      audit.isRefused = true;
      expect((await machine()).status).toBe(503);
      const { authRequest, code: first } = await code();
      const refusal = await exchange(host, authRequest, first);
      expect([refusal.status, refusal.body.access_token]).toEqual([503, undefined]);
      audit.isRefused = false;
      const records = await recordsOf('token.issued', async () => {
        expect((await exchange(host, authRequest, first)).status).toBe(200);
      });
      expect(records).toHaveLength(1);
    });
  });

  describe('decisions for applications', () => {
    const secret = { authorization: `Basic ${Buffer.from(`orders-api:${MACHINE_SECRET}`).toString('base64')}` };
    const decide = (permission: string, id = 'machine') =>
      fetch(`${host.issuer}/access/v1/evaluation`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...secret },
        body: JSON.stringify({
          subject: { type: 'client', id },
          action: { name: permission },
          resource: { type: 'order', id: '17' },
          context: { audience: ORDERS, client_id: 'public' },
        }),
      });
    async function auditing(auditDecisions: ResourceServer['auditDecisions']): Promise<void> {
      const { resourceServers } = host.parts;
      const server = await resourceServers.get(ORDERS);
      if (!server) throw new Error('There is no such resource server.');
      const patch = auditDecisions === undefined ? {} : { auditDecisions };
      expect(await resourceServers.update(by, ORDERS, patch, server.version)).toMatchObject({ ok: true });
    }

    test('are not recorded unless the resource server asks for it', async () => {
      expect(await recordsOf('decision.made', () => decide('orders:read'))).toEqual([]);
    });

    test('are counted by the minute for each subject, permission and outcome, without a store call', async () => {
      await decide('orders:read');
      const { hops, portCalls } = await counted(() => decide('orders:read'));
      await auditing('all');
      await decide('orders:read');
      const records = await recordsOf('decision.made', async () => {
        for (let i = 0; i < 2; i++) {
          expect(await counted(() => decide('orders:read'))).toMatchObject({ hops, portCalls });
        }
        await decide('orders:made-up by a caller');
        await decide('orders:read', 'nobody');
      });
      expect(records.map(({ outcome, subjectId, details }) => [outcome, subjectId, details?.['permission']])).toEqual(
        expect.arrayContaining([
          ['success', 'machine', 'orders:read'],
          ['failure', 'machine', undefined],
          ['failure', undefined, 'orders:read'],
        ]),
      );
      expect(JSON.stringify(records)).not.toMatch(/made-up|nobody/);
      expect(records[0]).toMatchObject({
        actorKind: 'client',
        clientId: 'orders-api',
        details: { resourceServer: ORDERS },
      });
    });

    test('are recorded only where denied, if the resource server says so', async () => {
      await auditing('denied');
      const records = await recordsOf('decision.made', async () => {
        await decide('orders:read');
        await decide('orders:read', 'nobody');
      });
      expect(records.map(({ outcome }) => outcome)).toEqual(['failure']);
      await auditing('none');
    });
  });

  test('what was counted is written when the server stops', async () => {
    await recordingIssue('aggregated');
    const records = await recordsOf('token.issued', async () => {
      await machine();
      await host.restart({});
    });
    expect(records.map(({ clientId }) => clientId)).toEqual(['machine']);
  });
});

/** A store that is away for audit records alone while `isRefused`. */
function refusing(store: Store, audit: { readonly isRefused: boolean }): Store {
  const wrapped = (realm: Realm): Realm => ({
    id: realm.id,
    hasCheapCommits: realm.hasCheapCommits,
    currentVersions: (references) => realm.currentVersions(references),
    async commit(writes) {
      if (audit.isRefused && writes.some(({ spec }) => spec.name === auditRecords.name)) throw away();
      return realm.commit(writes);
    },
    of(spec) {
      const collection = realm.of(spec);
      if (spec.name !== auditRecords.name) return collection;
      const insert: typeof collection.insert = async (document) => {
        if (audit.isRefused) throw away();
        return collection.insert(document);
      };
      return new Proxy(collection, {
        get: (target, name) => (name === 'insert' ? insert : bound(target, name)),
      });
    },
  });
  return { ...store, in: (realm) => wrapped(store.in(realm)) };
}

const bound = (target: object, name: string | symbol): unknown => {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
};
const away = (): StoreUnavailable => new StoreUnavailable('the audit trail takes nothing');
