import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { type NewAssignment, wantedFault } from '../../access/model/assign.js';
import { planAssignmentsOf, type SourceAssignments } from '../../access/model/replace-source-assignments.js';
import { conflictProblem } from '../../access/separation-of-duties/separation-of-duties.js';
import { newConflict } from '../../access/separation-of-duties/role-conflict.js';
import type { Assignment, AssignmentKind } from '../../base/assignment.js';
import { now } from '../../base/clock.js';
import type { Problem } from '../../base/problems/problem.js';
import type { Actor } from '../../changes/actor.js';
import type { Connector } from '../connectors/connector.js';
import type { MappedTarget } from '../mapping/map-groups.js';
import type { MappedUser } from '../mapping/map-identity.js';
import { type MirrorPlan, planMirrors } from './plan-mirrors.js';

/** The assignments of a user after a sign-in. */
export interface AccessPlan {
  readonly assignments: readonly Assignment[];
  /** The roles and groups to which the mapping leads and that do not exist: `role seller`. */
  readonly unknown: readonly string[];
  /** What becomes of mirrored groups first. The user becomes a member of a new one by the next plan. */
  readonly mirrors: MirrorPlan;
  /** Why nothing is added. What ends upstream ends here all the same. */
  readonly conflict?: Problem;
  /** Without what is added. */
  readonly reduced: readonly Assignment[];
}

/** A mapping gives roles and memberships. */
const MAPPED_KINDS: ReadonlySet<AssignmentKind> = new Set(['role', 'membership']);

/**
 * The assignments of a holder after a sign-in through a connector. Undefined: groups were not reported, which neither confirms nor ends
 * anything. Pure except for ids and time.
 */
export function planAccess(
  by: Actor,
  { id, mapping }: Pick<Connector, 'id' | 'mapping'>,
  held: readonly Assignment[],
  groups: MappedUser['groups'],
  snapshot: Snapshot,
  mostCreated?: number,
): AccessPlan | undefined {
  // A mapping without rules gives nothing, whatever is reported.
  if (groups === 'not-told' && mapping.groups.length > 0) return undefined;
  const targets = groups === 'not-told' ? [] : groups;
  const mirrors = planMirrors(
    id,
    targets.filter((target) => target.kind === 'mirror'),
    snapshot,
    mostCreated,
  );
  const { wanted: named, unknown } = mappedAssignments(targets, snapshot);
  const wanted = [...named, ...mirrors.existing.map((group) => ({ group }))];
  const maintained: SourceAssignments = { source: { kind: 'connector', id }, kinds: MAPPED_KINDS, wanted };
  const at = now();
  const whole = planAssignmentsOf(by, held, maintained, snapshot, at);
  const less = planAssignmentsOf(by, held, { ...maintained, onlyRemovals: true }, snapshot, at);
  const reduced = less.ok ? less.assignments : held;
  const conflict = whole.ok ? addedConflict(held, whole.assignments, snapshot) : whole.fault;
  const isWhole = whole.ok && conflict === undefined;
  return {
    assignments: isWhole ? whole.assignments : reduced,
    ...{ reduced, unknown, mirrors },
    ...(conflict !== undefined && { conflict }),
  };
}

/** Why the change would be refused: roles that exclude each other. */
function addedConflict(
  before: readonly Assignment[],
  after: readonly Assignment[],
  snapshot: Snapshot,
): Problem | undefined {
  const known = new Set(before.map(({ id }) => id));
  if (after.every(({ id }) => known.has(id))) return undefined;
  const conflict = newConflict({ assignments: before, snapshot }, { assignments: after, snapshot }, now());
  return conflict && conflictProblem(conflict);
}

/** The assignments that these targets lead to today. Roles and groups that do not exist are left out and named. Pure. */
function mappedAssignments(
  targets: readonly MappedTarget[],
  snapshot: Snapshot,
): { readonly wanted: readonly NewAssignment[]; readonly unknown: readonly string[] } {
  const { roles, groups } = compiled(snapshot).idsByName();
  const wanted: NewAssignment[] = [];
  const unknown: string[] = [];
  for (const target of targets) {
    if (target.kind === 'mirror') continue;
    const id = (target.kind === 'role' ? roles : groups).get(target.name);
    const one = id === undefined ? undefined : target.kind === 'role' ? { role: id } : { group: id };
    // A segment or a mirrored group, for example, takes no members by its name.
    if (!one || wantedFault(one, snapshot) !== undefined) unknown.push(`${target.kind} ${target.name}`);
    else wanted.push(one);
  }
  return { wanted, unknown };
}
