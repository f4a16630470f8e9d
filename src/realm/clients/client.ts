import type { Instant } from '../../base/clock.js';
import { type Assignment, withAssignmentSources } from '../../base/assignment.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import type { JsonObject } from '../../base/json.js';
import type { Level } from '../../base/authentication-level.js';
import { spec } from '../../storage/spec.js';
import type { ClientClaimMapping } from '../claims/claim-mapping.js';
import type { PublicJwk } from './client-keys.js';
import type { OverBudget } from '../../base/token-budget.js';
import type { TokenAlgorithm } from '../keys/token-algorithm.js';

/** What history keeps of a client: its own access as a subject, and what it may request. */
export type ClientAccess = Pick<Client, 'assignments' | 'grantTypes' | 'scopes' | 'resourceServers'>;

/** An OAuth client. The id is its client_id. */
export type Client = {
  id: string;
  /** When it was created under this id, which everything issued to it records. A rename sets a new time. */
  createdAt: Instant;
  since: Instant;
  name: string;
  /** `web`: keeps a secret, or runs in a browser; `native`: runs on a device (RFC 8252). */
  applicationType: 'web' | 'native';
  authentication: ClientAuthentication;
  /** Several may be valid at once, so that one can be replaced without interruption. */
  secrets: ClientSecret[];
  /** Its public keys, for private_key_jwt and signed requests: either the keys or their URL, never both. */
  jwks?: { keys: PublicJwk[] };
  jwksUri?: string;
  /** Exact match. */
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  grantTypes: GrantType[];
  /** First party: users are not asked for consent. */
  firstParty: boolean;
  /** The scopes it may request, besides the permissions of its resource servers. */
  scopes: string[];
  /** Identifiers of the resource servers for which it may request tokens. */
  resourceServers: string[];
  /** The default if it names none: for client_credentials, and for requests without `openid`. */
  defaultResourceServer?: string;
  /** The algorithm of its ID tokens. */
  idTokenAlgorithm: TokenAlgorithm;
  /**
   * `requested`: with a code, the claims of scopes are only at userinfo, and the `claims` parameter requests others (OpenID
   * Connect Core 5.4).
   */
  idTokenClaims: 'scopes' | 'requested';
  /** `pairwise`: its users have subjects that clients of another sector do not know (OpenID Connect Core 8.1). */
  subjectType: 'public' | 'pairwise';
  /** The host whose clients share pairwise subjects; absent: that of its redirect URIs. */
  sectorIdentifier?: string;
  /**
   * Whether its authorization requests need a code_challenge: always, unless they have a nonce of OpenID Connect, or never.
   * A client without authentication always needs one (RFC 9700 2.1.1).
   */
  pkce: 'required' | 'or-nonce' | 'exempt';
  /** For this long a used refresh token gets the same successor again. */
  refreshReuseSeconds: number;
  /** Whether each use of a refresh token issues another one. Only a client that authenticates may turn this off. */
  rotateRefreshTokens: boolean;
  /** First party: `offline_access` is granted without a consent page. */
  offlineAccess: boolean;
  /** `required`: a token for an API needs `resource` at the token endpoint, even if it was named at /auth (RFC 8707 2.2). */
  resourceAtToken: 'optional' | 'required';
  /** Native: `http://localhost` redirect URIs match with any port, like those of the loopback addresses (RFC 8252 8.3). */
  localhostAnyPort: boolean;
  /** Origins of its pages, whose scripts may call the token endpoint and userinfo (CORS). */
  allowedOrigins: string[];
  /** The minimum level of its users' sign-ins. */
  requiredLevel?: Level;
  /** The userstores whose users may sign in at it; absent: all; empty: none. With exactly one, every name goes to it. */
  connectors?: string[];
  lifetimes: ClientLifetimes;
  /** It gets only tokens that are bound to a key of its own (RFC 9449). */
  dpopBound: boolean;
  /** Its authorization requests must use PAR (RFC 9126). */
  requirePushedRequests: boolean;
  /** Starts a sign-in at the application (OpenID Connect Core 4): the way out of an expired page. */
  initiateLoginUri?: string;
  /** Notified when one of its sessions ends (OpenID Connect Back-Channel Logout). */
  backchannelLogoutUri?: string;
  /** Identifiers of its own resource servers: it may introspect their access tokens (RFC 7662). */
  introspects?: string[];
  /**
   * The claims for roles, permissions and groups in ID tokens and at userinfo; absent: the default claims, as far as its scopes
   * release them.
   */
  claims?: ClientClaimMapping[];
  /** The maximum length of its ID tokens and JWT access tokens, in bytes. */
  tokenBudgetBytes?: number;
  /** The rule for longer tokens; absent: `refuse`. */
  overBudget?: OverBudget;
  /** For itself (client_credentials); a user's token never contains them. */
  assignments: Assignment[];
  /** It was created before the third version of clients, which has other defaults. */
  madeBefore?: 3;
};

