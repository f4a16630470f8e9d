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

/** How an assignment gives it: by a policy of a role, or itself. */
export interface Giving {
  readonly by?: GivingPolicy;
}

const ITSELF: readonly Giving[] = [{}];

/** Whether the assignment could give it at all, whatever stands against it. */
export const mayGive = (assignment: Assignment, givers: Givers): boolean =>
  assignment.kind === 'role'
    ? givers.roles.has(assignment.target)
    : assignment.kind === 'permission' && givers.target(assignment.target);

/** In an order that hangs on nothing but what they are. */
export function givingsOf(
  assignment: Assignment,
  { givers, audience, context }: PermissionQuestion,
): readonly Giving[] {
  if (assignment.kind !== 'role') return ITSELF;
  return (givers.roles.get(assignment.target) ?? [])
    .filter(({ role }) => countsFor(role, context) && (onlyAt(role) ?? audience) === audience)
    .map((by) => ({ by }));
}
