import { ADMINISTRATOR } from '../../access/model/administrator.js';
import { type AdministratorRank, administratorRank } from '../../access/administration/administrator-rank.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import type { Operation } from '../plan/operation.js';

/**
 * Whether an operation removes the role administrator from a user or a group. It comes last: the last administrator keeps the
 * role until another one has it.
 */
export const takesAdministrator =
  (before: Snapshot, planned: Snapshot, at: Instant) =>
  ({ thing, after, changes }: Operation): boolean => {
    if (thing === 'group') {
      return changes.some(
        (change) =>
          change.what === 'taken' && change.assignment.kind === 'role' && change.assignment.name === ADMINISTRATOR,
      );
    }
    if (thing !== 'user' || !after || !('holder' in after) || after.before.length === 0) return false;
    const rank = (assignments: readonly Assignment[], snapshot: Snapshot): AdministratorRank =>
      administratorRank({ kind: 'user', id: after.holder, assignments }, snapshot, at);
    return rank(after.assignments, planned) < rank(after.before, before);
  };
