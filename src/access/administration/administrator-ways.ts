import { isBlocked } from '../../base/block.js';
import type { Instant } from '../../base/clock.js';
import type { Behaviour } from '../../identity/activity/activity.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { User } from '../../identity/users/user.js';
import { type EnforcingConnector, isEnforcedElsewhere } from '../../identity/userstores/enforced-elsewhere.js';
import type { Snapshot } from '../evaluation/snapshot.js';
import { type Standing, standingOf } from '../evaluation/standing.js';
import { subjectOf } from '../evaluation/subject.js';
import { administratorQuestion, type AdministratorRank } from './administrator-rank.js';

/** How a user is administrator and can sign in; undefined: not at all. */
export type AdministratorWay = (user: User, behaviour?: Behaviour) => Promise<Standing | undefined>;

/** By whatever userstore: everybody who is not blocked. */
export const anyWay =
  (snapshot: Snapshot, at: Instant): AdministratorWay =>
  async (user, behaviour) => {
    const question = administratorQuestion(snapshot);
    if (!question || isBlocked(user, at)) return undefined;
    return standingOf(question, subjectOf(user, snapshot, at, behaviour), { snapshot, context: { at } });
  };

/**
 * By a password of ours, so that no directory has to answer. The user lives in `primary` and has a password, no other connector
 * enforces their domain, and the role comes from no connector.
 */
export const ownWay =
  (
    snapshot: Snapshot,
    at: Instant,
    parts: {
      readonly enforcing: readonly EnforcingConnector[];
      readonly passwords: { has(id: string): Promise<boolean> };
    },
  ): AdministratorWay =>
  async (user, behaviour) => {
    if (user.userstore !== PRIMARY_STORE || isEnforcedElsewhere(user, { id: PRIMARY_STORE }, parts.enforcing)) {
      return undefined;
    }
    const assignments = user.assignments.filter(({ source }) => source?.kind !== 'connector');
    const standing = await anyWay(snapshot, at)({ ...user, assignments }, behaviour);
    return standing && (await parts.passwords.has(user.id)) ? standing : undefined;
  };

/** Whether a change leaves nobody who is as firmly administrator as somebody was before. Each function reads anew. */
export async function losesRank(
  then: () => Promise<AdministratorRank>,
  before: () => Promise<AdministratorRank>,
): Promise<boolean> {
  const left = await then();
  if (left === 2) return false;
  const had = await before();
  // Somebody may have become administrator between the two readings, as when two processes set up a realm at once.
  return left < had && (await then()) < had;
}
