/** The content of an access token is planned before the library creates it, and a token without a plan is not created. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Provider } from 'oidc-provider';
import { tokens } from '../../src/oidc/configuration/tokens.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import { planAccessTokens } from '../../src/oidc/library/token/save-access-token.js';
import type { RequestScope } from '../../src/oidc/request-scope/request-scope.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { ResourceServer } from '../../src/realm/resource-servers/resource-server.js';
import type { Stored } from '../../src/storage/spec.js';
import { assignment, ORDERS, server, snapshotOf, STOCK } from '../access/world.js';
import { inRequest, libraryClient, user } from './request.js';

const ISSUER = 'https://id.example.com';
const ada = user({
  assignments: [
    assignment('permission', `${ORDERS} orders:read`),
    assignment('permission', `${STOCK} stock:count`),
    assignment('permission', `${ORDERS} orders:write`, { validUntil: Date.now() + 60_000 }),
  ],
});
const orders = server(ORDERS, { 'orders:read': [], 'orders:write': [] });

interface TestToken {
  aud?: unknown;
  accountId?: string;
  scope?: string;
  resourceServer?: { scopes: Set<string>; accessTokenFormat: string };
  jti?: string;
  save(): Promise<string>;
}
let saved: object[];
let AccessToken: new () => TestToken;
let ClientCredentials: new () => TestToken;
/** The resource servers that exist, by identifier. */
let known: Map<string, Stored<ResourceServer>>;

const source = { acr: 'urn:a', amr: ['pwd'], authTime: 7, scopes: new Set<string>() };
/** A request in which a client exchanges ada's refresh token for a token for an API. */
const asking = (about: Partial<Client> = {}, more: object = {}) => ({
  oidc: {
    client: libraryClient(about),
    entities: { RefreshToken: source, Grant: { getOIDCScopeFiltered: () => 'openid roles' } },
    params: { resource: ORDERS },
    requestParamScopes: new Set<string>(),
    ...more,
  },
  users: [ada],
});

const tokenFor = (audience: string, about: Partial<TestToken> = {}): TestToken =>
  Object.assign(new AccessToken(), {
    aud: audience,
    accountId: 'ada',
    resourceServer: { scopes: new Set(['orders:read', 'orders:write']), accessTokenFormat: 'jwt' },
    ...about,
  });

beforeEach(() => {
  saved = [];
  class Model {
    jti?: string;
    async save(): Promise<string> {
      saved.push(this);
      return 'value';
    }
  }
  AccessToken = class extends Model {};
  ClientCredentials = class extends Model {};
  known = new Map([[ORDERS, { ...orders, version: 1 }]]);
  const parts = {
    issuer: ISSUER,
    signing: [],
    snapshots: { read: async () => snapshotOf({ groups: [], roles: [], servers: [orders] }) },
    resourceServers: { get: async (id: string) => known.get(id) },
    pairwise: pairwiseSubjects(Buffer.alloc(32)),
  };
  planAccessTokens({ AccessToken, ClientCredentials } as unknown as Provider, parts, async () => undefined);
});

/** Saves the token in a request of this kind, and returns its plan. */
const planned = (token: TestToken, request: Parameters<typeof inRequest>[1] = asking()) =>
  inRequest(async (scope: RequestScope) => {
    await token.save();
    return scope.issuances.of(token);
  }, request);

