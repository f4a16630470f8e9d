import { isDeepStrictEqual } from 'node:util';
import { isBlocked } from '../../base/block.js';
import { type Instant, now } from '../../base/clock.js';
import { batches } from '../../base/paging.js';
import { problem } from '../../base/problems/problem.js';
import type { Guard, GuardAnswer } from '../../changes/change-recorder.js';
import type { Event } from '../../changes/event.js';
import { groups } from '../../identity/groups/group.js';
import type { UserPasswords } from '../../identity/passwords/user-passwords.js';
import { type User, users } from '../../identity/users/user.js';
import { require, type Write } from '../../storage/write.js';
import { compiled } from '../evaluation/snapshot-index.js';
import type { Snapshot, Snapshots } from '../evaluation/snapshot.js';
import type { Standing } from '../evaluation/standing.js';
import { readsBehaviour } from '../evaluation/subject.js';
import { roles } from '../model/role.js';
import { placesHolding } from './access-question.js';
import { administratorQuestion, rankOf } from './administrator-rank.js';
import type { EnforcingConnector } from '../../identity/userstores/enforced-elsewhere.js';
import { type AdministratorWay, anyWay, losesRank, ownWay } from './administrator-ways.js';
import { candidates } from './candidates.js';
import type { HolderParts } from './holders.js';
import { asIn } from './snapshot-after-event.js';

/**
 * Refuses, as `last-administrator`, every change after which no administrator could sign in; and, as `administrator-way-in`, every
 * change after which none could by a password of ours, while a directory is away. This covers removing, moving or disabling a
 * user, changes of an assignment, a group or a role, and the domains that a connector enforces. Holders under a limitation count
 * in full; future holders count if nobody holds the role now. If there was no such administrator before, nothing is refused. An
 * accepted change requires that the remaining administrator, and the source of their role, are unchanged. So two concurrent
 * changes of users, groups or roles cannot each rely on what the other removes.
 *
 * @param parts called only if there is something to check
 */
export function lastAdministrator(parts: () => LastAdministratorParts): Guard {
  return async (_by, event) => {
    const at = now();
    if (!mayTakeAway(event, at)) return undefined;
    const { snapshots, connectors, passwords, ...holders } = parts();
    const snapshot = await snapshots.read();
    const question = administratorQuestion(snapshot);
    if (!question) return undefined;
    const { subject, before, after } = event;
    const judged = { holders, at };
    switch (subject.kind) {
      case 'user': {
        const known = readsBehaviour(snapshot) ? await holders.behaviours?.getMany([subject.id]) : undefined;
        const rank = async (way: AdministratorWay, shown: object | undefined) =>
          shown ? rankOf(await way(asUser(shown, subject.id), known?.get(subject.id))) : 0;
        // Most users are no administrators, and cost nothing more.
        if ((await rank(anyWay(snapshot, at), before)) === 0) return undefined;
        const enforcing = await connectors.enforcing();
        const losses = waysIn(snapshot, at, { enforcing, passwords }).map(async ({ code, way }) => {
          const was = await rank(way, before);
          if ((await rank(way, after)) >= was) return undefined;
          const left = await firmest(judged, snapshot, way, subject.id);
          return left && rankOf(left.standing) >= was
            ? { requires: requiresOf(left, snapshot) }
            : problem(code, [], {});
        });
        return together(await Promise.all(losses));
      }
      case 'connector': {
        const [was, then] = await Promise.all([connectors.enforcing(), connectors.enforcing(event)]);
        if (isDeepStrictEqual(was, then)) return undefined;
        const way = (enforcing: readonly EnforcingConnector[]) => ownWay(snapshot, at, { enforcing, passwords });
        return loss(
          judged,
          { code: 'administrator-way-in', path: ['domains'] },
          [snapshot, way(was)],
          [snapshot, way(then)],
        );
      }
      default: {
        const { roles, groups } = placesHolding(question, snapshot);
        if (!roles.has(subject.id) && !groups.has(subject.id)) return undefined;
        const planned = asIn(after, event, snapshot);
        const isSegment = before?.['rule'] !== undefined;
        if (!isSegment && rankOf(await anyWay(planned, at)(someHolder(event, at))) === 2) return undefined;
        const known = { enforcing: await connectors.enforcing(), passwords };
        const ways = waysIn(planned, at, known);
        const losses = waysIn(snapshot, at, known).map(({ code, way }, i) =>
          loss(judged, { code, path: [] }, [snapshot, way], [planned, ways[i]?.way ?? way]),
        );
        return together(await Promise.all(losses));
      }
    }
  };
}

/** The two ways that must not be lost, each with the code of a refusal. */
const waysIn = (snapshot: Snapshot, at: Instant, known: Parameters<typeof ownWay>[2]) =>
  [
    { code: 'last-administrator', way: anyWay(snapshot, at) },
    { code: 'administrator-way-in', way: ownWay(snapshot, at, known) },
  ] as const;

/** The first refusal, or everything that is required. */
function together(answers: readonly GuardAnswer[]): GuardAnswer {
  const refusal = answers.find((answer) => answer !== undefined && 'code' in answer);
  return refusal ?? { requires: answers.flatMap((answer) => (answer && 'requires' in answer ? answer.requires : [])) };
}

/** Refuses if nobody is left afterwards who is as firmly administrator, by this way, as somebody was before. */
async function loss(
  judged: HolderSearch,
  { code, path }: { readonly code: 'last-administrator' | 'administrator-way-in'; readonly path: readonly string[] },
  [snapshot, way]: readonly [Snapshot, AdministratorWay],
  [planned, wayThen]: readonly [Snapshot, AdministratorWay],
): Promise<GuardAnswer> {
  let left: Administrator | undefined;
  const isLost = await losesRank(
    async () => rankOf((left = await firmest(judged, planned, wayThen))?.standing),
    async () => rankOf((await firmest(judged, snapshot, way))?.standing),
  );
  if (isLost) return problem(code, path, {});
  return left && { requires: requiresOf(left, planned) };
}

export type LastAdministratorParts = Pick<HolderParts, 'users' | 'behaviours'> & {
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly passwords: Pick<UserPasswords, 'has'>;
  readonly connectors: {
    /** Those that are enabled and enforce domains, freshly read; with the change of this event, if it is one of a connector. */
    enforcing(change?: Event): Promise<readonly EnforcingConnector[]>;
  };
};

/** The fields of a user that rules of segments read and events contain. */
const READ_BY_RULES = ['attributes', 'username', 'email', 'emailVerified', 'profile'] as const;

function mayTakeAway({ subject: { kind }, before, after }: Event, at: Instant): boolean {
  // A new one may enforce a domain.
  if (kind === 'connector') return after !== undefined;
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

interface Administrator {
  readonly user: User;
  readonly standing: Standing;
}

interface HolderSearch {
  readonly holders: Pick<LastAdministratorParts, 'users' | 'behaviours'>;
  readonly at: Instant;
}

/** One of the highest-ranking administrators by this way. Reads the users that index fields find, until one is certain. */
async function firmest(
  { holders: { users, behaviours } }: HolderSearch,
  snapshot: Snapshot,
  way: AdministratorWay,
  except?: string,
): Promise<Administrator | undefined> {
  const question = administratorQuestion(snapshot);
  if (!question) return undefined;
  let best: Administrator | undefined;
  for await (const page of batches(candidates(placesHolding(question, snapshot), users))) {
    const known = readsBehaviour(snapshot) ? await behaviours?.getMany(page.map(({ id }) => id)) : undefined;
    for (const user of page) {
      if (user.id === except) continue;
      const standing = await way(user, known?.get(user.id));
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
