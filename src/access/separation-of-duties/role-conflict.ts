import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { covers, type Interval, intersection, overlap } from '../../base/interval.js';
import type { Group } from '../../identity/groups/group.js';
import { compiled } from '../evaluation/snapshot-index.js';
import { isMembership } from '../evaluation/resolve-groups.js';
import type { RoleHeld } from './role-exclusion-problems.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** A path by which a role is held, with its description. */
interface ConflictPath extends Interval {
  readonly how: RoleHeld;
}

/** Two roles that exclude each other and that one holder would hold. */
export interface RoleConflict {
  /** Their sorted ids, which identify the pair. */
  readonly pair: string;
  /** How each is held: `payer through the group payers`. */
  readonly ways: readonly [RoleHeld, RoleHeld];
}

/**
 * Separation of duties: the conflicts among these assignments, once for each pair of roles. Future and limited assignments
 * count; expired ones do not. Roles whose periods do not overlap do not conflict. Pure.
 */
function roleConflicts(assignments: readonly Assignment[], snapshot: Snapshot, at: Instant): readonly RoleConflict[] {
  if (compiled(snapshot).exclusions().size === 0) return [];
  const pathsByRole = rolesHeld(assignments, snapshot, at);
  return [...compiled(snapshot).exclusions()].flatMap(([pair, [role, against]]) => {
    const others = pathsByRole.get(against)?.ways ?? [];
    for (const path of pathsByRole.get(role)?.ways ?? []) {
      const other = others.find((way) => overlap(path, way));
      if (other) return [{ pair, ways: [path.how, other.how] as const }];
    }
    return [];
  });
}

/**
 * The conflict that the new assignments of a holder introduce. An existing conflict is ignored, so that such a holder can still
 * be changed. Pure.
 */
export function newConflict(
  before: { readonly assignments: readonly Assignment[]; readonly snapshot: Snapshot },
  after: { readonly assignments: readonly Assignment[]; readonly snapshot: Snapshot },
  at: Instant,
): RoleConflict | undefined {
  const now = roleConflicts(after.assignments, after.snapshot, at);
  if (now.length === 0) return undefined;
  const known = new Set(roleConflicts(before.assignments, before.snapshot, at).map(({ pair }) => pair));
  return now.find(({ pair }) => !known.has(pair));
}

/**
 * Every role that these assignments lead to from now on, with its paths, except those that another path of the same role
 * covers.
 */
function rolesHeld(
  assignments: readonly Assignment[],
  snapshot: Snapshot,
  at: Instant,
): ReadonlyMap<string, { readonly ways: ConflictPath[] }> {
  const { everyone, assignmentsOf, withIncluded } = compiled(snapshot);
  const pathsByRole = new Map<string, { readonly ways: ConflictPath[] }>();
  const entered = new Map<string, Interval[]>();
  type Step = { readonly assignments: readonly Assignment[]; readonly span: Interval; readonly group?: Group };
  const steps: Step[] = [
    {
      assignments: everyone ? [...assignments, everyone] : assignments,
      span: { validFrom: at },
    },
  ];
  // The list grows during iteration, nearest groups first. A cycle ends, since its second pass covers nothing new.
  for (const { assignments: own, span, group } of steps) {
    for (const assignment of own) {
      const meeting = intersection(span, assignment);
      if (!meeting) continue;
      if (isMembership(assignment)) {
        const above = snapshot.groups.get(assignment.target);
        if (above && addSpan(entry(entered, assignment.target), meeting)) {
          steps.push({ assignments: assignmentsOf(above.id), span: meeting, group: above });
        }
      }
      if (assignment.kind !== 'role') continue;
      for (const role of withIncluded(assignment.target)) {
        const how = {
          role: role.name,
          ...(role.id !== assignment.target && {
            within: snapshot.roles.get(assignment.target)?.name ?? assignment.target,
          }),
          ...(group && { throughGroup: group.name }),
        };
        const known = pathsByRole.get(role.id) ?? { ways: [] };
        pathsByRole.set(role.id, known);
        addSpan(known.ways, { ...meeting, how });
      }
    }
  }
  return pathsByRole;
}

/** Adds the span unless an existing one covers it. @returns whether it was added */
function addSpan<S extends Interval>(spans: S[], span: S): boolean {
  if (spans.some((known) => covers(known, span))) return false;
  spans.push(span);
  return true;
}

function entry(entered: Map<string, Interval[]>, id: string): Interval[] {
  const spans = entered.get(id) ?? [];
  entered.set(id, spans);
  return spans;
}
