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
  /** Which id of the user that is, as in `UpstreamIdentity`. Absent: the usual one of its kind. */
  subjectBy?: string;
  linkedAt: Instant;
  /** Since when the link signs nobody in. Absent: it does. */
  suspendedAt?: Instant;
  /** What the upstream says of the account meanwhile. */
  suspendedAs?: Suspension;
  /** Of the upstream (RFC 6749 1.5): the connector asks again about the user with it. Absent: none is kept. */
  refreshToken?: string;
  /** Until then, one process has the refresh token to itself. */
  refreshTakenUntil?: Instant;
  /** The upstream took its refresh token no more, and the user has not signed in there since. */
  refreshEndedAt?: Instant;
} & LinkNotes;

/** What the last synchronization saw of the subject. */
export type LinkNotes = {
  /** The upstream's own mark of the last change that was brought here; absent: none is known. */
  changeMark?: string;
  /** Where the upstream has the subject, such as a base of a directory; absent: not known. */
  base?: string;
};

/** `gone`: the upstream has the account no more. `disabled`, `expired`: it lets nobody sign in to it. */
export type Suspension = (typeof SUSPENSIONS)[number];
export const SUSPENSIONS = ['gone', 'disabled', 'expired'] as const;

/** The `subjectBy` of an id that needs none: `sub` of OpenID Connect. */
export const USUAL_ID = 'sub';

/** Names a subject of an upstream. `issuer` is empty unless the connector reaches several. */
export type UpstreamSubject = Pick<IdentityLink, 'connector' | 'issuer' | 'subject'>;

/** What is known of a link before it is made. */
export type NewLink = UpstreamSubject & Pick<IdentityLink, 'subjectBy'> & LinkNotes;

/** The document of a new link. */
export const newLink = (
  userId: string,
  { connector, issuer, subject, subjectBy, changeMark, base }: NewLink,
): IdentityLink => ({
  ...{ id: newId(), userId, connector, issuer, subject, linkedAt: now() },
  ...(subjectBy !== undefined && { subjectBy }),
  ...(changeMark !== undefined && { changeMark }),
  ...(base !== undefined && { base }),
});

/** The links of a user are all removed with the user, in one commit. */
export const MOST_LINKS = 20;

export const identityLinks = spec<IdentityLink>()({
  name: 'identityLinks',
  scope: 'realm',
  version: 3,
  migrations: {
    // No link was suspended before: no document changes.
    2: (link) => link,
    // No link had a refresh token.
    3: (link) => link,
  },
  sealed: ['refreshToken'],
  indexed: {
    userId: 'string',
    connector: 'string',
    issuer: 'string',
    subject: 'string',
    linkedAt: 'number',
    suspendedAt: 'number',
    suspendedAs: 'string',
  },
  unique: { subject: ['connector', 'issuer', 'subject'] },
  queries: {
    byUser: { equal: ['userId'], order: 'linkedAt' },
    byConnector: { equal: ['connector'], order: 'linkedAt' },
    suspended: { equal: ['connector', 'suspendedAs'], order: 'suspendedAt' },
  },
});
