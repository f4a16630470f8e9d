import { type Instant, now } from '../../base/clock.js';
import { withConfirmation } from '../../base/confirmation.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { type Page, PAGE_LIMIT, type PageRequest } from '../../base/paging.js';
import { problem } from '../../base/problems/problem.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, missing, refused, type Saved, savedAs } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { remove, replace, require, type Write } from '../../storage/write.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import { credentials } from '../passwords/credential.js';
import { indexOf } from '../users/user-index.js';
import type { UserDocuments } from '../users/user-documents.js';
import { type User, users } from '../users/user.js';
import {
  type IdentityLink,
  identityLinks,
  MOST_LINKS,
  type NewLink,
  newLink,
  type Suspension,
  type UpstreamSubject,
} from './identity-link.js';
import { assignmentsWithout, resumeLink, suspendLink } from './link-suspension.js';
import { linkedAlready, linking, relinking } from './linking.js';

/** The links between users and the subjects of upstreams. */
export class IdentityLinks {
  readonly #documents: UserDocuments;
  readonly #realm: Realm;

  constructor(documents: UserDocuments) {
    this.#documents = documents;
    this.#realm = documents.realm;
  }

  find(upstream: UpstreamSubject): Promise<Stored<IdentityLink> | undefined> {
    return this.#realm.of(identityLinks).findOne('subject', upstream);
  }

