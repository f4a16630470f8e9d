import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import type { ClaimMapping } from '../claims/claim-mapping.js';
import type { TokenAlgorithm } from '../keys/token-algorithm.js';

/** An API with an identifier (audience) and its permissions. */
export type ResourceServer = {
  id: string;
  createdAt: Instant;
  since: Instant;
  /** The audience: an absolute URI without fragment (RFC 8707 2). */
  identifier: string;
  name: string;
  permissions: Permission[];
  /** Permissions that come with a matching permission: `*:write` brings `audit:read`. */
  implications?: Implication[];
  /** The facts that it may state in a decision request; others are ignored. */
  trustedFor?: TrustedFact[];
  /** The lifetime of its access tokens. */
  accessTokenSeconds: number;
  /** `jwt` is verified by the API itself (RFC 9068); `opaque` is introspected each time. */
  tokenFormat: 'jwt' | 'opaque';
  /** For an API that accepts JWTs: it introspects other tokens, which a client's token budget may issue. */
  acceptsReferences?: boolean;
  /** The claims of its access tokens; absent: roles and permissions. */
  claims?: ClaimMapping[];
  /** The algorithm of its JWTs. */
  algorithm: TokenAlgorithm;
  /** The `typ` of its JWTs: `at+jwt` (RFC 9068 2.1), or `JWT` for an API whose library accepts no other. */
  jwtType: 'at+jwt' | 'JWT';
  /** `false`: its tokens are never valid at userinfo, whatever was granted; absent: `true`. */
  userinfo?: boolean;
  /** Which of its decision requests are recorded, counted by the minute; absent: `none`. */
  auditDecisions?: 'none' | 'denied' | 'all';
  /** Its declared objects, for resource search: see {@link ResourceInstance}. */
  instances?: ResourceInstance[];
};

/**
 * What history keeps of a resource server: all that decisions read. The identifier never changes; it is for the time after the
 * resource server is removed.
 */
export type ResourceServerAccess = Pick<ResourceServer, 'identifier' | 'permissions' | 'implications'>;

/** An object that a resource server declares. Properties in a question override the declared ones. */
export type ResourceInstance = {
  type: string;
  id: string;
  /** Names of groups that it belongs to. */
  within?: string[];
  attributes: { name: string; value: string }[];
};

export type Permission = {
  /** A path joined by `:` whose last segment is the action. */
  name: string;
  description?: string;
  /** Other permissions of the same resource server that it includes: names, nodes above them, patterns. */
  implies: string[];
};

/** The user's address, their sign-in, the application in use, and other properties. */
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
    'auditDecisions',
    'instances',
  ],
  unique: { identifier: ['identifier'] },
  queries: { all: { order: 'identifier' } },
});
