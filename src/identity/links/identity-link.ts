import { type Instant, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import { spec } from '../../storage/spec.js';

/** That this subject of an upstream is this user. */
export type IdentityLink = {
  id: string;
  userId: string;
  /** The id of the connector that reaches the upstream. */
  connector: string;
  /** Who named the subject, if a connector reaches several issuers; otherwise empty. */
  issuer: string;
  /** The id of the user there, which never changes and is never reused. */
  subject: string;
  linkedAt: Instant;
};

/** Names a subject of an upstream. `issuer` is empty unless the connector reaches several. */
export type UpstreamSubject = Pick<IdentityLink, 'connector' | 'issuer' | 'subject'>;

/** The document of a new link. */
export const newLink = (userId: string, { connector, issuer, subject }: UpstreamSubject): IdentityLink => ({
  ...{ id: newId(), userId, connector, issuer, subject, linkedAt: now() },
});

/** The links of a user are all removed with the user, in one commit, which holds 64 writes. */
export const MOST_LINKS = 20;

export const identityLinks = spec<IdentityLink>()({
  name: 'identityLinks',
  scope: 'realm',
  version: 1,
  indexed: { userId: 'string', connector: 'string', issuer: 'string', subject: 'string', linkedAt: 'number' },
  unique: { subject: ['connector', 'issuer', 'subject'] },
  queries: {
    byUser: { equal: ['userId'], order: 'linkedAt' },
    byConnector: { equal: ['connector'], order: 'linkedAt' },
  },
});
