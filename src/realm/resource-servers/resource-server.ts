import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import type { ClaimMapping } from '../claims/claim-mapping.js';
import type { TokenAlgorithm } from '../keys/token-algorithm.js';

/** An API with an identifier (audience) and the permissions it understands. */
export type ResourceServer = {
  id: string;
  createdAt: Instant;
  since: Instant;
  /** The audience: an absolute URI without fragment (RFC 8707 2). */
  identifier: string;
  name: string;
  permissions: Permission[];
  /** The permissions that holders of a matching permission also have: `*:write` brings `audit:read`. */
  implications?: Implication[];
  /** The facts that it may state when it asks for a decision; others are ignored. */
  trustedFor?: TrustedFact[];
  /** The lifetime of its access tokens. */
  accessTokenSeconds: number;
  /** `jwt` it verifies by itself (RFC 9068); for `opaque` it asks at introspection each time. */
  tokenFormat: 'jwt' | 'opaque';
  /** Where it takes JWTs: it introspects what is none, which a client's token budget may hand out. */
  acceptsReferences?: boolean;
  /** The claims of its access tokens; absent: roles and permissions. */
  claims?: ClaimMapping[];
  /** The algorithm of its JWTs. */
  algorithm: TokenAlgorithm;
  /** The `typ` of a JWT for it: `at+jwt` (RFC 9068 2.1), or `JWT` for an API whose library knows no other. */
  jwtType: 'at+jwt' | 'JWT';
  /** `false`: a token for it never opens userinfo, whatever was granted; absent: `true`. */
  userinfo?: boolean;
  /** Things that it has, where it wants them searched: see {@link ResourceInstance}. */
  instances?: ResourceInstance[];
};

/** A thing that a resource server declares. Values in a question override the declared ones. */
export type ResourceInstance = {
  type: string;
  id: string;
  /** Names of groups that it belongs to. */
  within?: string[];
  attributes: { name: string; value: string }[];
};

export type Permission = {
  /** A path joined by `:` whose last part is the action. */
  name: string;
  description?: string;
  /** Other permissions of the same resource server that come with it: their names, nodes above them, patterns. */
  implies: string[];
};

/** A person's address, their sign-in, the application that they use, and what else is said of them. */
export type TrustedFact = (typeof TRUSTED_FACTS)[number];
export const TRUSTED_FACTS = ['address', 'authentication', 'client', 'attributes', 'behaviour'] as const;

/** Both sides are names, nodes or patterns. */
export type Implication = { permission: string; implies: string[] };

/** The audience of Gatehouse's own APIs. */
export const GATEHOUSE_API = 'urn:gatehouse:api';

export const resourceServers = spec<ResourceServer>()({
  name: 'resourceServers',
  scope: 'realm',
  version: 3,
  migrations: {
    2: (document: JsonObject) => ({ tokenFormat: 'jwt', algorithm: 'ES256', ...document }),
    3: (document: JsonObject) => ({ jwtType: 'at+jwt', ...document }),
  },
  indexed: { identifier: 'string' },
  audited: [
    'identifier',
    'name',
    'permissions',
    'implications',
    'trustedFor',
    'accessTokenSeconds',
    'tokenFormat',
    'acceptsReferences',
    'claims',
    'algorithm',
    'jwtType',
    'userinfo',
    'instances',
  ],
  unique: { identifier: ['identifier'] },
  queries: { all: { order: 'identifier' } },
});
