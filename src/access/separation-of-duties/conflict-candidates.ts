import { isDeepStrictEqual } from 'node:util';
import type { Assignment } from '../../base/assignment.js';
import { type Edges, reachable } from '../../base/graph.js';
import { compiled } from '../evaluation/snapshot-index.js';
import { groupsBelow } from '../evaluation/groups-below.js';
import { isMembership } from '../evaluation/resolve-groups.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/**
 * Where to find everybody who may hold a role: direct holders of one of these roles, and direct members of one of these groups.
 */
export interface RolePlaces {
  /** It is included in the role that everybody has. */
  readonly everybody: boolean;
  readonly roles: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** Two roles that exclude each other. Users who may newly hold both after a change are in both sets of places. */
export interface Concern {
  /** Its name, as in `RoleConflict`. */
  readonly pair: string;
  readonly roles: readonly [string, string];
  readonly places: readonly [RolePlaces, RolePlaces];
}

/**
 * The users to check when roles and groups change between two snapshots: none unless a role newly excludes another, or something
 * newly leads to such a role. Ignores users' data; times and limitations are considered when a user is checked. Pure.
 */
export function concerns(before: Snapshot, after: Snapshot): Concern[] {
  const pairs = [...compiled(after).exclusions()];
  if (pairs.length === 0) return [];
  const known = compiled(before).exclusions();
  const below = groupsBelow(after);
  const added = addedAssignments(before, after);
  return pairs.flatMap(([pair, roles]): Concern[] => {
    const ways = roles.map((role) => placesOf(role, { before, after, below, added }));
    const [one, other] = ways;
    if (!one || !other) return [];
    const concern = (first: RolePlaces, second: RolePlaces): Concern[] =>
      isNowhere(first) || isNowhere(second) ? [] : [{ pair, roles, places: [first, second] }];
    if (!known.has(pair)) return concern(one.all, other.all);
    return [...concern(one.added, other.all), ...concern(one.all, other.added)];
  });
}

interface SnapshotChange {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The groups directly below each group, by id. */
  readonly below: Edges;
  /** The new assignments of each group, by id. */
  readonly added: ReadonlyMap<string, readonly Assignment[]>;
}

/** Where the role is held, and where it is held through a new path. */
function placesOf(
  role: string,
  { before, after, below, added }: SnapshotChange,
): { readonly all: RolePlaces; readonly added: RolePlaces } {
  const brings = (id: string, { roles }: Snapshot, of: Snapshot): boolean =>
    roles.has(id) &&
    compiled(of)
      .withIncluded(id)
      .some((one) => one.id === role);
  const roles = new Set([...after.roles.keys()].filter((id) => brings(id, after, after)));
  const newRoles = new Set([...roles].filter((id) => !brings(id, before, before)));
  const giving = (wanted: ReadonlySet<string>): string[] =>
    [...after.groups.values()].flatMap(({ id, assignments }) =>
      assignments.some(({ kind, target }) => kind === 'role' && wanted.has(target)) ? id : [],
    );
  const groups = reachable(giving(roles), below);
  const newGroups = [...added].flatMap(([id, assignments]) =>
    assignments.some((assignment) =>
      isMembership(assignment) ? groups.has(assignment.target) : roles.has(assignment.target),
    )
      ? id
      : [],
  );
  const everyone = compiled(after).everyone?.target ?? '';
  return {
    all: { roles, groups, everybody: roles.has(everyone) },
    added: {
      roles: newRoles,
      groups: reachable([...giving(newRoles), ...newGroups], below),
      everybody: newRoles.has(everyone),
    },
  };
}

const isNowhere = ({ everybody, roles, groups }: RolePlaces): boolean =>
  !everybody && roles.size === 0 && groups.size === 0;

function addedAssignments(before: Snapshot, after: Snapshot): Map<string, readonly Assignment[]> {
  const added = new Map<string, readonly Assignment[]>();
  for (const group of after.groups.values()) {
    const known = before.groups.get(group.id);
    if (known === group) continue;
    const assignments = newAssignments(known?.assignments ?? [], group.assignments);
    if (assignments.length > 0) added.set(group.id, assignments);
  }
  return added;
}

/** Assignments in `after` that may lead to a role through a path that `before` did not have. */
export function newAssignments(before: readonly Assignment[], after: readonly Assignment[]): Assignment[] {
  const known = new Map(before.map((assignment) => [assignment.id, assignment]));
  return after.filter(
    (assignment) => assignment.kind !== 'permission' && !isDeepStrictEqual(known.get(assignment.id), assignment),
  );
}
