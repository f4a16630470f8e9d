import type { Instant } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import type { Hashed } from '../base/hash-of.js';
import type { JsonObject } from '../base/json.js';
import type { Level } from '../base/level.js';
import { spec } from '../storage/spec.js';
import type { ClientClaimMapping } from './claim-mapping.js';
import type { PublicJwk } from './client-keys.js';
import type { OverBudget } from '../base/token-budget.js';
import type { TokenAlgorithm } from './token-algorithm.js';

/** An OAuth client. The id is its client_id. */
export type Client = {
  id: string;
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
  /** What its ID tokens are signed by. */
  idTokenAlgorithm: TokenAlgorithm;
  /** `pairwise`: it knows its users by names that clients of another sector do not (OpenID Connect Core 8.1). */
  subjectType: 'public' | 'pairwise';
  /** The host whose clients share pairwise names; absent: that of its redirect URIs. */
  sectorIdentifier?: string;
  /** `exempt`: it need not bring a code_challenge. For confidential clients alone, by name. */
  pkce: 'required' | 'exempt';
  /** For so long a refresh token that was used already gets the same successor again. */
  refreshReuseSeconds: number;
  /** Origins of its pages, whose scripts may call the token endpoint and userinfo (CORS). */
  allowedOrigins: string[];
  /** Nobody is signed in to it by less. */
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
  /** What it is told of roles, permissions and groups in ID tokens and at userinfo; absent: each by its own name, as far as its scopes go. */
  claims?: ClientClaimMapping[];
  /** How long its ID tokens and JWT access tokens may be, in bytes. */
  tokenBudgetBytes?: number;
  /** What happens to one that would be longer; absent: `refuse`. */
  overBudget?: OverBudget;
  /** For itself (client_credentials); a user's token never carries them. */
  edges: Edge[];
};

/** What is not said here is as the resource server or the realm says. */
export type ClientLifetimes = {
  idTokenSeconds?: number;
  accessTokenSeconds?: number;
  refreshTokenIdleSeconds?: number;
};

export type ClientAuthentication = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';
export type ClientSecret = { id: string; hash: Hashed; createdAt: Instant; expiresAt?: Instant };

export const clients = spec<Client>()({
  name: 'clients',
  scope: 'realm',
  version: 2,
  migrations: { 2: withDefaults },
  indexed: { name: 'string' },
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
    'subjectType',
    'sectorIdentifier',
    'pkce',
    'refreshReuseSeconds',
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
    'edges',
  ],
  unique: {},
  queries: { all: { order: 'name' } },
});

/** A client of the first version behaves as it did. */
function withDefaults(document: JsonObject): JsonObject {
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

/** Whether it has secrets. The other two prove themselves by nothing, or by a key of their own. */
export const keepsSecret = ({ authentication }: Pick<Client, 'authentication'>): boolean =>
  authentication === 'client_secret_basic' || authentication === 'client_secret_post';
