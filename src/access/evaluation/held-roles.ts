import type { Instant } from '../../base/clock.js';
import { compiled } from './snapshot-index.js';
import type { Effective, TracedAssignment } from './effective.js';
import { EVERYONE } from '../model/everyone.js';
import type { Snapshot } from './snapshot.js';

/** A role that a user holds, through the path that lasts longest; if equal, the shorter one. */
export interface HeldRole {
  readonly name: string;
  readonly description?: string;
  /** The group that holds it, or the role that includes it. Absent: it was assigned to the user. */
  readonly through?: { readonly kind: 'group' | 'segment' | 'customer-group' | 'role'; readonly name: string };
  /** The end of that path. */
  readonly until?: Instant;
}

/** The roles in a result of `effective`, by name, each with its path. Pure. */
export function heldRoles({ trace }: Pick<Effective, 'trace'>, snapshot: Snapshot): readonly HeldRole[] {
  const { withIncluded } = compiled(snapshot);
  const groups = new Map(trace.groups.map((group) => [group.id, group]));
  const endsBy = new Map(trace.assignments.map(({ id, validUntil }) => [id, validUntil ?? Infinity]));
  const endOf = ({ id, from }: TracedAssignment): number =>
    Math.min(...[...(groups.get(from ?? '')?.way ?? []), id].map((assignment) => endsBy.get(assignment) ?? Infinity));
  const ways = trace.assignments
    .filter(({ kind }) => kind === 'role')
    .flatMap((assignment) =>
      withIncluded(assignment.target).map((role) => {
        const included = role.id !== assignment.target;
        const by = included ? undefined : groups.get(assignment.from ?? '');
        const through = included
          ? { kind: 'role' as const, name: snapshot.roles.get(assignment.target)?.name ?? assignment.target }
          : by && { kind: by.type ?? ('group' as const), name: by.name };
        return { role, through, end: endOf(assignment) };
      }),
    )
    .sort((a, b) => (a.end === b.end ? lengthOf(a.through) - lengthOf(b.through) : a.end > b.end ? -1 : 1));
  return trace.roles
    .filter(({ name }) => name !== EVERYONE)
    .flatMap(({ id }) => ways.find(({ role }) => role.id === id) ?? [])
    .map(({ role: { name, description }, through, end }) => ({
      name,
      ...(description !== undefined && { description }),
      ...(through && { through }),
      ...(end !== Infinity && { until: end }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const lengthOf = (through: HeldRole['through']): number =>
  through === undefined ? 0 : through.kind === 'role' ? 2 : 1;