/** Absent values come from the resource server or the realm. */
export type ClientLifetimes = {
  idTokenSeconds?: number;
  accessTokenSeconds?: number;
  refreshTokenIdleSeconds?: number;
};

/** `client_secret`: by HTTP Basic or in the body; the next two accept only one of these. */
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];
export const CLIENT_AUTHENTICATIONS = [
  'none',
  'client_secret',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const;
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';
export type ClientSecret = { id: string; hash: Hashed; createdAt: Instant; expiresAt?: Instant };

export const clients = spec<Client>()({
  name: 'clients',
  scope: 'realm',
  version: 4,
  migrations: { 2: asInVersion1, 3: asInVersion2, 4: withAssignmentSources },
  indexed: { name: 'string' },
  // Processes of the previous release read and write it under this name.
  storedAs: { assignments: 'edges' },
  audited: [
    'name',
    'applicationType',
    'authentication',
    'jwks',
    'jwksUri',
    'redirectUris',
    'postLogoutRedirectUris',
    'grantTypes',
    'firstParty',
    'scopes',
    'resourceServers',
    'defaultResourceServer',
    'idTokenAlgorithm',
    'idTokenClaims',
    'subjectType',
    'sectorIdentifier',
    'pkce',
    'refreshReuseSeconds',
    'rotateRefreshTokens',
    'offlineAccess',
    'resourceAtToken',
    'localhostAnyPort',
    'allowedOrigins',
    'requiredLevel',
    'connectors',
    'lifetimes',
    'dpopBound',
    'requirePushedRequests',
    'initiateLoginUri',
    'backchannelLogoutUri',
    'introspects',
    'claims',
    'tokenBudgetBytes',
    'overBudget',
    'assignments',
  ],
  unique: {},
  queries: { all: { order: 'name' } },
});

/** Upgrades a client of the first version without changing its behaviour. */
function asInVersion1(document: JsonObject): JsonObject {
  return {
    idTokenAlgorithm: 'ES256',
    subjectType: 'public',
    pkce: 'required',
    refreshReuseSeconds: 0,
    allowedOrigins: [],
    lifetimes: {},
    dpopBound: false,
    requirePushedRequests: false,
    ...document,
  };
}

/** Upgrades a client of the second version without changing its behaviour, although new clients get other defaults. */
function asInVersion2(document: JsonObject): JsonObject {
  return {
    idTokenClaims: 'scopes',
    rotateRefreshTokens: true,
    offlineAccess: false,
    resourceAtToken: 'required',
    localhostAnyPort: false,
    madeBefore: 3,
    ...document,
  };
}

/** Whether it has secrets. Other clients do not authenticate, or use a key of their own. */
export function keepsSecret({ authentication }: Pick<Client, 'authentication'>): boolean {
  switch (authentication) {
    case 'client_secret':
    case 'client_secret_basic':
    case 'client_secret_post':
      return true;
    case 'none':
    case 'private_key_jwt':
      return false;
  }
}

/** Whether a secret sent by this method is accepted: the client allows any method, or has registered this one. */
export const takesSecretBy = (
  { authentication }: Pick<Client, 'authentication'>,
  way: 'client_secret_basic' | 'client_secret_post',
): boolean => authentication === 'client_secret' || authentication === way;