  /** The links of a user, the oldest first. */
  async of(userId: string): Promise<readonly Stored<IdentityLink>[]> {
    return (await this.#realm.of(identityLinks).find('byUser', { userId }, { limit: MOST_LINKS })).rows;
  }

  /** The links of a connector, the oldest first. */
  ofConnector(connector: string, page: PageRequest): Promise<Page<Stored<IdentityLink>>> {
    return this.#realm.of(identityLinks).find('byConnector', { connector }, page);
  }

  /** The number of users that a connector is linked to, up to `most`. */
  count(connector: string, most: number): Promise<number> {
    return this.#realm.of(identityLinks).count('byConnector', { connector }, most);
  }

  /** Removes all links of a connector that is gone. It may be interrupted, and run again. */
  async forgetConnector(connector: string): Promise<void> {
    while ((await this.#realm.of(identityLinks).removeWhere('byConnector', { connector }, PAGE_LIMIT)) === PAGE_LIMIT);
  }

  /**
   * Links an existing user. The caller has proof that both are the same person. Refused as `taken` if the subject is linked
   * already, as `invalid` if the user has too many links, and as `missing`, `changed` or `forbidden`.
   *
   * @param confirmed the user as read, if the connector has just confirmed the person: of two subjects that are linked to one user
   * at once, one is refused as `changed`
   */
  add(by: Actor, userId: string, upstream: NewLink, confirmed?: Stored<User>): Promise<Saved<IdentityLink>> {
    const isOvertaken = (saved: Saved<unknown>): boolean =>
      confirmed === undefined && !saved.ok && saved.refusal.code === 'changed';
    return retryOnConflict(() => this.#addOnce(by, userId, upstream, confirmed), isOvertaken);
  }

  async #addOnce(
    by: Actor,
    userId: string,
    upstream: NewLink,
    confirmed: Stored<User> | undefined,
  ): Promise<Saved<IdentityLink>> {
    const user = await this.#documents.read(userId, confirmed?.version);
    if (!user.ok) return user;
    if ((await this.of(userId)).length >= MOST_LINKS)
      return invalid(problem('too-many-links', [], { most: MOST_LINKS }));
    const link = newLink(userId, upstream);
    const { event, writes } = linking(this.#documents, link);
    // The user has another version with each link: a removal that read the links before is refused, and leaves none behind.
    const next = confirmed ? confirming(confirmed, upstream.connector) : asRead(user.value);
    const outcome = await this.#documents.recorder.record(by, event, [...writes, next]);
    if (!outcome.ok && outcome.refusedBy === 'store' && outcome.write < writes.length) return linkedAlready(upstream);
    return savedAs({ kind: 'user', name: user.value.username }, outcome, link);
  }

  /**
   * Gives a link the subject that the same person has by another id of the upstream. Refused as `taken` if that is linked already, and
   * as `missing` or `changed`.
   */
  async changeSubject(
    by: Actor,
    link: Stored<IdentityLink>,
    subject: string,
    subjectBy?: string,
  ): Promise<Saved<Stored<IdentityLink>>> {
    const { event, writes } = relinking(this.#documents, link, subject, subjectBy);
    const outcome = await this.#documents.recorder.record(by, event, [...writes, require(users, link.userId)]);
    if (!outcome.ok && outcome.refusedBy === 'store' && outcome.refusal.code === 'conflict') return linkedAlready(link);
    const { subjectBy: _, ...others } = link;
    const moved = { ...others, ...(subjectBy !== undefined && { subjectBy }) };
    return savedAs({ kind: 'link', name: link.id }, outcome, { ...moved, subject, version: link.version + 1 });
  }

  /**
   * Removes a link, with the access that its connector gave. Refused as `in-use` if the user would be left without a way to sign in, or
   * without a link to their userstore, and as `missing`, `changed` or `forbidden`.
   */
  async remove(by: Actor, userId: string, linkId: string, expected?: number): Promise<Saved<Stored<User>>> {
    const user = await this.#documents.read(userId, expected);
    if (!user.ok) return user;
    // Read after the user: whoever removes a link or a password meanwhile changes the user's version, which the commit expects.
    const [links, credential] = await Promise.all([this.of(userId), this.#realm.of(credentials).get(userId)]);
    const link = links.find(({ id }) => id === linkId);
    if (!link) return missing('link', linkId);
    const { connector } = link;
    // A password counts only at home: it is compared in `primary` alone.
    const hasPassword = user.value.userstore === PRIMARY_STORE && credential !== undefined;
    const others = links.filter(({ id }) => id !== linkId);
    const ways = others.filter(({ suspendedAs }) => suspendedAs === undefined);
    if (!hasPassword && ways.length === 0) return refused('in-use', problem('last-way-in', [], { connector }));
    const { version: _, nextExpiry: __, ...before } = user.value;
    // Without a link to their userstore, the user would be in a directory that does not sign them in.
    if (user.value.userstore === connector && !others.some((other) => other.connector === connector))
      return refused('in-use', problem('home-link', [], { connector }));
    const isGiven = ways.some((other) => other.connector === connector);
    const assignments = isGiven ? before.assignments : assignmentsWithout(connector, before.assignments);
    const above = await this.#documents.groupsAbove(assignments);
    if (!above.ok) return above;
    // The confirmation stays: an account that once had a subject is never given to another one by its name.
    const after = { ...before, assignments };
    return this.#documents.recorded.change(
      by,
      user.value,
      { ...after, ...indexOf(after, above.value) },
      { happened: 'unlinked', more: [remove(identityLinks, linkId)] },
    );
  }

  /**
   * The upstream has this account no more, or lets nobody sign in to it. The link signs nobody in. If it was the user's last link of the
   * connector, the access that the connector gave ends; at their own userstore the user is blocked instead, by `quarantine:ID` or
   * `directory:ID`, which ends all sessions. Writes nothing if all is so already. Refused as `missing`, `changed`, or `forbidden` (the
   * last administrator).
   */
  suspend(by: Actor, upstream: UpstreamSubject, as: Suspension): Promise<Saved<Stored<User>>> {
    return suspendLink(this.#documents, by, upstream, as);
  }

  /**
   * The upstream has this account again: the link signs in, and the connector's own blocks of the user are lifted. Blocks of others
   * stay. Refused as `missing`, `changed`.
   */
  resume(by: Actor, upstream: UpstreamSubject): Promise<Saved<Stored<User>>> {
    return resumeLink(this.#documents, by, upstream);
  }

  /** The links of a connector that are suspended so, up to this time, the longest first. */
  suspended(
    connector: string,
    suspendedAs: Suspension,
    until: Instant,
    page: PageRequest,
  ): Promise<Page<Stored<IdentityLink>>> {
    return this.#realm
      .of(identityLinks)
      .find('suspended', { connector, suspendedAs, suspendedAt: { lte: until } }, page);
  }
}

const asRead = ({ version, ...user }: Stored<User>): Write => replace(users, user, version);

function confirming({ version, ...user }: Stored<User>, connector: string): Write {
  return replace(
    users,
    { ...user, confirmations: withConfirmation(user.confirmations, { connector, at: now() }) },
    version,
  );
}
