import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';
import type { Consented } from './consented.js';

/**
 * The access that a user allowed a client, in whatever session: a later session's grant is made from it without asking. One document a person and client, under {@link consentId}.
 */
export type Consent = {
  id: string;
  userId: string;
  clientId: string;
  /** When that client was made: see {@link isGivenTo}. Absent in consents from before it was kept. */
  clientMade?: Instant;
  scopes: string[];
  claims: string[];
  resourceScopes: { resourceServer: string; scopes: string[] }[];
  /** Those of `resourceScopes`, to be found by. */
  resourceServers?: string[];
  /** When something was last agreed to, and by whom: the person, or an administrator on their behalf. */
  givenAt: Instant;
  givenBy: { kind: 'user' | 'client' | 'host' | 'system'; id: string };
  /** When a grant was last made from it. No two are made at the same moment, so that a withdrawal knows of each. */
  lastUsedAt: Instant;
};

/** The resource servers of these scopes, in order. */
export const resourceServersOf = ({ resourceScopes }: Pick<Consent, 'resourceScopes'>): string[] =>
  resourceScopes.map(({ resourceServer }) => resourceServer).sort();

/** Neither a user's id nor a client's holds a colon. */
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
 * Whether it was given to this client, and not to one that had its id before. One from before `clientMade` was kept holds unless the client was
 * made later. Pure.
 */
export const isGivenTo = (
  { clientMade, givenAt }: Pick<Consent, 'clientMade' | 'givenAt'>,
  { createdAt }: { readonly createdAt: Instant },
): boolean => (clientMade === undefined ? createdAt <= givenAt : clientMade === createdAt);

/** A consent's content, in the form that requests ask in. */
export const consentedOf = ({ scopes, claims, resourceScopes }: Consent): Consented => ({
  scopes,
  claims,
  resourceScopes: Object.fromEntries(resourceScopes.map((one) => [one.resourceServer, one.scopes])),
});
