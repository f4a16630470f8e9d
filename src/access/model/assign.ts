import { problem, type Problem } from '../../base/problems/problem.js';
import { isDeepStrictEqual } from 'node:util';
import { type Instant, now } from '../../base/clock.js';
import type { Assignment, AssignmentSource, Limitation } from '../../base/assignment.js';
import { type Interval, isEmpty, overlap } from '../../base/interval.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, missing, type Saved } from '../../changes/change-result.js';
import { mirroredFault } from '../../identity/groups/mirrored-group.js';
import { covers } from '../../realm/resource-servers/permission-covers.js';
import { EVERYONE } from './everyone.js';
import { permissionTarget } from './permission-target.js';
import { LIMITATIONS } from '../limitations/limitations.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** The service that stores the assignments of one kind of holder: users, groups or clients. Only this file calls it. */
export interface AssignmentOwner<T> {
  /** @param reason for the audit record */
  replaceAssignments(
    by: Actor,
    id: string,
    assignments: readonly Assignment[],
    expectedVersion: number,
    reason?: string,
  ): Promise<Saved<T>>;
}

/** A holder as it was read. A decision about its assignments is valid for that version only. */
export interface AssignmentHolder {
  readonly id: string;
  readonly version: number;
  readonly assignments: readonly Assignment[];
}

/** An assignment to be made. */
export type NewAssignment = (
  | { readonly role: string } // a role's id
  | { readonly group: string } // a group's id: membership
  | { readonly customerGroup: string } // its id; the user leaves any other customer group
  | { readonly resourceServer: string; readonly permission: string }
) &
  Interval & {
    readonly reason?: string;
    readonly limitations?: readonly Limitation[];
  };

/**
 * Adds all of this to the holder, in one change. An equal assignment for the same time is not made twice; if nothing else is
 * left, nothing is written. Refused as `invalid` (unknown role, group or permission; an end before the beginning; a refusal of
 * the owner), `changed`, `missing`, `forbidden` (roles that exclude one another: see `separationOfDuties`).
 */
export async function assign<T extends AssignmentHolder>(
  by: Actor,
  owner: AssignmentOwner<T>,
  holder: T,
  wanted: readonly NewAssignment[],
  snapshot: Snapshot,
): Promise<Saved<T>> {
  let assignments: readonly Assignment[] = holder.assignments;
  for (const addition of wanted) {
    const given = withWanted(by, assignments, addition, snapshot);
    if (!given.ok) return given;
    assignments = given.value;
  }
  return replaceAssignments(by, owner, holder, assignments);
}

/**
 * The assignments of a holder with this one added; unchanged if the holder has it already. Refused as {@link assign}. Pure
 * except for ids and time.
 */
function withWanted(
  by: Actor,
  assignments: readonly Assignment[],
  wanted: NewAssignment,
  snapshot: Snapshot,
): Saved<readonly Assignment[]> {
  const fault = wantedFault(wanted, snapshot);
  if (fault) return invalid(fault);
  const assignment = assignmentOf(by, wanted, now());
  const keeper =
    assignment.kind === 'customer-group' && assignments.find((held) => isKeptBeside(held, assignment))?.source;
  if (keeper) {
    return invalid(problem('other-customer-group', [], { source: keeper }));
  }
  return { ok: true, value: withAssignment(assignments, assignment) };
}

/** Sets the holder's assignments to exactly these; writes nothing if they are equal. Refused as {@link assign}. */
export async function replaceAssignments<T extends AssignmentHolder>(
  by: Actor,
  owner: AssignmentOwner<T>,
  holder: T,
  assignments: readonly Assignment[],
): Promise<Saved<T>> {
  if (isDeepStrictEqual(assignments, holder.assignments)) return { ok: true, value: holder };
  return owner.replaceAssignments(by, holder.id, assignments, holder.version);
}

/**
 * Removes these assignments from the holder, in one change. Refused as `missing` if the holder has none of these ids, as `invalid` for
 * a membership that a connector maintains in a group that it mirrors, otherwise as {@link assign}.
 */
export async function unassign<T extends AssignmentHolder>(
  by: Actor,
  owner: AssignmentOwner<T>,
  holder: T,
  assignmentIds: readonly string[],
  { groups }: Pick<Snapshot, 'groups'>,
): Promise<Saved<T>> {
  const gone = new Set(assignmentIds);
  const absent = assignmentIds.find((id) => !holder.assignments.some((assignment) => assignment.id === id));
  if (absent !== undefined) return missing('assignment', absent);
  for (const { id, kind, target } of holder.assignments) {
    const group = gone.has(id) && kind === 'membership' ? groups.get(target) : undefined;
    const fault = group && mirroredFault(group);
    if (fault) return invalid(fault);
  }
  const assignments = holder.assignments.filter((assignment) => !gone.has(assignment.id));
  return owner.replaceAssignments(by, holder.id, assignments, holder.version);
}

