/** All ways of receiving access, as tokens and applications show it. */
import { describe, expect, test } from '@jest/globals';
import { seconds } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, refresh, signIn, token } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { MACHINE_SECRET, ORDERS, passwordOf, stores } from './flow-host.js';

const app = application('public');

interface Claims {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly exp: number;
  readonly iat: number;
}

describe.each(stores)('on %s,', (store) => {
  const host = useHost({ store, realmFile: 'test/flows/access.realm.yaml', env: { MACHINE_SECRET } });

  /** Tokens for the orders API, of a new sign-in. */
  async function tokensOf(username: string, by = app, scope = 'openid') {
    const authRequest = ask(host, by, { resource: ORDERS, scope });
    const visitor = new Visitor();
    const page = await signIn(visitor, authRequest, username, passwordOf(host, username));
    const { status, body } = await token(host, by, {
      grant_type: 'authorization_code',
      code: codeOf(page),
      redirect_uri: by.redirectUri,
      code_verifier: authRequest.verifier,
      resource: ORDERS,
    });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }
  const claimsFor = async (username: string, by = app): Promise<Claims> =>
    claimsOf((await tokensOf(username, by)).access_token) as unknown as Claims;
  const permissionsOf = async (username: string, by = app) => [...(await claimsFor(username, by)).permissions].sort();

  /** Advances the host's clock to this moment. */
  const until = async (moment: string): Promise<void> => {
    const ahead = Date.parse(moment) - (Date.now() + host.ahead());
    await host.advance(Math.max(0, Math.ceil(ahead)));
  };

  describe('a person holds', () => {
    test('what a role includes, and what its permissions imply by a pattern', async () => {
      const { roles, permissions } = await claimsFor('composite');
      expect(roles).toEqual(['manager', 'seller']);
      expect([...permissions].sort()).toEqual([
        'audit:read',
        'discounts:use',
        'orders:approve',
        'orders:read',
        'orders:write',
      ]);
    });

    test('what the groups above their group have', async () => {
      expect(await claimsFor('nested')).toMatchObject({ roles: ['seller'] });
    });

    test('a permission that they were given themselves, by a pattern that covers it', async () => {
      expect(await permissionsOf('direct')).toEqual(['discounts:use', 'orders:lines:write']);
    });

    test('what everybody has, which is not said among the roles', async () => {
      expect(await claimsFor('plain')).toMatchObject({ roles: [], permissions: ['discounts:use'] });
    });

    test('a role of one application there alone', async () => {
      expect(await claimsFor('clerk')).toMatchObject({ roles: [], permissions: ['discounts:use'] });
      expect(await claimsFor('clerk', application('desk'))).toMatchObject({
        roles: ['desk'],
        permissions: ['orders:lines:write', 'discounts:use'],
      });
    });

    test('what was given under a limitation only where it holds', async () => {
      expect(await permissionsOf('narrowed')).toEqual(['discounts:use']);
      expect(await permissionsOf('narrowed', application('desk'))).toContain('orders:write');
    });

    test('what their customer group has, and applications learn which it is', async () => {
      const tokens = await tokensOf('golden', app, 'openid customer_group groups segments');
      expect(claimsOf(tokens.access_token)).toMatchObject({ permissions: ['orders:refund', 'discounts:use'] });
      expect(claimsOf(tokens.id_token)).toMatchObject({ customer_group: 'gold', groups: [], segments: [] });
    });

    test('what the segment has that its rule counts them among', async () => {
      const tokens = await tokensOf('vip', app, 'openid segments roles');
      expect(claimsOf(tokens.id_token)).toMatchObject({ segments: ['big spenders'], roles: ['manager', 'seller'] });
      expect(await permissionsOf('vip')).toContain('orders:approve');
    });

    test('nothing by a network, since a token does not know where it will be used', async () => {
      await until('2029-12-02T12:00:00Z'); // a Sunday
      expect(await permissionsOf('worker')).toEqual(['discounts:use']);
    });

    test('what a level opens once they have reached it, and not for longer than it is fresh', async () => {
      const { permissions, exp, iat } = await claimsFor('careful');
      expect([...permissions].sort()).toEqual(['discounts:use', 'orders:read']);
      expect(exp - iat).toBeLessThanOrEqual(120);
      const { refresh_token: old } = await tokensOf('careful');
      await host.advance(seconds(121));
      const later = await refresh(host, app, old, { resource: ORDERS });
      expect(claimsOf(later.body.access_token)).toMatchObject({ permissions: ['discounts:use'] });
    });
  });

  describe('what was given for a time', () => {
    test('holds in office hours, and no token of it outlives them', async () => {
      await until('2029-12-03T15:58:30Z'); // a Monday, 16:58:30 in Berlin
      const { permissions, exp } = await claimsFor('worker');
      expect([...permissions].sort()).toEqual(['discounts:use', 'orders:read']);
      expect(exp * 1000).toBeLessThanOrEqual(Date.parse('2029-12-03T16:00:00Z'));
      await until('2029-12-03T16:00:00Z');
      expect(await permissionsOf('worker')).toEqual(['discounts:use']);
    });

    test('begins when it says, and gives nothing at the very next token when it is over', async () => {
      await until('2030-01-31T23:00:00Z');
      expect(await claimsFor('temporary')).toMatchObject({ roles: ['seller'] });
      await until('2030-03-01T10:59:00Z');
      const { exp } = await claimsFor('temporary');
      // The role continues through the group; the user's own assignment ends in a minute.
      expect(exp * 1000).toBeLessThanOrEqual(Date.parse('2030-03-01T11:00:00Z'));
      await until('2030-12-31T23:58:00Z');
      expect(await claimsFor('nested')).toMatchObject({ roles: ['seller'] });
      await until('2031-01-01T00:00:00Z');
      expect(await claimsFor('nested')).toMatchObject({ roles: [], permissions: ['discounts:use'] });
      expect(await claimsFor('temporary')).toMatchObject({ roles: [] });
    });
  });

  test('a token can be explained by its jti, long after what it was made from has changed', async () => {
    const { jti } = await claimsFor('nested').then((claims) => claims as Claims & { readonly jti: string });
    const { code, out } = await host.command('explain', 'token', jti);
    expect([code, out.join('\n')]).toEqual([0, expect.stringContaining('A token of nested, for the client public')]);
    expect(out.join('\n')).toMatch(/- The group team, their own: given by host:\S+ at /);
    expect((await host.command('explain', 'token', 'nothing')).err.join(' ')).toContain('There is no record');
  });

  test('a client that acts for itself carries its own, and its users carry none of it', async () => {
    const { status, body } = await token(
      host,
      { id: 'machine' },
      { grant_type: 'client_credentials', client_id: 'machine', client_secret: MACHINE_SECRET },
    );
    expect([status, claimsOf(body.access_token)]).toEqual([
      200,
      expect.objectContaining({ permissions: ['audit:read'] }),
    ]);
    expect(await permissionsOf('plain')).not.toContain('audit:read');
  });
});
