/** The shared realm of all servers of a run: the same clients, API and users. */
import { randomBytes } from 'node:crypto';

/** The number of concurrent requests, each from another user. */
export const IN_FLIGHT = 16;

export const API = { identifier: 'https://orders.bench', permissions: ['orders:read', 'orders:write'] } as const;

export const APPLICATION = {
  id: 'application',
  name: 'Application of the benchmark',
  redirectUri: 'https://application.bench/callback',
} as const;

export const MACHINE = {
  id: 'machine',
  name: 'Machine of the benchmark',
  secret: randomBytes(32).toString('base64url'),
} as const;

/** A server-side application with a secret, because introspection needs authentication. */
export const WEB_SERVER = {
  id: 'web-server',
  name: 'Application of the benchmark on a server',
  redirectUri: 'https://web-server.bench/callback',
  secret: MACHINE.secret,
} as const;

/** The application's parameters at the authorization endpoint. */
export const ASKED = { scope: 'openid profile roles orders:read', resource: API.identifier } as const;

export const usernames = (people: number): string[] => Array.from({ length: people }, (_, at) => `person-${at}`);

/** The signature of ID tokens: what clients get by default (RS256), or ES256. Access tokens for the API are of ES256 either way. */
export const ALGORITHMS = ['default', 'ES256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The same, as a realm file: JSON is YAML. The machine's secret comes from the environment. */
export const realmFile = (
  people: number,
  algorithm: Algorithm = 'default',
  connectors: readonly object[] = [],
): string =>
  JSON.stringify({
    settings: { name: 'Benchmark', ...(algorithm !== 'default' && { idTokenAlgorithm: algorithm }) },
    resourceServers: [
      {
        identifier: API.identifier,
        name: 'Orders',
        permissions: [{ name: 'orders:read' }, { name: 'orders:write', implies: ['orders:read'] }],
      },
    ],
    roles: [{ name: 'seller', policies: [{ resourceServer: API.identifier, permission: 'orders:write' }] }],
    groups: [{ name: 'sales', roles: ['seller'] }],
    connectors,
    clients: [
      {
        id: APPLICATION.id,
        name: APPLICATION.name,
        authentication: 'none',
        firstParty: true,
        redirectUris: [APPLICATION.redirectUri],
        grantTypes: ['authorization_code', 'refresh_token'],
        scopes: ['openid', 'profile', 'roles'],
        resourceServers: [API.identifier],
      },
      {
        id: WEB_SERVER.id,
        name: WEB_SERVER.name,
        authentication: 'client_secret_post',
        secret: '${MACHINE_SECRET}',
        firstParty: true,
        redirectUris: [WEB_SERVER.redirectUri],
        grantTypes: ['authorization_code', 'refresh_token'],
        scopes: ['openid', 'profile', 'roles'],
        resourceServers: [API.identifier],
      },
      {
        id: MACHINE.id,
        name: MACHINE.name,
        authentication: 'client_secret_post',
        secret: '${MACHINE_SECRET}',
        grantTypes: ['client_credentials'],
        scopes: [],
        resourceServers: [API.identifier],
        defaultResourceServer: API.identifier,
        roles: ['seller'],
      },
    ],
    users: usernames(people).map((username) => ({
      username,
      permanentPassword: true,
      profile: { name: `Person ${username}` },
      groups: ['sales'],
    })),
  });