/** Adds one assignment and removes the customer groups that it replaces; unchanged if it is held already. */
function withAssignment(assignments: readonly Assignment[], assignment: Assignment): readonly Assignment[] {
  const same = assignments.find((held) => isSame(held, assignment));
  const replaced = (held: Assignment): boolean =>
    assignment.kind === 'customer-group' &&
    held.kind === assignment.kind &&
    held.source === undefined &&
    overlap(held, assignment);
  const left = assignments.filter((held) => held === same || !replaced(held));
  return same ? left : [...left, assignment];
}

/** Whether another source maintains a customer group that conflicts with this one. */
const isKeptBeside = (held: Assignment, assignment: Assignment): boolean =>
  held.kind === assignment.kind &&
  held.source !== undefined &&
  held.target !== assignment.target &&
  overlap(held, assignment);

/** A new assignment of this, starting now. */
export function assignmentOf(by: Actor, wanted: NewAssignment, at: Instant): Assignment {
  const { validFrom, validUntil, reason, limitations = [] } = wanted;
  return {
    id: newId(),
    ...leadingTo(wanted),
    grantedBy: `${by.kind}:${by.id}`,
    grantedAt: at,
    ...(validFrom !== undefined && { validFrom }),
    ...(validUntil !== undefined && { validUntil }),
    ...(reason !== undefined && { reason }),
    limitations: limitations.map(({ kind, values }) => ({ kind, values: [...values] })),
  };
}

function leadingTo(wanted: NewAssignment): Pick<Assignment, 'kind' | 'target'> {
  if ('role' in wanted) return { kind: 'role', target: wanted.role };
  if ('group' in wanted) return { kind: 'membership', target: wanted.group };
  if ('customerGroup' in wanted) return { kind: 'customer-group', target: wanted.customerGroup };
  return { kind: 'permission', target: permissionTarget(wanted.resourceServer, wanted.permission) };
}

/**
 * Why this can't be assigned to anybody.
 *
 * @param source absent: it is assigned by hand
 */
export function wantedFault(wanted: NewAssignment, snapshot: Snapshot, source?: AssignmentSource): Problem | undefined {
  if (isEmpty(wanted)) return problem('given-ends-first', [], {});
  for (const { kind, values } of wanted.limitations ?? []) {
    const known = LIMITATIONS.get(kind);
    if (!known) return problem('limitation-unknown', [], { kind, known: [] });
    const fault =
      values.length === 0
        ? problem('limitation-without-value', [], { kind })
        : values.map((value) => known.fault(value)).find((found) => found !== undefined);
    if (fault) return fault;
    if (kind === 'group' && ('group' in wanted || 'customerGroup' in wanted)) {
      return problem('limitation-of-group-by-group', [], {});
    }
  }
  if ('role' in wanted) return roleFault(wanted.role, snapshot);
  if ('group' in wanted)
    return groupFault(wanted.group, undefined, snapshot) ?? memberFault(wanted.group, snapshot, source);
  if ('customerGroup' in wanted) return groupFault(wanted.customerGroup, 'customer-group', snapshot);
  const { resourceServer, permission } = wanted;
  const server = snapshot.resourceServers.get(resourceServer);
  if (!server) return problem('resource-server-unknown', [], { identifier: resourceServer });
  const known = server.permissions.some(({ name }) => covers(permission, name)) || permission === '*';
  return known ? undefined : problem('permission-undeclared', [], { resourceServer, permission });
}

function roleFault(id: string, { roles }: Snapshot): Problem | undefined {
  const role = roles.get(id);
  if (!role) return problem('role-unknown', [], { id });
  return role.name === EVERYONE ? problem('role-of-everybody', [], { role: EVERYONE }) : undefined;
}

function groupFault(id: string, type: 'customer-group' | undefined, { groups }: Snapshot): Problem | undefined {
  const group = groups.get(id);
  if (!group) return problem('group-unknown', [], { id });
  if (group.type === type) return undefined;
  const { name } = group;
  if (group.type === 'segment') return problem('group-is-segment', [], { name });
  return problem(type === undefined ? 'group-is-customer-group' : 'group-is-no-customer-group', [], { name });
}

/** Members of a mirrored group come from its connector alone. */
function memberFault(id: string, { groups }: Snapshot, source?: AssignmentSource): Problem | undefined {
  const group = groups.get(id);
  return group && !(source?.kind === 'connector' && source.id === group.connector) ? mirroredFault(group) : undefined;
}

// Compares source and limitations too: access from a mapping, or with other limitations, is different access.
const isSame = (held: Assignment, wanted: Assignment): boolean =>
  held.kind === wanted.kind &&
  held.target === wanted.target &&
  held.validFrom === wanted.validFrom &&
  held.validUntil === wanted.validUntil &&
  held.reason === wanted.reason &&
  held.source === undefined &&
  isDeepStrictEqual(held.limitations, wanted.limitations);
