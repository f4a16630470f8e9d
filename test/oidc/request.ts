/** Requests of the library, as far as one module needs them, with only the module under test in between. */
import type { Context } from 'koa';
import type { CachedClients } from '../../src/oidc/request-scope/request-reads.js';
import { RequestScope, runInScope } from '../../src/oidc/request-scope/request-scope.js';
import { attachClient } from '../../src/oidc/library/client/client-behind.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { User } from '../../src/identity/users/user.js';
import type { Settings } from '../../src/realm/settings/settings.js';
import type { Stored } from '../../src/storage/spec.js';
import type { Realm } from '../../src/storage/store.js';

/** A web client of the first party with all usual settings. */
export const ourClient = (about: Partial<Client> = {}): Client =>
  ({
    id: 'shop',
    createdAt: 1,
    since: 1,
    name: 'Shop',
    applicationType: 'web',
    authentication: 'client_secret',
    secrets: [],
    redirectUris: ['https://shop.example/callback'],
    postLogoutRedirectUris: [],
    allowedOrigins: [],
    grantTypes: ['authorization_code', 'refresh_token'],
    firstParty: true,
    scopes: ['openid', 'profile', 'roles'],
    resourceServers: [],
    idTokenAlgorithm: 'ES256',
    idTokenClaims: 'scopes',
    subjectType: 'public',
    pkce: 'required',
    refreshReuseSeconds: 0,
    rotateRefreshTokens: true,
    offlineAccess: false,
    resourceAtToken: 'optional',
    localhostAnyPort: false,
    lifetimes: {},
    assignments: [],
    ...about,
  }) as Client;

/** The library's client for one of ours. */
export const libraryClient = (about: Partial<Client> = {}): object => {
  const ours = ourClient(about);
  return attachClient({ clientId: ours.id, clientName: ours.name }, ours);
};

export const user = (about: Partial<User> = {}): Stored<User> => ({
  id: 'ada',
  version: 1,
  createdAt: 0,
  since: 0,
  blocks: [],
  state: 'active',
  userstore: 'primary',
  username: 'ada',
  profile: {},
  emailVerified: false,
  attributes: [],
  assignments: [],
  within: [],
  roleIds: [],
  terms: [],
  ...about,
});

/** Runs in the scope of a request with this library context, with these users read already. */
export function inRequest<T>(
  work: (scope: RequestScope) => Promise<T> | T,
  about: {
    readonly oidc?: object;
    readonly settings?: Partial<Settings>;
    readonly users?: readonly Stored<User>[];
    readonly realm?: Realm;
    readonly ctx?: object;
    /** A whole context, instead of one made of `ctx` and `oidc`. */
    readonly context?: Context;
    readonly clients?: CachedClients;
  } = {},
): Promise<T> {
  const { oidc, settings = {}, users = [], realm = {} as Realm, ctx, clients } = about;
  const context = about.context ?? ({ query: {}, req: {}, ...ctx, ...(oidc && { oidc }) } as unknown as Context);
  const scope = new RequestScope(realm, settings as Settings, context, { clients });
  for (const each of users) scope.reads.user.remember(each.id, each);
  return runInScope(scope, async () => work(scope));
}
