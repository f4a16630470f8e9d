import type { Assignment } from '../../base/assignment.js';
import type { Givers, GivingPolicy } from './snapshot-index.js';
import { countsFor, onlyAt } from './effective.js';
import type { EvaluationContext } from './evaluation-context.js';

/** One permission that is asked about. */
export interface PermissionQuestion {
  readonly givers: Givers;
  readonly audience: string;
  readonly context: EvaluationContext;
}

/** How an assignment grants it: by a policy of a role, or directly. */
export interface Giving {
  readonly by?: GivingPolicy;
}

const ITSELF: readonly Giving[] = [{}];

/** Whether the assignment could grant it at all, regardless of obstacles. */
export const mayGive = (assignment: Assignment, givers: Givers): boolean =>
  assignment.kind === 'role'
    ? givers.roles.has(assignment.target)
    : assignment.kind === 'permission' && givers.target(assignment.target);

/** The order depends only on the data. */
export function givingsOf(
  assignment: Assignment,
  { givers, audience, context }: PermissionQuestion,
): readonly Giving[] {
  if (assignment.kind !== 'role') return ITSELF;
  return (givers.roles.get(assignment.target) ?? [])
    .filter(({ role }) => countsFor(role, context) && (onlyAt(role) ?? audience) === audience)
    .map((by) => ({ by }));
}
