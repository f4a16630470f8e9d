import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';
import type { Consented } from './consented.js';

/**
 * The access that a user allowed a client, independent of sessions: a later session's grant is created from it without asking.
 * One document per user and client, under {@link consentId}.
 */
export type Consent = {
  id: string;
  userId: string;
  clientId: string;
  /** When that client was created: see {@link isGivenTo}. Absent in older consents. */
  clientMade?: Instant;
  scopes: string[];
  claims: string[];
  resourceScopes: { resourceServer: string; scopes: string[] }[];
  /** Those in `resourceScopes`, as an index. */
  resourceServers?: string[];
  /** When consent was last given, and by whom: the user, or an administrator on their behalf. */
  givenAt: Instant;
  givenBy: { kind: 'user' | 'client' | 'host' | 'system'; id: string };
  /** When a grant was last created from it. Every grant has a different time, so that a withdrawal knows each. */
  lastUsedAt: Instant;
};

/** The resource servers of these scopes, in order. */
export const resourceServersOf = ({ resourceScopes }: Pick<Consent, 'resourceScopes'>): string[] =>
  resourceScopes.map(({ resourceServer }) => resourceServer).sort();

/** Neither a user's id nor a client's contains a colon. */
export const consentId = (userId: string, clientId: string): string => `${userId}:${clientId}`;

export const consents = spec<Consent>()({
  name: 'consents',
  scope: 'realm',
  version: 2,
  migrations: {
    2: (consent) => ({ ...consent, resourceServers: resourceServersOf(consent as Pick<Consent, 'resourceScopes'>) }),
  },
  indexed: { userId: 'string', clientId: 'string', resourceServers: 'strings' },
  audited: ['userId', 'clientId', 'scopes', 'claims', 'resourceScopes', 'givenAt', 'givenBy'],
  unique: {},
  queries: {
    byUser: { equal: ['userId'], order: 'clientId' },
    byClient: { equal: ['clientId'], order: 'userId' },
    byResourceServer: { contains: 'resourceServers', order: 'clientId' },
  },
});

/**
 * Whether it was given to this client, and not to an earlier one with the same id. A consent without `clientMade` is valid
 * unless the client was created later. Pure.
 */
export const isGivenTo = (
  { clientMade, givenAt }: Pick<Consent, 'clientMade' | 'givenAt'>,
  { createdAt }: { readonly createdAt: Instant },
): boolean => (clientMade === undefined ? createdAt <= givenAt : clientMade === createdAt);

/** The content of a consent in the form of a request. */
export const consentedOf = ({ scopes, claims, resourceScopes }: Consent): Consented => ({
  scopes,
  claims,
  resourceScopes: Object.fromEntries(resourceScopes.map((one) => [one.resourceServer, one.scopes])),
});
