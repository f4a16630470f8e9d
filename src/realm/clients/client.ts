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

/** An OAuth client. The id is its client_id. */
export type Client = {
  id: string;
  /** When it was made under this id: what was issued to it bears this moment. A rename sets another one. */
  createdAt: Instant;
  since: Instant;
  name: string;
  /** `web` keeps a secret or is a browser's; `native` runs on a device (RFC 8252). */
  applicationType: 'web' | 'native';
  authentication: ClientAuthentication;
  /** Several may be good at once, so that one can be replaced without a pause. */
  secrets: ClientSecret[];
  /** Its public keys, for private_key_jwt and signed requests: themselves, or where they are found. Never both. */
  jwks?: { keys: PublicJwk[] };
  jwksUri?: string;
  /** Compared exactly. */
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  grantTypes: GrantType[];
  /** First party: its users are not asked for consent. */
  firstParty: boolean;
  /** The scopes it may ask for, besides the permissions of its resource servers. */
  scopes: string[];
  /** Identifiers of the resource servers it may ask tokens for. */
  resourceServers: string[];
  /** The one that is meant where it names none: for client_credentials, and for requests without `openid`. */
  defaultResourceServer?: string;
  /** The algorithm of its ID tokens. */
  idTokenAlgorithm: TokenAlgorithm;
  /** `requested`: with a code, the claims of scopes are at userinfo alone, and the `claims` parameter asks for others (OpenID Connect Core 5.4). */
  idTokenClaims: 'scopes' | 'requested';
  /** `pairwise`: it knows its users by names that clients of another sector do not (OpenID Connect Core 8.1). */
  subjectType: 'public' | 'pairwise';
  /** The host whose clients share pairwise names; absent: that of its redirect URIs. */
  sectorIdentifier?: string;
  /**
   * Whether its authorization requests need a code_challenge: always, unless they have a nonce of OpenID Connect, or never.
   * A client without authentication always needs one (RFC 9700 2.1.1).
   */
  pkce: 'required' | 'or-nonce' | 'exempt';
  /** For so long a refresh token that was used already gets the same successor again. */
  refreshReuseSeconds: number;
  /** Whether each use of a refresh token gives another one. Only a client that authenticates may do without. */
  rotateRefreshTokens: boolean;
  /** First party: `offline_access` is granted without a consent page. */
  offlineAccess: boolean;
  /** `required`: a token for an API needs `resource` at the token endpoint, also where it was named at /auth (RFC 8707 2.2). */
  resourceAtToken: 'optional' | 'required';
  /** Native: `http://localhost` redirect URIs match with any port, as those of the loopback addresses do (RFC 8252 8.3). */
  localhostAnyPort: boolean;
  /** Origins of its pages, whose scripts may call the token endpoint and userinfo (CORS). */
  allowedOrigins: string[];
  /** The lowest level of its users' sign-ins. */
  requiredLevel?: Level;
  lifetimes: ClientLifetimes;
  /** It gets no token that is not bound to a key of its own (RFC 9449). */
  dpopBound: boolean;
  /** Its authorization requests come by PAR alone (RFC 9126). */
  requirePushedRequests: boolean;
  /** Where a sign-in to it begins anew (OpenID Connect Core 4): the way out of a page that is no longer valid. */
  initiateLoginUri?: string;
  /** Is told when a session of its ends (OpenID Connect Back-Channel Logout). */
  backchannelLogoutUri?: string;
  /** Identifiers of the resource servers that it is: it may ask what their access tokens are worth (RFC 7662). */
  introspects?: string[];
  /** The claims for roles, permissions and groups in ID tokens and at userinfo; absent: each under its own name, as far as its scopes release them. */
  claims?: ClientClaimMapping[];
  /** How long its ID tokens and JWT access tokens may be, in bytes. */
  tokenBudgetBytes?: number;
  /** The rule for longer tokens; absent: `refuse`. */
  overBudget?: OverBudget;
  /** For itself (client_credentials); a user's token never carries them. */
  assignments: Assignment[];
  /** It was made before the third version of clients, which has other defaults. */
  madeBefore?: 3;
};

/** Absent values come from the resource server or the realm. */
export type ClientLifetimes = {
  idTokenSeconds?: number;
  accessTokenSeconds?: number;
  refreshTokenIdleSeconds?: number;
};

/** `client_secret`: by HTTP Basic or in the body, whichever comes; the next two take one of these alone. */
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
  // Processes of the release before read and write it under this name.
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

/** A client of the first version behaves as it did. */
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

/** A client of the second version behaves as it did, though new clients get other defaults. */
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

/** Whether it has secrets. The others authenticate by nothing, or by a key of their own. */
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

/** Whether a secret that came this way is looked at: the client leaves it open, or has registered this way. */
export const takesSecretBy = (
  { authentication }: Pick<Client, 'authentication'>,
  way: 'client_secret_basic' | 'client_secret_post',
): boolean => authentication === 'client_secret' || authentication === way;
