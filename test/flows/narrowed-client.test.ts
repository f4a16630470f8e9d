import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  refresh,
  signIn,
  userinfo,
  type Tokens,
} from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, ORDERS, passwordOf, signedIn, stores } from './flow-host.js';

// Grants are evaluated each time: a client or role with reduced access gets less at once, whatever was granted.

const app = application('public');
const SCOPES =
  'scopes:\n      [openid, profile, email, address, phone, offline_access, roles, groups, segments, customer_group, attributes]';

const realm = await readFile('test/flows/realm.yaml', 'utf8');

describe.each(stores)('on %s, with a refresh token from before,', (store) => {
  const host = useHost({ store, realm, env: { CONFIDENTIAL_SECRET, MACHINE_SECRET } });
  /** From before, and the refresh token that is good now. */
  let tokens: Tokens;
  let current: string;
  beforeAll(async () => {
    const params = { scope: 'openid profile email orders:read orders:write', resource: ORDERS };
    const claims = JSON.stringify({ userinfo: { roles: null } });
    ({ tokens } = await signedIn(host, app, { ...params, claims }));
    current = tokens.refresh_token;
  });

  /** The realm as it is written, but for one thing. */
  async function change(from: string, to: string): Promise<void> {
    expect(realm).toContain(from);
    await host.writeRealm(realm.replace(from, () => to));
    expect(await host.command('apply', host.realmFile ?? '', '--yes')).toMatchObject({ code: 0 });
    await host.restart();
  }
  async function refreshed(params: Readonly<Record<string, string>> = {}) {
    const answer = await refresh(host, app, current, params);
    if (answer.status === 200) current = answer.body.refresh_token;
    return answer;
  }

  test('a client that may no longer ask for scopes is told no claim of them, nor refreshes offline, until it may again', async () => {
    const authRequest = ask(host, app, { scope: 'openid offline_access', prompt: 'consent' });
    const visitor = new Visitor();
    const consent = await signIn(visitor, authRequest, 'alice', passwordOf(host, 'alice'));
    const { body: offline } = await exchange(
      host,
      authRequest,
      codeOf(await visitor.submit(consent, { decision: 'allow' })),
    );
    expect(offline.scope).toBe('openid offline_access');

    expect(await (await userinfo(host, tokens.access_token)).json()).toMatchObject({ roles: expect.any(Array) });
    await change(SCOPES, 'scopes: [openid, profile]');
    const narrowed = await refreshed();
    expect(narrowed.body.scope).toBe('orders:read orders:write openid profile');
    expect(claimsOf(narrowed.body.id_token)).not.toHaveProperty('email');
    expect(await (await userinfo(host, narrowed.body.access_token)).json()).not.toHaveProperty('email');
    // The access token from before either.
    const before = (await (await userinfo(host, tokens.access_token)).json()) as Record<string, unknown>;
    expect(before).toHaveProperty('name');
    expect(before).not.toHaveProperty('email');
    expect(before).not.toHaveProperty('roles');
    expect((await refresh(host, app, offline.refresh_token)).body.error).toBe('invalid_grant');

    // Another change, and this one taken back.
    await change('permission: orders:write', 'permission: orders:read');
    expect((await refreshed()).body.scope).toBe('orders:read openid profile email');
    expect((await refresh(host, app, offline.refresh_token)).status).toBe(200);
  });

  test('a role that lost a permission gives it no more', async () => {
    const { body } = await refreshed({ resource: ORDERS });
    expect(claimsOf(body.access_token)).toMatchObject({ roles: ['seller'], permissions: ['orders:read'] });
  });

  test('a client that may no longer ask for an API gets no token for it, and its refresh token stays good', async () => {
    await change(
      'resourceServers: [https://orders.test, https://ledger.test]\n  - id: asking\n',
      'resourceServers: []\n  - id: asking\n',
    );
    expect((await refreshed({ resource: ORDERS })).body.error).toBe('invalid_target');
    expect((await refreshed()).status).toBe(200);
  });

  test('a client that may no longer refresh gets nothing', async () => {
    const may = 'grantTypes: [authorization_code, refresh_token]\n    ';
    await change(`${may}${SCOPES}`, `grantTypes: [authorization_code]\n    ${SCOPES}`);
    expect((await refreshed()).status).toBe(400);
  });

  test('an API that keeps its tokens to itself closes userinfo to those that are out already', async () => {
    const { tokens: out } = await signedIn(host, app, { scope: 'openid orders:read', resource: ORDERS });
    expect((await userinfo(host, out.access_token)).status).toBe(200);
    await change('    name: Orders\n', '    name: Orders\n    userinfo: false\n');
    expect((await userinfo(host, out.access_token)).status).toBe(401);
  });
});
