/** Scopes that a request names: whose they are, and what becomes of those that nobody knows. */
import { describe, expect, test } from '@jest/globals';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { ignoredFields } from '../../src/http/refusals/ignored.js';
import { whyOf } from '../../src/http/refusals/because.js';
import { resourceServers } from '../../src/oidc/configuration/resource-servers.js';
import { apiScopesIn, assertKnownScope, noteUnknownScopes } from '../../src/oidc/requests/requested-scopes.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { ResourceServer } from '../../src/realm/resource-servers/resource-server.js';
import { ORDERS, server, STOCK } from '../access/world.js';
import { inRequest, libraryClient, ourClient } from './request.js';

type OidcRequest = KoaContextWithOIDC['oidc'];

const request = (scope: string, about: Partial<OidcRequest> = {}): OidcRequest =>
  ({ requestParamScopes: new Set(scope.split(' ')), params: {}, ...about }) as unknown as OidcRequest;
const orders = { [ORDERS]: { scope: 'orders:read orders:write' } } as unknown as NonNullable<
  OidcRequest['resourceServers']
>;

/** Why the request is refused; undefined if it is not. */
const refusalOf = (oidc: OidcRequest, lends: boolean) =>
  inRequest(() => {
    try {
      assertKnownScope(oidc, { lends });
      return undefined;
    } catch (error) {
      return whyOf(error)?.reason;
    }
  });

test('scopes of the person are not scopes of an API', () => {
  expect(apiScopesIn(request('openid orders:read profile'))).toEqual(['orders:read']);
  expect(apiScopesIn(request(''))).toEqual([]);
});

test('a scope that no API of the request declares is named in its log line, and no other is', async () => {
  const req = {};
  const oidc = request('openid orders:read stock:count', { resourceServers: orders });
  await inRequest(() => noteUnknownScopes(oidc), { ctx: { req } });
  expect(ignoredFields(req as never)).toEqual({ ignored: ['scope stock:count'] });
});

describe('a request is refused', () => {
  test('if it names no scope, and no API that lends what its subject holds', async () => {
    expect(await refusalOf(request(''), true)).toBe('scope-missing');
    expect(await refusalOf(request('', { resourceServers: orders }), false)).toBe('scope-missing');
    expect(await refusalOf(request('', { resourceServers: orders }), true)).toBeUndefined();
  });

  test('if nobody knows any of its scopes', async () => {
    expect(await refusalOf(request('orders:fly'), true)).toBe('scope-unknown');
    expect(await refusalOf(request('orders:read'), true)).toBe('scope-unknown');
    expect(await refusalOf(request('orders:fly', { resourceServers: orders }), true)).toBe('scope-unknown');
  });

  test('not if one of them is known', async () => {
    expect(await refusalOf(request('openid orders:fly'), false)).toBeUndefined();
    expect(await refusalOf(request('orders:read orders:fly', { resourceServers: orders }), false)).toBeUndefined();
  });
});

describe('the API of a token', () => {
  const servers: ResourceServer[] = [
    { ...server(ORDERS, { 'orders:read': [], shared: [] }), accessTokenSeconds: 300 },
    server(STOCK, { 'stock:count': [], shared: [] }),
  ];
  const hooks = (about: Partial<Client> = {}) => {
    const client = { ...ourClient({ resourceServers: [ORDERS, STOCK], ...about }), version: 1 };
    const { resourceIndicators } = resourceServers(
      {
        get: async (id) => servers.map((each) => ({ ...each, version: 1 })).find(({ identifier }) => identifier === id),
      },
      { get: async () => client },
    );
    const library = libraryClient(about) as never;
    return {
      info: (identifier: string) => resourceIndicators.getResourceServerInfo({} as never, identifier, library),
      chosen: (oidc: OidcRequest, oneOf?: string[]) =>
        inRequest(() => resourceIndicators.defaultResource({ oidc } as KoaContextWithOIDC, library, oneOf)),
      reused: (resource: unknown) =>
        resourceIndicators.useGrantedResource(
          { oidc: { client: libraryClient({ resourceServers: [ORDERS], ...about }) } } as unknown as KoaContextWithOIDC,
          { resource } as never,
        ),
    };
  };

  test('is described by its permissions, and lives as its client says before it does', async () => {
    expect(await hooks().info(ORDERS)).toEqual({
      audience: ORDERS,
      scope: 'orders:read shared',
      accessTokenTTL: 300,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'ES256' } },
    });
    expect(await hooks({ lifetimes: { accessTokenSeconds: 7 } }).info(ORDERS)).toMatchObject({ accessTokenTTL: 7 });
  });

  test('is refused alike if it does not exist and if the client may not use it', async () => {
    await expect(hooks().info('https://nothing.example')).rejects.toMatchObject({ error: 'invalid_target' });
    await expect(hooks({ resourceServers: [STOCK] }).info(ORDERS)).rejects.toMatchObject({ error: 'invalid_target' });
  });

  test('follows from a scope that one API alone declares', async () => {
    expect(await hooks().chosen(request('openid orders:read'))).toEqual([ORDERS]);
    expect(await hooks().chosen(request('orders:read stock:count'))).toEqual([ORDERS, STOCK]);
    expect(await hooks().chosen(request('openid shared'))).toEqual([]);
  });

  test('is the preferred one if nothing else says which, and the token is not for userinfo', async () => {
    const preferring = hooks({ defaultResourceServer: STOCK });
    expect(await preferring.chosen(request('shared'))).toBe(STOCK);
    expect(await preferring.chosen(request('openid shared'))).toEqual([]);
  });

  test('of several that were granted is the only one, or the preferred one, or still open', async () => {
    expect(await hooks().chosen(request('openid'), [ORDERS, ORDERS])).toBe(ORDERS);
    expect(await hooks({ defaultResourceServer: STOCK }).chosen(request('openid'), [ORDERS, STOCK])).toBe(STOCK);
    expect(await hooks().chosen(request('openid'), [ORDERS, STOCK])).toEqual([ORDERS, STOCK]);
  });

  test('may be none for a client that acts for itself, unless it names a scope that nobody knows', async () => {
    const own = { params: { grant_type: 'client_credentials' } };
    expect(await hooks().chosen(request('', own))).toEqual([]);
    const naming = { params: { grant_type: 'client_credentials', scope: 'fly' } };
    await expect(hooks().chosen(request('fly', naming))).rejects.toMatchObject({ error: 'invalid_scope' });
    await expect(hooks().chosen(request(''))).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  test('is taken from the authorization request if it named one, and the client may leave it out', () => {
    expect(hooks().reused(ORDERS)).toBe(true);
    expect(hooks().reused([ORDERS, STOCK])).toBe(false);
    expect(hooks().reused(STOCK)).toBe(false);
    expect(hooks({ resourceAtToken: 'required' }).reused(ORDERS)).toBe(false);
  });
});
