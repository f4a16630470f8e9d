import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decide } from '../../src/access/evaluation/decide.js';
import { effective } from '../../src/access/evaluation/effective.js';
import { subjectOf } from '../../src/access/evaluation/subject.js';
import { changeMarkers } from '../../src/changes/caching/change-marker.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import type { InstallationStore, Store } from '../../src/storage/store.js';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  introspect,
  refresh,
  signIn,
  token,
  userinfo,
} from '../support/application.js';
import { Authenticator, recoveryCodesOn } from '../support/authenticator.js';
import { type Command, watchCommands } from '../support/commands.js';
import { FromAddress } from '../support/from-address.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { passes } from '../support/passes.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, ORDERS, stores } from './flow-host.js';

const app = application('public');
const asking = { scope: 'openid profile roles orders:read', resource: ORDERS };

describe.each(stores)('on %s:', (kind) => {
  let counting: CountingStore;
  /** How often the change marker was read. */
  let readings = 0;
  /** The commands sent to MongoDB; empty on other stores. */
  let sent: Command[] = [];
  const visitor = new Visitor();
  const password = 'a password of a budget test';
  const host = useInProcessHost({
    store: kind,
    realmFile: 'test/flows/realm.yaml',
    env: {
      GATEHOUSE_ADMIN_PASSWORD: password,
      GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1,::1',
      CONFIDENTIAL_SECRET,
      MACHINE_SECRET,
    },
    installation: {
      watch(store) {
        // The reading of change markers goes on beside every request, and is no part of any.
        counting = countCalls(
          noting(store, () => readings++),
          ['changeMarkers'],
        );
        return counting.store;
      },
    },
    // Nor is background work, which goes on by its own clock.
    background: false,
  });

  beforeAll(async () => {
    ({ sent } = watchCommands(['changeMarkers']));
    const snapshot = await host.parts.snapshots.read();
    const [admin] = (await host.parts.users.findByTerm('admin', { limit: 1 })).rows;
    const group = (name: string) => [...snapshot.groups.values()].find((one) => one.name === name)?.id ?? '';
    const wanted = [{ group: group('sales') }, { customerGroup: group('gold') }];
    if (admin)
      await host.parts.assign(
        { kind: 'host', id: 'tests', requestId: 'test' },
        host.parts.users,
        admin,
        wanted,
        snapshot,
      );
    // Warm: what is cached is there.
    await signIn(visitor, ask(host, app, asking), 'admin', password);
    await machine();
  });

  const machine = () =>
    token(host, { id: 'machine' }, { grant_type: 'client_credentials', client_secret: MACHINE_SECRET });

  /** Counts the store calls of `run`. */
  async function counted<T>(
    run: () => Promise<T>,
  ): Promise<{ readonly hops: number; readonly portCalls: number; readonly value: T }> {
    // What was counted is written by a timer, a minute later.
    await host.parts.aggregator.flush();
    counting.reset();
    sent.length = 0;
    const value = await run();
    const { hops, portCalls } = counting.tally();
    // No hot path has a transaction, so what is one call of the port is one command at most.
    expect(sent.length).toBeLessThanOrEqual(portCalls);
    if (kind === 'mongodb' && portCalls > 0) expect(sent).not.toHaveLength(0);
    return { hops, portCalls, value };
  }

  async function tokens(params: Readonly<Record<string, string>> = asking) {
    const authRequest = ask(host, app, params);
    return (await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)))).body;
  }

  test('a decision reads nothing: what it rests on, but for the person, is in memory', async () => {
    const [admin] = (await host.parts.users.findByTerm('admin', { limit: 1 })).rows;
    if (!admin) throw new Error('There is no administrator.');
    const { portCalls, hops, value } = await counted(async () => {
      const snapshot = await host.parts.snapshots.read();
      const context = { at: Date.now() };
      const subject = subjectOf(admin, snapshot, context.at);
      const { allowed } = decide(
        subject,
        { audience: ORDERS, permission: 'orders:read' },
        undefined,
        context,
        snapshot,
      );
      return { allowed, groups: effective(subject, context, snapshot).groups };
    });
    expect({ portCalls, hops }).toEqual({ portCalls: 0, hops: 0 });
    expect(value).toEqual({ allowed: true, groups: ['sales'] });
  });

  test('what other processes changed is read again and again, though nobody asks for anything', async () => {
    const enough = readings + 3;
    const giveUp = performance.now() + 30_000;
    while (readings < enough && performance.now() < giveUp) await delay(50);
    expect(readings).toBeGreaterThanOrEqual(enough);
  });

  describe('the store is asked no more often than the budget says:', () => {
    test('discovery and JWKS, never', async () => {
      for (const path of ['/.well-known/openid-configuration', '/jwks']) {
        expect(await counted(() => fetch(`${host.issuer}${path}`))).toMatchObject({ hops: 0, portCalls: 0 });
      }
    });

    test('client_credentials with a JWT: once, for its issue record', async () => {
      const { hops, portCalls, value } = await counted(machine);
      expect(value.status).toBe(200);
      expect({ hops, portCalls }).toEqual({ hops: 1, portCalls: 1 });
    });

    test('an authorization request with a live session: 5 calls in 4 hops', async () => {
      const { hops, portCalls, value } = await counted(() => visitor.visit(ask(host, app, asking).url));
      expect(codeOf(value)).toBeTruthy();
      expect(hops).toBeLessThanOrEqual(4);
      expect(portCalls).toBeLessThanOrEqual(5);
    });

    test('a code exchange, session-bound: 7 calls in 4 hops', async () => {
      const authRequest = ask(host, app, asking);
      const code = codeOf(await visitor.visit(authRequest.url));
      const { hops, portCalls, value } = await counted(() => exchange(host, authRequest, code));
      expect(value.status).toBe(200);
      expect(hops).toBeLessThanOrEqual(4);
      expect(portCalls).toBeLessThanOrEqual(7);
    });

    test('a rotating refresh with every claim of access: 6 calls in 4 hops', async () => {
      const scope = 'openid roles groups segments customer_group orders:read';
      const authRequest = ask(host, app, { scope, resource: ORDERS });
      const { body } = await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)));
      const { hops, portCalls, value } = await counted(() =>
        refresh(host, app, body.refresh_token, { resource: ORDERS }),
      );
      expect([hops <= 4, portCalls <= 6]).toEqual([true, true]);
      expect(claimsOf(value.body.id_token)).toMatchObject({
        roles: expect.arrayContaining(['administrator']),
        groups: expect.arrayContaining(['sales']),
        segments: ['those who run it'],
        customer_group: 'gold',
      });
    });

    test('a rotating refresh with roles and permissions, session-bound: 7 calls in 4 hops', async () => {
      const { refresh_token: refreshToken } = await tokens();
      const { hops, portCalls, value } = await counted(() => refresh(host, app, refreshToken, { resource: ORDERS }));
      expect(value.status).toBe(200);
      expect(hops).toBeLessThanOrEqual(4);
      expect(portCalls).toBeLessThanOrEqual(7);
    });

    test('a decision: once, for the person; a token of the caller costs one call more, and a wrong secret two', async () => {
      const secret = { authorization: `Basic ${Buffer.from(`orders-api:${MACHINE_SECRET}`).toString('base64')}` };
      const wrong = { authorization: `Basic ${Buffer.from('orders-api:a secret of before').toString('base64')}` };
      const params = { grant_type: 'client_credentials', resource: 'urn:gatehouse:api' };
      const { body } = await token(host, { id: 'orders-api', secret: MACHINE_SECRET }, params);
      const id = String(claimsOf((await tokens()).id_token)['sub']);
      const decided = async (by: Readonly<Record<string, string>>) => {
        const { hops, portCalls, value } = await counted(() =>
          fetch(`${host.issuer}/access/v1/evaluation`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...by },
            body: JSON.stringify({
              subject: { type: 'user', id },
              action: { name: 'orders:read' },
              resource: { type: 'order', id: '17' },
              context: { audience: ORDERS, client_id: 'public' },
            }),
          }),
        );
        return { status: value.status, hops, portCalls };
      };
      await decided(secret);
      expect(await decided(secret)).toEqual({ status: 200, hops: 1, portCalls: 1 });
      expect(await decided({ authorization: `Bearer ${body.access_token}` })).toEqual({
        status: 200,
        hops: 2,
        portCalls: 2,
      });
      expect(await decided(wrong)).toEqual({ status: 401, hops: 2, portCalls: 2 });
      // After recent failures here, the store is checked, even with the right secret.
      expect(await decided(secret)).toEqual({ status: 200, hops: 2, portCalls: 2 });
    });

    test.each([
      ['a token of its own', { scope: 'openid profile' }],
      ['a JWT that opens an API too', asking],
    ])('userinfo with %s: 4 calls in 3 hops', async (_which, params) => {
      const { access_token: accessToken } = await tokens(params);
      const { hops, portCalls, value } = await counted(() => userinfo(host, accessToken));
      expect(value.status).toBe(200);
      expect(hops).toBeLessThanOrEqual(3);
      expect(portCalls).toBeLessThanOrEqual(4);
      // From the third request on, the answer is compared with what it was made from.
      expect((await counted(() => userinfo(host, accessToken))).value.status).toBe(200);
      const repeated = await counted(() => userinfo(host, accessToken));
      expect(repeated.value.status).toBe(200);
      expect([repeated.hops, repeated.portCalls]).toEqual([1, 1]);
    });

    test('introspection: 3 calls in 2 hops, and one more of what ends with its session', async () => {
      const api = { id: 'orders-api', secret: MACHINE_SECRET };
      // Warm: its client is in memory.
      await introspect(host, api, 'no token');
      // Only the client learns about its own token without an audience.
      const confidential = application('confidential', CONFIDENTIAL_SECRET);
      const own = ask(host, confidential, asking);
      const { access_token: opaque } = (await exchange(host, own, codeOf(await visitor.visit(own.url)))).body;
      const { refresh_token: refreshToken } = await tokens();
      const { access_token: jwt } = (await refresh(host, app, refreshToken, { resource: ORDERS })).body;
      const { access_token: machineJwt } = (await machine()).body;
      for (const [by, presented, budget] of [
        [confidential, opaque, 4],
        [api, jwt, 4],
        [api, machineJwt, 1],
      ] as const) {
        const { hops, portCalls, value } = await counted(() => introspect(host, by, presented));
        expect(value.body['active']).toBe(true);
        expect(hops).toBeLessThanOrEqual(2);
        expect(portCalls).toBeLessThanOrEqual(budget);
        await introspect(host, by, presented);
        const repeated = await counted(() => introspect(host, by, presented));
        expect(repeated.value.body).toEqual(value.body);
        expect([repeated.hops, repeated.portCalls]).toEqual([1, 1]);
      }
      const authRequest = ask(host, app, { ...asking, scope: `${asking.scope} offline_access`, prompt: 'consent' });
      const allowed = await visitor.submit(await visitor.visit(authRequest.url), { decision: 'allow' });
      const offline = await exchange(host, authRequest, codeOf(allowed));
      const lasting = (await refresh(host, app, offline.body.refresh_token, { resource: ORDERS })).body.access_token;
      const { hops, portCalls, value } = await counted(() => introspect(host, api, lasting));
      expect(value.body['active']).toBe(true);
      expect(hops).toBeLessThanOrEqual(2);
      expect(portCalls).toBeLessThanOrEqual(3);
    });

    test('a whole password login, from the first redirect to tokens: 30 calls', async () => {
      const { portCalls, value } = await counted(async () => {
        const authRequest = ask(host, app, asking);
        const page = await signIn(new Visitor(), authRequest, 'admin', password);
        return exchange(host, authRequest, codeOf(page));
      });
      expect(value.status).toBe(200);
      expect(portCalls).toBeLessThanOrEqual(30);
    });

    test('the personal keys of a record are read beside what a sign-in reads anyway: no hop more where they are not in memory', async () => {
      const authRequest = ask(host, app, { ...asking, prompt: 'login' });
      const [admin] = (await host.parts.users.findByTerm('admin', { limit: 1 })).rows;
      const login = async (typed: string) => {
        const somebody = new Visitor();
        const page = await somebody.visit(authRequest.url);
        return counted(() => somebody.submit(page, { identifier: 'admin', password: typed }));
      };
      for (const typed of [password, 'a guess of the keys']) {
        const warm = await login(typed);
        host.parts.personal.forget(admin?.id ?? '');
        const cold = await login(typed);
        expect(cold.value.status).toBe(warm.value.status);
        expect([cold.hops, cold.portCalls]).toEqual([warm.hops, warm.portCalls + 1]);
      }
    });

    test('a guess that has to wait: what its page costs and two calls, and a record of the first 20 in a minute; its owner gets in meanwhile', async () => {
      const from = new FromAddress('198.51.100.1');
      const page = await from.visit(ask(host, app, asking).url);
      const guess = () => from.submit(page, { identifier: 'admin', password: 'a guess' });
      const statuses: number[] = [];
      for (let i = 0; i < 8; i++) statuses.push((await guess()).status);
      expect(statuses).toEqual([403, 403, 403, 403, 403, 403, 429, 429]);
      const refused = await counted(guess);
      expect(refused.value.headers.get('retry-after')).toMatch(/^\d+$/);
      const shown = await counted(() => from.visit(page.url));
      expect(refused.portCalls).toBeLessThanOrEqual(shown.portCalls + 3);
      // All of them are in one minute, however long they take.
      passes(0);
      for (let i = 0; i < 20; i++) expect((await guess()).status).toBe(429);
      // `counted` writes what was counted, and a new minute begins.
      counting.reset();
      await guess();
      expect(counting.tally().portCalls).toBeLessThanOrEqual(shown.portCalls + 2);
      jest.restoreAllMocks();

      // At the attacker's own address an unknown browser waits too, and one that signed in before does not.
      const owner = new FromAddress('198.51.100.2');
      for (const address of ['198.51.100.2', '198.51.100.1']) {
        owner.address = address;
        const authRequest = ask(host, app, { ...asking, prompt: 'login' });
        codeOf(await signIn(owner, authRequest, 'admin', password));
      }
      const unknown = await signIn(new FromAddress('198.51.100.1'), ask(host, app, asking), 'admin', password);
      expect(unknown.status).toBe(429);
    });

    test('where a rule looks at what people did, that is one call more, and no hop', async () => {
      const rule = 'behaviour.count("page-view", 7) == 0';
      const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
      const made = await host.parts.groups.create(by, { name: 'quiet', type: 'segment', rule });
      const authRequest = ask(host, application('public'), { scope: 'openid segments orders:read', resource: ORDERS });
      const { body } = await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)));
      const refreshed = await counted(() => refresh(host, app, body.refresh_token, { resource: ORDERS }));
      expect(claimsOf(refreshed.value.body.id_token)['segments']).toContain('quiet');
      // Where commits are cheap, the rotation and what it pays for are one call.
      expect([refreshed.hops, refreshed.portCalls]).toEqual(kind === 'sqlite' ? [3, 6] : [4, 7]);
      await host.parts.groups.update(by, made.ok ? made.value.id : '', { rule: 'false' });
    });

    test('a whole login with a code of a second factor: 35 calls, for it is a page more', async () => {
      const phone = await enrolled();
      const { portCalls, value } = await counted(async () => {
        const authRequest = ask(host, app, asking);
        const somebody = new Visitor();
        const page = await signIn(somebody, authRequest, 'admin', password);
        // The one of the next step, since the enrolment used up that of this one.
        return exchange(host, authRequest, codeOf(await somebody.submit(page, { code: phone.code(1) })));
      });
      expect(value.status).toBe(200);
      expect(portCalls).toBeLessThanOrEqual(35);

      // The personal keys of the record of a wrong code are read beside what the check of the code reads.
      const wrong = async () => {
        const somebody = new Visitor();
        const page = await signIn(somebody, ask(host, app, asking), 'admin', password);
        return { page, somebody };
      };
      const [warm, cold] = [await wrong(), await wrong()];
      const warmCost = await counted(() => warm.somebody.submit(warm.page, { code: '000000' }));
      const [admin] = (await host.parts.users.findByTerm('admin', { limit: 1 })).rows;
      host.parts.personal.forget(admin?.id ?? '');
      const coldCost = await counted(() => cold.somebody.submit(cold.page, { code: '000000' }));
      expect([coldCost.value.status, coldCost.hops]).toEqual([403, warmCost.hops]);
    });
  });

  async function enrolled(): Promise<Authenticator> {
    const somebody = new Visitor();
    const page = await signIn(somebody, ask(host, application('strict')), 'admin', password);
    const phone = Authenticator.reading(page, { ahead: () => 0 });
    expect(recoveryCodesOn(await somebody.submit(page, { code: phone.code() }))).toHaveLength(10);
    return phone;
  }
});

/** Tells of each reading of change markers. */
function noting(store: Store, read: () => void): Store {
  const of = ((spec) => {
    const collection = store.installation.of(spec);
    if ((spec as unknown) !== changeMarkers) return collection;
    return {
      ...collection,
      find: (...given) => {
        read();
        return collection.find(...given);
      },
    };
  }) as InstallationStore['of'];
  return { ...store, installation: { ...store.installation, of } };
}
