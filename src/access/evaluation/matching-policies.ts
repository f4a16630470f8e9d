import type { Edge } from '../../base/assignment.js';
import type { Givers, GivingPolicy } from './snapshot-index.js';
import { countsFor, onlyAt } from './effective.js';
import type { Context } from './evaluation-context.js';

/** One permission that is asked about. */
export interface Asked {
  readonly givers: Givers;
  readonly audience: string;
  readonly context: Context;
}

/** How an edge gives it: by a policy of a role, or itself. */
export interface Giving {
  readonly by?: GivingPolicy;
}

const ITSELF: readonly Giving[] = [{}];

/** Whether the edge could give it at all, whatever stands against it. */
export const mayGive = (edge: Edge, givers: Givers): boolean =>
  edge.kind === 'role' ? givers.roles.has(edge.target) : edge.kind === 'permission' && givers.target(edge.target);

/** In an order that hangs on nothing but what they are. */
export function givingsOf(edge: Edge, { givers, audience, context }: Asked): readonly Giving[] {
  if (edge.kind !== 'role') return ITSELF;
  return (givers.roles.get(edge.target) ?? [])
    .filter(({ role }) => countsFor(role, context) && (onlyAt(role) ?? audience) === audience)
    .map((by) => ({ by }));
}
