/** Tokens say by which connector somebody signed in, and a limitation judges by it: not by where they live. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Proof } from '../../src/sessions/proof.js';
import { sessions } from '../../src/sessions/session.js';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  introspect,
  refresh,
  signIn,
  userinfo,
} from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { MACHINE_SECRET } from './flow-host.js';
import { by, corpInput, ldapRealm } from './ldap-realm.js';

const OURS = 'a password of ours';
const ORDERS = { resource: 'https://orders.test', scope: 'openid profile roles orders:read' };
const app = application('public');
const api = { id: 'orders-api', secret: MACHINE_SECRET };

describe.each(['sqlite', 'mongodb'] as const)('the connector of a sign-in, on %s', (store) => {
  let slapd: Slapd;
  let paul: string;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({ entries: person('anna') + person('boris') });
    const { connectors, users, links, snapshots, assign, clients } = host.parts;
    made(await connectors.create(by, corpInput(slapd)));

    // A user of ours who is linked to boris, and reads orders only after a sign-in there.
    const password = { clear: OURS, generated: false };
    const user = made(await users.create(by, { username: 'paul', password }));
    paul = user.id;
    const corp = await connectors.open('corp', () => undefined);
    const steps = (await corp?.test('boris')) ?? [];
    await corp?.close();
    const subject = steps.flatMap(({ identity }) => identity?.subject ?? []).at(-1) ?? '';
    made(await links.add(by, paul, { connector: 'corp', issuer: '', subject }));
    const snapshot = await snapshots.read();
    const reader = [...snapshot.roles.values()].find(({ name }) => name === 'reader')?.id ?? '';
    const counter = [...snapshot.roles.values()].find(({ name }) => name === 'counter')?.id ?? '';
    const stored = await users.get(paul);
    if (!stored) throw new Error('paul was just made');
    const limited = (role: string, connector: string) => ({
      role,
      limitations: [{ kind: 'connector', values: [connector] }],
    });
    made(await assign(by, users, stored, [limited(reader, 'corp'), limited(counter, 'primary')], snapshot));

    const client = await clients.get(app.id);
    const claims = [
      { value: 'roles', claim: 'roles' },
      { value: 'userstore', claim: 'home' },
    ] as const;
    made(await clients.update(by, app.id, { claims: [...claims] }, client?.version ?? 0));
  });
  afterAll(() => slapd.stop());

  async function enter(name: string, password: string, visitor = new Visitor(), more: Record<string, string> = {}) {
    const asked = ask(host, app, { ...ORDERS, ...more });
    const { status, body } = await exchange(host, asked, codeOf(await signIn(visitor, asked, name, password)));
    return { status, body, id: claimsOf(body.id_token), access: claimsOf(body.access_token) };
  }

  test('is in the ID token and in the access token, whoever signs in', async () => {
    const anna = await enter('anna', PASSWORD);
    expect([anna.id['idp'], anna.access['idp'], anna.id['home']]).toEqual(['corp', 'corp', 'corp']);
    const ours = await enter('paul', OURS);
    expect([ours.id['idp'], ours.access['idp'], ours.id['home']]).toEqual(['primary', 'primary', 'primary']);
  });

  test('gives a linked user what is limited to it, at the sign-in and at each refresh', async () => {
    const there = await enter('corp/boris', PASSWORD);
    const here = await enter('paul', OURS);
    for (const [tokens, idp, permissions, roles] of [
      [there, 'corp', ['orders:read'], ['reader']],
      [here, 'primary', [], ['counter']],
    ] as const) {
      expect([tokens.id['sub'], tokens.id['idp'], tokens.id['home']]).toEqual([paul, idp, 'primary']);
      expect([tokens.id['roles'], tokens.access['permissions']]).toEqual([roles, permissions]);
      let { refresh_token: token } = tokens.body;
      for (const _ of ['first', 'second']) {
        const { body } = await refresh(host, app, token, { resource: ORDERS.resource });
        const [id, access] = [claimsOf(body.id_token), claimsOf(body.access_token)];
        expect([id['idp'], id['roles'], id['auth_time']]).toEqual([idp, roles, tokens.id['auth_time']]);
        expect([access['idp'], access['permissions']]).toEqual([idp, permissions]);
        token = body.refresh_token;
      }
    }
  });

  test('is told by introspection, and decides what userinfo says', async () => {
    for (const [name, password, idp, roles] of [
      ['corp/boris', PASSWORD, 'corp', ['reader']],
      ['paul', OURS, 'primary', ['counter']],
    ] as const) {
      const { body } = await enter(name, password);
      expect((await introspect(host, api, body.access_token)).body).toMatchObject({ active: true, idp });
      const asked = ask(host, app, { scope: 'openid roles' });
      const plain = (await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, name, password)))).body;
      const told = (await (await userinfo(host, plain.access_token)).json()) as Record<string, unknown>;
      expect([told['roles'], told['idp']]).toEqual([roles, undefined]);
    }
  });

  test('is that of the session where nobody is asked again, and the new one after a sign-in by another', async () => {
    const visitor = new Visitor();
    const there = await enter('corp/boris', PASSWORD, visitor);
    const silent = ask(host, app, { ...ORDERS, prompt: 'none' });
    const { body } = await exchange(host, silent, codeOf(await visitor.visit(silent.url)));
    expect([claimsOf(body.id_token)['idp'], claimsOf(body.access_token)['permissions']]).toEqual([
      'corp',
      ['orders:read'],
    ]);
    const here = await enter('paul', OURS, visitor, { prompt: 'login' });
    expect([here.id['idp'], here.id['sid'], here.access['permissions']]).toEqual(['primary', there.id['sid'], []]);
    // The tokens of the first sign-in go on telling of it.
    const former = await refresh(host, app, there.body.refresh_token, { resource: ORDERS.resource });
    expect(claimsOf(former.body.id_token)['idp']).toBe('corp');
  });

  test('of a session that an earlier version wrote is where the user lives', async () => {
    const visitor = new Visitor();
    await enter('anna', PASSWORD, visitor);
    const [user] = (await host.parts.users.findByTerm('anna', { limit: 10 })).rows;
    const collection = host.parts.realm.of(sessions);
    for (const { id } of (await collection.find('byUser', { userId: user?.id ?? '' }, { limit: 10 })).rows) {
      const withoutConnector = (proofs: readonly Proof[]) => proofs.map(({ connector: _, ...proof }) => proof);
      await collection.change(id, ({ version: _, ...document }) => ({
        ...document,
        proofs: withoutConnector(document.proofs),
      }));
    }
    const silent = ask(host, app, { ...ORDERS, prompt: 'none' });
    const { body } = await exchange(host, silent, codeOf(await visitor.visit(silent.url)));
    expect(claimsOf(body.id_token)['idp']).toBe('corp');
  });
});
