import { problem } from '../../base/problems/problem.js';
import { isDeepStrictEqual } from 'node:util';
import { isBlocked } from '../../base/block.js';
import { type Instant, now } from '../../base/clock.js';
import type { Event } from '../../changes/event.js';
import type { Guard } from '../../changes/change-recorder.js';
import type { Behaviour } from '../../identity/activity/activity.js';
import { groups } from '../../identity/groups/group.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import { type User, users } from '../../identity/users/user.js';
import { require, type Write } from '../../storage/write.js';
import { placesHolding } from './access-question.js';
import { administratorQuestion, type AdministratorRank, administratorRank, rankOf } from './administrator-rank.js';
import { asIn } from './snapshot-after-event.js';
import { candidates } from './candidates.js';
import { compiled } from '../evaluation/snapshot-index.js';
import type { HolderParts } from './holders.js';
import { batches } from '../../base/paging.js';
import { roles } from '../model/role.js';
import type { Snapshot, Snapshots } from '../evaluation/snapshot.js';
import { type Standing, standingOf } from '../evaluation/standing.js';
import { readsBehaviour, subjectOf } from '../evaluation/subject.js';

/**
 * Refuses, as `last-administrator`, every change after which no administrator could sign in. This covers removing or disabling
 * a user, moving one to a directory, and changes of an assignment, a group or a role. Holders under a limitation count in full; future holders count if
 * nobody holds the role now. If there was no administrator before, nothing is refused. An accepted change requires that the
 * remaining administrator, and the source of their role, are unchanged. So two concurrent changes cannot each rely on what the
 * other removes.
 *
 * @param parts called only if there is something to check
 */
export function lastAdministrator(parts: () => LastAdministratorParts): Guard {
  return async (_by, event) => {
    const at = now();
    if (!mayTakeAway(event, at)) return undefined;
    const { snapshots, ...holders } = parts();
    const snapshot = await snapshots.read();
    const question = administratorQuestion(snapshot);
    if (!question) return undefined;
    const { subject, before, after } = event;
    if (subject.kind === 'user') {
      const known = readsBehaviour(snapshot) ? await holders.behaviours?.getMany([subject.id]) : undefined;
      const rank = (shown: object | undefined) =>
        shown ? rankOfUser(asUser(shown, subject.id), snapshot, at, known?.get(subject.id)) : 0;
      const was = rank(before);
      if (was === 0 || (rank(after) >= was && !leavesHome(before, after))) return undefined;
      const left = await firmest(holders, snapshot, at, subject.id);
      return left && rankOf(left.standing) >= was
        ? { requires: requiresOf(left, snapshot) }
        : problem('last-administrator', [], {});
    }
    const { roles, groups } = placesHolding(question, snapshot);
    if (!roles.has(subject.id) && !groups.has(subject.id)) return undefined;
    const planned = asIn(after, event, snapshot);
    const isSegment = before?.['rule'] !== undefined;
    if (!isSegment && rankOfUser(someHolder(event, at), planned, at) === 2) return undefined;
    const left = await firmest(holders, planned, at);
    if (rankOf(left?.standing) < 2) {
      const had = await firmest(holders, snapshot, at);
      if (rankOf(left?.standing) < rankOf(had?.standing)) return problem('last-administrator', [], {});
    }
    return left && { requires: requiresOf(left, planned) };
  };
}

export type LastAdministratorParts = Pick<HolderParts, 'users' | 'behaviours'> & {
  readonly snapshots: Pick<Snapshots, 'read'>;
};

/** The fields of a user that rules of segments read and events contain. */
const READ_BY_RULES = ['attributes', 'username', 'email', 'emailVerified', 'profile'] as const;

function mayTakeAway({ subject: { kind }, before, after }: Event, at: Instant): boolean {
  if (before === undefined) return false;
  const differs = (...fields: readonly string[]): boolean =>
    after === undefined || fields.some((field) => !isDeepStrictEqual(before[field], after[field]));
  switch (kind) {
    case 'user':
      return !isBlocked(asUser(before, ''), at) && differs('blocks', 'assignments', 'userstore', ...READ_BY_RULES);
    case 'group':
      return differs('assignments', 'rule');
    case 'role':
      return differs('includes');
    default:
      return false;
  }
}

// A spec marks these fields `audited`; an event shows them as they are stored.
const asUser = (shown: object, id: string): User =>
  ({ id, createdAt: 0, profile: {}, attributes: [], blocks: [], assignments: [], ...shown }) as unknown as User;

/** A subject with only this role or group. */
function someHolder({ subject: { kind, id } }: Event, at: Instant): User {
  const assignment = { id, kind: kind === 'role' ? 'role' : 'membership', target: id, grantedBy: '', grantedAt: at };
  return asUser({ assignments: [{ ...assignment, limitations: [] }] }, '');
}

function rankOfUser(user: User, snapshot: Snapshot, at: Instant, behaviour?: Behaviour): AdministratorRank {
  return isBlocked(user, at) ? 0 : administratorRank(subjectOf(user, snapshot, at, behaviour), snapshot, at);
}

/** A directory may be away, or its connector disabled: the last administrator keeps a password here. */
const leavesHome = (before: Event['before'], after: Event['after']): boolean =>
  before?.['userstore'] === PRIMARY_STORE && after !== undefined && after['userstore'] !== PRIMARY_STORE;

interface Administrator {
  readonly user: User;
  readonly standing: Standing;
}

/** One of the highest-ranking administrators who can sign in. */
async function firmest(
  { users, behaviours }: Pick<LastAdministratorParts, 'users' | 'behaviours'>,
  snapshot: Snapshot,
  at: Instant,
  except?: string,
): Promise<Administrator | undefined> {
  const question = administratorQuestion(snapshot);
  if (!question) return undefined;
  let best: Administrator | undefined;
  for await (const page of batches(candidates(placesHolding(question, snapshot), users))) {
    const known = readsBehaviour(snapshot) ? await behaviours?.getMany(page.map(({ id }) => id)) : undefined;
    for (const user of page) {
      if (isBlocked(user, at) || user.id === except) continue;
      const subject = subjectOf(user, snapshot, at, known?.get(user.id));
      const standing = standingOf(question, subject, { snapshot, context: { at } });
      if (!standing || rankOf(standing) <= rankOf(best?.standing)) continue;
      best = { user, standing };
      if (rankOf(standing) === 2) return best;
    }
  }
  return best;
}

/** Requires that an administrator, and the groups and roles that make them one, are unchanged since they were evaluated. */
function requiresOf({ user, standing: { way } }: Administrator, snapshot: Snapshot): Write[] {
  const question = administratorQuestion(snapshot);
  const bringing = question && placesHolding(question, snapshot).roles;
  const chain = way.role === undefined ? [] : compiled(snapshot).withIncluded(way.role);
  return [
    require(users, user.id, { since: { is: user.since } }),
    ...way.groups.flatMap((id) => {
      const group = snapshot.groups.get(id);
      return group ? require(groups, id, { since: { is: group.since } }) : [];
    }),
    ...chain.flatMap(({ id }) => {
      const role = bringing?.has(id) === true ? snapshot.roles.get(id) : undefined;
      return role ? require(roles, id, { since: { is: role.since } }) : [];
    }),
  ];
}
