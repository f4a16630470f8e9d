import type { Assignment } from '../../base/assignment.js';
import { reachable } from '../../base/graph.js';
import { groupsBelow } from '../evaluation/groups-below.js';
import { compiled } from '../evaluation/snapshot-index.js';
import { readPermissionTarget } from '../model/permission-target.js';
import { isMembership } from '../evaluation/resolve-groups.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** Where to find everybody who may be concerned, by direct assignments. Each set may contain too many entries, never too few. */
export interface CandidatePlaces {
  /** Direct assignments are not enough: everybody holds the role, or a rule determines the members of the group. */
  readonly everybody: boolean;
  readonly roles: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** The customer groups among the groups. */
  readonly customerGroups: ReadonlySet<string>;
  /** Resource servers whose permissions are assigned directly, by identifier. */
  readonly resourceServers: ReadonlySet<string>;
}

/** The roles, groups and resource servers to start from. */
export interface WantedPlaces {
  /** Roles by id. Roles that include one of them count too. */
  readonly roles?: Iterable<string>;
  readonly groups?: Iterable<string>;
  readonly resourceServers?: Iterable<string>;
  /** Which direct permissions at these resource servers count; absent: all of them. */
  readonly isWantedTarget?: (target: string) => boolean;
}

/**
 * Everybody who may reach a role, a group or a resource server's permissions, in any of these snapshots. Limitations and times
 * are ignored. Groups are followed down to those of which users are direct members, because the index of groups above may lag.
 * Pure.
 */
export function placesOf(
  { roles = [], groups = [], resourceServers = [], isWantedTarget = () => true }: WantedPlaces,
  snapshots: readonly Snapshot[],
): CandidatePlaces {
  const wanted = new Set(roles);
  const servers = new Set(resourceServers);
  const bringing = new Set<string>();
  const found = new Set(groups);
  const isDirect = ({ kind, target }: Assignment): boolean =>
    kind === 'permission' && servers.has(readPermissionTarget(target)?.resourceServer ?? '') && isWantedTarget(target);
  for (const snapshot of snapshots) {
    const { withIncluded } = compiled(snapshot);
    for (const id of snapshot.roles.keys()) {
      if (withIncluded(id).some((role) => wanted.has(role.id))) bringing.add(id);
    }
  }
  for (const snapshot of snapshots) {
    for (const { id, assignments } of snapshot.groups.values()) {
      if (
        assignments.some(
          (assignment) => (assignment.kind === 'role' && bringing.has(assignment.target)) || isDirect(assignment),
        )
      )
        found.add(id);
    }
  }
  const holding = reachable(found, groupsBelow(...snapshots));
  const customerGroups = [...holding].filter((id) =>
    snapshots.some((snapshot) => snapshot.groups.get(id)?.type === 'customer-group'),
  );
  const everybody = snapshots.some((snapshot) => {
    const { everyone, segments } = compiled(snapshot);
    return (everyone && bringing.has(everyone.target)) || segments.some(({ id }) => holding.has(id));
  });
  return {
    everybody,
    roles: bringing,
    groups: holding,
    customerGroups: new Set(customerGroups),
    resourceServers: servers,
  };
}

/** Whether these assignments lead to one of the places. */
export const leadsTo = (
  assignments: readonly Assignment[],
  { roles, groups, resourceServers }: CandidatePlaces,
): boolean =>
  assignments.some((assignment) => {
    if (assignment.kind === 'role') return roles.has(assignment.target);
    if (isMembership(assignment)) return groups.has(assignment.target);
    return resourceServers.has(readPermissionTarget(assignment.target)?.resourceServer ?? '');
  });
