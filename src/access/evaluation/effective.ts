import type { Instant } from '../../base/clock.js';
import type { Assignment, Limitation } from '../../base/assignment.js';
import { compare, compiled } from './snapshot-index.js';
import { EVERYONE } from '../model/everyone.js';
import { readPermissionTarget } from '../model/permission-target.js';
import { judgeOf, nearer } from './evaluate-limitations.js';
import { expand } from '../model/expand-permissions.js';
import type { EvaluationContext, Subject } from './evaluation-context.js';
import { isMembership, type ReachedGroup } from './resolve-groups.js';
import type { Role } from '../model/role.js';
import type { Snapshot } from './snapshot.js';
import { sourcesOf } from './assignment-sources.js';

/** The access of a subject at one instant, with its reasons. */
export interface Effective {
  /** Sorted names of the realm's roles and those of the client in use. The role that everybody has is omitted. */
  readonly roles: readonly string[];
  /** Sorted names of the roles that hold something at this audience. Roles that matter only at other APIs are omitted. */
  rolesAt(audience: string): readonly string[];
  /** The names of every group above the subject, sorted. */
  readonly groups: readonly string[];
  readonly segments: readonly string[];
  readonly customerGroup?: string;
  /** Where the user lives; absent for a client. */
  readonly userstore?: string;
  /** The declared permissions held at this audience; none if it is not declared. */
  permissions(audience: string): readonly string[];
  /** The earliest end of everything this is based on. Nothing issued from it may live longer. */
  readonly endsAt?: Instant;
  /** The earliest time at which any of this may change because time has passed, even if nothing else changes. */
  readonly changesAt?: Instant;
  readonly trace: Trace;
}

/** Why: every assignment that led somewhere, with the versions of its targets. Sorted by id, so equal access has equal traces. */
export interface Trace {
  readonly assignments: readonly TracedAssignment[];
  readonly groups: readonly ReachedGroup[];
  readonly roles: readonly TracedRole[];
}

export interface TracedAssignment {
  readonly id: string;
  readonly kind: Assignment['kind'];
  readonly target: string;
  /** The group that holds it, whose path from the subject is in `groups`; absent: the subject itself. */
  readonly from?: string;
  readonly validUntil?: Instant;
}