describe('an access token for a resource server', () => {
  const refused = `An access token for ${ORDERS} was to be issued without its permissions.`;

  test('is never issued where its user is gone, so that nobody knows what they may do there', async () => {
    const gone = inRequest((scope) => {
      scope.reads.user.remember('gone', undefined);
      return tokenFor(ORDERS, { accountId: 'gone' }).save();
    }, asking());
    await expect(gone).rejects.toThrow(refused);
    expect(saved).toEqual([]);
  });

  test('is never issued where the resource server is gone', async () => {
    known.clear();
    await expect(planned(tokenFor(ORDERS))).rejects.toThrow(refused);
    expect(saved).toEqual([]);
  });

  test('has the permissions of its user there, a record of why, and the end of what ends by itself', async () => {
    const token = tokenFor(ORDERS);
    const plan = await planned(token);
    expect(plan).toMatchObject({
      claims: { acr: 'urn:a', amr: ['pwd'], auth_time: 7, permissions: ['orders:read', 'orders:write'] },
      scope: ['orders:read', 'orders:write'],
      format: { kind: 'jwt', type: 'at+jwt' },
      record: { audience: ORDERS, scope: ['orders:read', 'orders:write'] },
      accessEndsAt: ada.assignments[2]?.validUntil,
    });
    expect(plan.record?.assignmentIds).toEqual(
      expect.arrayContaining([ada.assignments[0]?.id, ada.assignments[2]?.id]),
    );
    expect(token.scope).toBe('orders:read orders:write');
    expect(plan).not.toHaveProperty('audiences');
  });

  test('has nothing of what was not asked for where people are asked for consent', async () => {
    const plan = await planned(tokenFor(ORDERS), asking({ firstParty: false }));
    expect(plan).toMatchObject({ scope: [], claims: { permissions: [] } });
  });

  test('opens userinfo beside its API where the request named no API and openid is granted', async () => {
    const token = tokenFor(ORDERS);
    const plan = await planned(token, asking({}, { params: {}, entities: withOpenid }));
    expect(plan.audiences).toEqual([ORDERS, `${ISSUER}/me`]);
    expect(token.aud).toEqual([ORDERS, `${ISSUER}/me`]);
    expect(plan.scope).toEqual(['orders:read', 'orders:write', 'openid', 'roles']);
  });
  const withOpenid = { RefreshToken: source, Grant: { getOIDCScopeFiltered: () => 'openid roles' } };

  test('that is too long becomes a reference where its API accepts that, and is refused otherwise', async () => {
    const small = { tokenBudgetBytes: 50, overBudget: 'reference' as const };
    await expect(planned(tokenFor(ORDERS), asking(small))).rejects.toMatchObject({ error: 'invalid_scope' });
    known.set(ORDERS, { ...orders, acceptsReferences: true, version: 1 });
    const token = tokenFor(ORDERS);
    const plan = await planned(token, asking(small));
    expect(plan.format).toEqual({ kind: 'opaque' });
    expect(plan.record).toMatchObject({ overBudget: { rule: 'reference' } });
    expect(token.resourceServer?.accessTokenFormat).toBe('opaque');
  });

  test('of a client that acts for itself has what that client holds', async () => {
    const token = Object.assign(new ClientCredentials(), {
      aud: ORDERS,
      resourceServer: { scopes: new Set(['orders:read']), accessTokenFormat: 'jwt' },
    });
    const holds = { assignments: [assignment('permission', `${ORDERS} orders:read`)] };
    const plan = await planned(token, asking(holds, { entities: {} }));
    expect(plan).toMatchObject({ claims: { permissions: ['orders:read'] }, scope: ['orders:read'] });
    expect(plan.claims).not.toHaveProperty('acr');
  });
});

describe('an access token', () => {
  test('for userinfo alone says how its user signed in, and leaves no record of permissions', async () => {
    const token = Object.assign(new AccessToken(), { accountId: 'ada', scope: 'openid' });
    const plan = await planned(token);
    expect(plan).toMatchObject({ claims: { acr: 'urn:a', amr: ['pwd'], auth_time: 7 }, scope: ['openid'] });
    expect(plan.format).toEqual({ kind: 'opaque' });
    expect(plan).not.toHaveProperty('record');
    expect(saved).toEqual([token]);
  });

  test('is not issued outside of a request of the library', async () => {
    await expect(inRequest(() => new AccessToken().save())).rejects.toThrow('outside of a request');
  });
});

describe('a token that nobody planned', () => {
  const unplanned = 'An access token that nobody planned was to be issued.';
  type Hook = (ctx: unknown, token: object, jwt?: object) => unknown;

  test('gets no claims and no lifetime, whatever its format: it is not issued', async () => {
    const { extraTokenClaims } = tokens as unknown as { extraTokenClaims: Hook };
    await expect(inRequest(() => extraTokenClaims({}, new AccessToken()))).rejects.toThrow(unplanned);
  });

  test('is not signed, and neither is one that was planned as a reference', async () => {
    const { jwt: customize } = tokens.formats.customizers as unknown as { jwt: Hook };
    const jwt = { header: {}, payload: { jti: 'a', exp: 1 } };
    const token = Object.assign(new AccessToken(), { clientId: 'shop' });
    await expect(inRequest(() => customize({}, token, jwt))).rejects.toThrow(unplanned);
    const reference = inRequest((scope) => {
      scope.issuances.plan(token, { claims: {}, scope: [], format: { kind: 'opaque' } });
      return customize({}, token, jwt);
    });
    await expect(reference).rejects.toThrow('planned as a reference');
  });
});
