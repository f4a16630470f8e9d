import type { Instant } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import type { Hashed } from '../base/hash-of.js';
import { spec } from '../storage/spec.js';

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
  /** For itself (client_credentials); a user's token never carries them. */
  edges: Edge[];
};

export type ClientAuthentication = 'none' | 'client_secret_basic' | 'client_secret_post';
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';
export type ClientSecret = { id: string; hash: Hashed; createdAt: Instant; expiresAt?: Instant };

export const clients = spec<Client>()({
  name: 'clients',
  scope: 'realm',
  version: 1,
  indexed: { name: 'string' },
  audited: [
    'name',
    'applicationType',
    'authentication',
    'redirectUris',
    'postLogoutRedirectUris',
    'grantTypes',
    'firstParty',
    'scopes',
    'resourceServers',
    'defaultResourceServer',
    'edges',
  ],
  unique: {},
  queries: { all: { order: 'name' } },
});
