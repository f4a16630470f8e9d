import type { Assignment } from '../../base/assignment.js';
import { type Block, type BlockCause, isOfConnector, withBlock } from '../../base/block.js';
import { type Instant, now } from '../../base/clock.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Actor } from '../../changes/actor.js';
import { missing, type Saved } from '../../changes/change-result.js';
import { signedOutByBlock } from '../../sessions/sign-out-epoch.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { replace, type Write } from '../../storage/write.js';
import type { UserDocuments } from '../users/user-documents.js';
import { indexOf } from '../users/user-index.js';
import type { User } from '../users/user.js';
import {
  type IdentityLink,
  identityLinks,
  MOST_LINKS,
  type Suspension,
  type UpstreamSubject,
} from './identity-link.js';

/**
 * How the upstream has the account of a link, by what is stored here. `active`: it signs in. A block counts too: an earlier version set
 * it and left the link alone. Pure.
 */
export function linkStanding(
  { userstore, blocks }: Pick<User, 'userstore' | 'blocks'>,
  { connector, suspendedAs }: Pick<IdentityLink, 'connector' | 'suspendedAs'>,
): Suspension | 'active' {
  if (suspendedAs !== undefined) return suspendedAs;
  const block = userstore === connector ? blocks.find((one) => isOfConnector(one, connector)) : undefined;
  if (!block) return 'active';
  if (block.by === quarantineOf(connector)) return 'gone';
  return block.reason === 'expired' ? 'expired' : 'disabled';
}

/** See `IdentityLinks.suspend`. */
export const suspendLink = (
  documents: UserDocuments,
  by: Actor,
  upstream: UpstreamSubject,
  as: Suspension,
): Promise<Saved<Stored<User>>> =>
  retryOnConflict(async () => {
    const read = await readLink(documents, upstream);
    if (!read.ok) return read;
    const { user, link, others } = read.value;
    const { version: _, nextExpiry, ...before } = user;
    const at = now();
    const isSame = link.suspendedAs === as;
    const more = isSame ? [] : [suspended(link, as, at)];
    // Another account of the person there goes on as before.
    if (others.some((other) => other.suspendedAs === undefined)) {
      return change(
        documents,
        by,
        user,
        { ...user },
        { happened: 'link-suspended', connector: link.connector, as, more },
      );
    }
    if (before.userstore === link.connector) {
      const blocks = blocksWith(before.blocks, link.connector, as, at);
      const blocked: User = { ...before, ...(nextExpiry !== undefined && { nextExpiry }), blocks, state: 'disabled' };
      const after = { ...blocked, ...signedOutByBlock(before, blocked, at) };
      return change(documents, by, user, after, { happened: 'link-suspended', connector: link.connector, as, more });
    }
    const assignments = assignmentsWithout(link.connector, before.assignments);
    const above = await documents.groupsAbove(assignments);
    if (!above.ok) return above;
    const less = { ...before, assignments };
    const after = { ...less, ...indexOf(less, above.value) };
    return change(documents, by, user, after, { happened: 'link-suspended', connector: link.connector, as, more });
  }, isOvertaken);

/** See `IdentityLinks.resume`. */
export const resumeLink = (
  documents: UserDocuments,
  by: Actor,
  upstream: UpstreamSubject,
): Promise<Saved<Stored<User>>> =>
  retryOnConflict(async () => {
    const read = await readLink(documents, upstream);
    if (!read.ok) return read;
    const { user, link } = read.value;
    const blocks = user.blocks.filter((block) => !isOfConnector(block, link.connector));
    const after: User = { ...user, blocks, state: blocks.length > 0 ? 'disabled' : 'active' };
    const more = link.suspendedAs === undefined ? [] : [resumed(link)];
    return change(documents, by, user, after, { happened: 'link-resumed', connector: link.connector, more });
  }, isOvertaken);

/** The writes after which no link of a user is suspended. */
export async function resumingAll(realm: Realm, userId: string): Promise<readonly Write[]> {
  const { rows } = await realm.of(identityLinks).find('byUser', { userId }, { limit: MOST_LINKS });
  return rows.filter(({ suspendedAs }) => suspendedAs !== undefined).map(resumed);
}

/** Without those that a connector's mapping gave. Pure. */
export const assignmentsWithout = (connector: string, assignments: readonly Assignment[]): Assignment[] =>
  assignments.filter(({ source }) => !(source?.kind === 'connector' && source.id === connector));

interface ReadLink {
  readonly user: Stored<User>;
  readonly link: Stored<IdentityLink>;
  /** The user's other links of the same connector. */
  readonly others: readonly IdentityLink[];
}

async function readLink(
  documents: UserDocuments,
  { connector: id, issuer, subject }: UpstreamSubject,
): Promise<Saved<ReadLink>> {
  const collection = documents.realm.of(identityLinks);
  const found = await collection.findOne('subject', { connector: id, issuer, subject });
  if (!found) return missing('link', subject);
  const user = await documents.read(found.userId);
  if (!user.ok) return user;
  // Read after the user: whoever changes a link meanwhile changes the user's version, which the commit expects.
  const { rows } = await collection.find('byUser', { userId: found.userId }, { limit: MOST_LINKS });
  const link = rows.find(({ id }) => id === found.id);
  if (!link) return missing('link', subject);
  const others = rows.filter(({ id, connector }) => id !== link.id && connector === link.connector);
  return { ok: true, value: { user: user.value, link, others } };
}

interface LinkChange {
  readonly happened: 'link-suspended' | 'link-resumed';
  readonly connector: string;
  readonly as?: Suspension;
  readonly more: readonly Write[];
}

/** One event of the user, and nothing at all if nothing differs. */
function change(
  { recorded }: UserDocuments,
  by: Actor,
  user: Stored<User>,
  after: User,
  { happened, connector, as, more }: LinkChange,
): Promise<Saved<Stored<User>>> {
  const details = { connector, ...(as !== undefined && { standing: as }) };
  return recorded.change(by, user, after, { happened, details, more });
}

const suspended = ({ version, ...link }: Stored<IdentityLink>, as: Suspension, at: Instant): Write =>
  replace(identityLinks, { ...link, suspendedAt: at, suspendedAs: as }, version);

const resumed = ({ version, suspendedAt: _at, suspendedAs: _as, ...link }: Stored<IdentityLink>): Write =>
  replace(identityLinks, link, version);

const quarantineOf = (connector: string): BlockCause => `quarantine:${connector}`;
const directoryOf = (connector: string): BlockCause => `directory:${connector}`;

/** With the block of this standing in place of the connector's other one. A block that stands keeps its beginning. */
function blocksWith(blocks: readonly Block[], connector: string, as: Suspension, at: Instant): Block[] {
  const [cause, other] = [quarantineOf(connector), directoryOf(connector)];
  const [set, lifted] = as === 'gone' ? [cause, other] : [other, cause];
  const before = blocks.find(({ by }) => by === set);
  const rest = withBlock(blocks, lifted, undefined);
  return before?.reason === as ? rest : withBlock(rest, set, { by: set, since: before?.since ?? at, reason: as });
}

const isOvertaken = (saved: Saved<unknown>): boolean => !saved.ok && saved.refusal.code === 'changed';