export interface TracedRole {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/**
 * The permissions that a token may carry. Pure over its arguments: reads no store and no clock. @throws never
 *
 * @param moment `ahead`: everything that may be held now or later, regardless of limitations
 */
export function effective(
  subject: Subject,
  context: EvaluationContext,
  snapshot: Snapshot,
  moment: 'issue' | 'ahead' = 'issue',
): Effective {
  const { withIncluded, policiesOf } = compiled(snapshot);
  let changesAt: Instant | undefined;
  const judging = (groups?: ReadonlySet<string>) =>
    judgeOf({ subject, context, ...(groups && { groups }) }, moment, (at) => {
      changesAt = nearer(changesAt, at);
    });
  const sources = sourcesOf(subject, judging, snapshot);
  const { judge } = sources;

  const traced: TracedAssignment[] = [];
  const roles = new Map<string, Role & TracedRole>();
  const rolesByAudience = new Map<string, string[]>();
  const nodes = new Map<string, Set<string>>();
  let endsAt: Instant | undefined;

  function give(resourceServer: string, permissions: readonly string[]): void {
    let given = nodes.get(resourceServer);
    if (!given) nodes.set(resourceServer, (given = new Set()));
    for (const permission of permissions) given.add(permission);
  }

  function holds(limitations: readonly Limitation[]): boolean {
    const verdict = judge.limitations(limitations);
    endsAt = nearer(endsAt, verdict.until);
    return verdict.holds;
  }

  function hold(role: Role & TracedRole): void {
    if (roles.has(role.id) || !countsFor(role, context)) return;
    roles.set(role.id, role);
    const only = onlyAt(role);
    const audiences = new Set(only === undefined ? [] : [only]);
    const counts = (resourceServer: string): boolean => only === undefined || resourceServer === only;
    const { free, narrowed } = policiesOf(role.id);
    for (const [resourceServer, permissions] of free) {
      if (!counts(resourceServer)) continue;
      give(resourceServer, permissions);
      audiences.add(resourceServer);
    }
    for (const { resourceServer, permission, limitations } of narrowed) {
      if (!counts(resourceServer) || !holds(limitations)) continue;
      give(resourceServer, [permission]);
      audiences.add(resourceServer);
    }
    if (role.name === EVERYONE) return;
    for (const audience of audiences) {
      const names = rolesByAudience.get(audience);
      if (names) names.push(role.name);
      else rolesByAudience.set(audience, [role.name]);
    }
  }

  /** Returns whether the assignment led somewhere. */
  function follow(assignment: Assignment): boolean {
    if (isMembership(assignment)) return snapshot.groups.has(assignment.target);
    if (assignment.kind === 'permission') {
      const direct = readPermissionTarget(assignment.target);
      if (direct) give(direct.resourceServer, [direct.permission]);
      return direct !== undefined;
    }
    const included = withIncluded(assignment.target);
    included.forEach(hold);
    return included.length > 0;
  }

  for (const { from, assignments } of sources.all) {
    for (const assignment of assignments) {
      const verdict = judge.assignment(assignment);
      if (verdict.holds && follow(assignment)) {
        traced.push(trace(assignment, from));
        endsAt = nearer(endsAt, verdict.until);
      }
    }
  }

  const sortedRoles = [...roles.values()].sort(byId);
  const named = (type: ReachedGroup['type']): string[] =>
    sources.groups.flatMap((group) => (group.type === type ? group.name : [])).sort(compare);
  const [customerGroup] = named('customer-group');
  const expanded = new Map<string, readonly string[]>();
  return {
    roles: sortedRoles
      .filter((role) => onlyAt(role) === undefined && role.name !== EVERYONE)
      .map(({ name }) => name)
      .sort(compare),
    rolesAt: (audience) => (rolesByAudience.get(audience) ?? []).toSorted(compare),
    groups: named(undefined),
    segments: named('segment'),
    ...(customerGroup !== undefined && { customerGroup }),
    ...(subject.userstore !== undefined && { userstore: subject.userstore }),
    permissions(audience) {
      const before = expanded.get(audience);
      if (before) return before;
      const permissions = expand(
        nodes.get(audience) ?? [],
        snapshot.resourceServers.get(audience) ?? { permissions: [] },
      );
      expanded.set(audience, permissions);
      return permissions;
    },
    ...(endsAt !== undefined && { endsAt }),
    ...(changesAt !== undefined && { changesAt }),
    trace: {
      assignments: traced.sort(byId),
      groups: sources.groups.toSorted(byId),
      roles: sortedRoles.map(({ id, name, version }) => ({ id, name, version })),
    },
  };
}

/** Whether the subject holds this permission there. */
export const allows = (held: Effective, audience: string, permission: string): boolean =>
  held.permissions(audience).includes(permission);

/** The only audience of the role, if it belongs to a resource server. */
export const onlyAt = ({ audience }: Pick<Role, 'audience'>): string | undefined =>
  audience && 'resourceServer' in audience ? audience.resourceServer : undefined;

/** A client's role applies only while that client is used. */
export const countsFor = (
  { audience }: Pick<Role, 'audience'>,
  { clientId }: Pick<EvaluationContext, 'clientId'>,
): boolean => !audience || !('client' in audience) || audience.client === clientId;

export const trace = (
  { id, kind, target, validUntil }: Assignment,
  from: { readonly id: string } | undefined,
): TracedAssignment => ({
  id,
  kind,
  target,
  ...(from && { from: from.id }),
  ...(validUntil !== undefined && { validUntil }),
});

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => compare(a.id, b.id);
