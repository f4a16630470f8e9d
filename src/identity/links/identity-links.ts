import { withoutConfirmation } from '../../base/confirmation.js';
import { problem } from '../../base/problems/problem.js';
import type { Actor } from '../../changes/actor.js';
import { missing, refused, type Saved } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, remove } from '../../storage/write.js';
import { credentials } from '../passwords/credential.js';
import { indexOf } from '../users/user-index.js';
import type { UserDocuments } from '../users/user-documents.js';
import type { User } from '../users/user.js';
import { type IdentityLink, identityLinks, MOST_LINKS, newLink, type UpstreamSubject } from './identity-link.js';

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

  /** The number of users that a connector is linked to, up to `most`. */
  count(connector: string, most: number): Promise<number> {
    return this.#realm.of(identityLinks).count('byConnector', { connector }, most);
  }

  /**
   * Links an existing user. Refused as `taken` if the subject is linked already, and as `missing`, `changed` or `forbidden`.
   * The caller has proof that both are the same person.
   */
  async add(by: Actor, userId: string, upstream: UpstreamSubject): Promise<Saved<IdentityLink>> {
    const user = await this.#documents.read(userId);
    if (!user.ok) return user;
    const link = newLink(userId, upstream);
    const event = {
      ...this.#documents.event('linked', userId),
      details: { connector: upstream.connector },
      after: { links: [shown(link)] },
    };
    const outcome = await this.#documents.recorder.record(by, event, [insert(identityLinks, link)]);
    if (outcome.ok) return { ok: true, value: link };
    if (outcome.refusedBy === 'guard') return refused('forbidden', outcome.refusal);
    return refused('taken', problem('subject-linked-already', [], { connector: upstream.connector }));
  }

  /**
   * Removes a link, with the access that its connector gave. Refused as `in-use` if it is the user's last way to sign in, and as
   * `missing`, `changed` or `forbidden`.
   */
  async remove(by: Actor, userId: string, linkId: string): Promise<Saved<Stored<User>>> {
    const [user, links, credential] = await Promise.all([
      this.#documents.read(userId),
      this.of(userId),
      this.#realm.of(credentials).get(userId),
    ]);
    if (!user.ok) return user;
    const link = links.find(({ id }) => id === linkId);
    if (!link) return missing('link', linkId);
    const { connector } = link;
    if (!credential?.password && links.length === 1)
      return refused('in-use', problem('last-way-in', [], { connector }));
    const { version: _, nextExpiry: __, ...before } = user.value;
    const isLast = !links.some((other) => other.id !== linkId && other.connector === connector);
    const assignments = isLast
      ? before.assignments.filter(({ source }) => !isOf(source, connector))
      : before.assignments;
    const above = await this.#documents.groupsAbove(assignments);
    if (!above.ok) return above;
    const confirmations = withoutConfirmation(before.confirmations, connector);
    const after = { ...before, assignments, ...(isLast && { confirmations }) };
    return this.#documents.recorded.change(
      by,
      user.value,
      { ...after, ...indexOf(after, above.value) },
      { happened: 'unlinked', more: [remove(identityLinks, linkId)] },
    );
  }
}

const isOf = (source: { readonly kind: string; readonly id: string } | undefined, connector: string): boolean =>
  source?.kind === 'connector' && source.id === connector;

/** What audit records say of a link. */
const shown = ({ connector, issuer, subject }: IdentityLink) => ({
  connector,
  subject,
  ...(issuer !== '' && { issuer }),
});
