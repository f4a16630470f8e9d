import type { Assignment } from '../../base/assignment.js';
import type { Group } from '../../identity/groups/group.js';
import type { Stored } from '../../storage/spec.js';

/** A group above a subject, and a shortest path to it. */
export interface ReachedGroup {
  readonly id: string;
  readonly name: string;
  readonly type?: Group['type'];
  readonly version: number;
  /** The assignments from the subject to this group, the subject's own first. */
  readonly way: readonly string[];
}

/**
 * Every group that these assignments lead to, directly or through groups, the nearest first. A group is visited once, so a
 * cycle in the data is harmless. Among equally short paths, the one whose assignment ids sort first is returned, whatever the
 * order of the data.
 *
 * @param assignments sorted by id, as `assignmentsOf` returns them
 */
export function reachGroups(
  assignments: readonly Assignment[],
  groups: ReadonlyMap<string, Stored<Group>>,
  leads: (assignment: Assignment) => boolean,
  assignmentsOf: (groupId: string) => readonly Assignment[],
): readonly ReachedGroup[] {
  const reached = new Map<string, ReachedGroup>();
  // Each level is in the order of its paths, and so is the next. The first path to a group is therefore the one to return.
  let level: { readonly assignments: readonly Assignment[]; readonly way: readonly string[] }[] = [
    { assignments, way: [] },
  ];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const from of level) {
      for (const assignment of from.assignments) {
        if (!isMembership(assignment) || reached.has(assignment.target)) continue;
        const group = groups.get(assignment.target);
        if (!group || !leads(assignment)) continue;
        const { id, name, type, version } = group;
        const way = [...from.way, assignment.id];
        reached.set(id, { id, name, ...(type !== undefined && { type }), version, way });
        next.push({ assignments: assignmentsOf(id), way });
      }
    }
    level = next;
  }
  return [...reached.values()];
}

/** Whether the assignment leads to a group. */
export const isMembership = ({ kind }: Pick<Assignment, 'kind'>): boolean =>
  kind === 'membership' || kind === 'customer-group';
