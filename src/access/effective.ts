/**
 * access: what a subject may do, and why.
 *
 * Owns permissions as paths, roles and their policies, the rules of edges, and the one computation that leads from a
 * subject's edges to roles and permissions. Default deny: whatever is not understood gives nothing. Decides from a snapshot
 * and never reads the store on the way; stores no result.
 */
import type { Instant } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import { isActive, isUnlimited, readPermissionTarget } from './edge-rules.js';
import { expand } from './permission.js';
import { type ReachedGroup, reachGroups } from './reach-groups.js';
import type { Snapshot } from './snapshot.js';

/** Who asks: a user, or a client that acts for itself. Never a user through a client: a user's token holds the user's own. */
export interface Subject {
  readonly kind: 'user' | 'client';
  readonly id: string;
  readonly edges: readonly Edge[];
}

export interface Context {
  readonly at: Instant;
  /** The client that the token is for. */
  readonly clientId?: string;
}

/** What a subject holds at one instant, and how it came to hold it. */
export interface Effective {
  /** Names, sorted. */
  readonly roles: readonly string[];
  /** The names, sorted, of those that hold something at this audience: what one API's roles mean is no other's affair. */
  rolesAt(audience: string): readonly string[];
  /** The names of every group above the subject, sorted. */
  readonly groups: readonly string[];
  /** The declared permissions held at this audience; none at one that is not declared. */
  permissions(audience: string): readonly string[];
  /** The nearest end of what this rests on: nothing issued on it may live longer. */
  readonly endsAt?: Instant;
  readonly trace: Trace;
}

/** Why: every edge that led somewhere, with the versions of what it led to. Sorted by id, so equal access has equal traces. */
export interface Trace {
  readonly edges: readonly TracedEdge[];
  readonly groups: readonly ReachedGroup[];
  readonly roles: readonly { readonly id: string; readonly name: string; readonly version: number }[];
}

export interface TracedEdge {
  readonly id: string;
  readonly kind: Edge['kind'];
  readonly target: string;
  /** The group that it goes out from, whose way from the subject is in `groups`; absent: the subject itself. */
  readonly from?: string;
  readonly validUntil?: Instant;
}

/** Pure over its arguments: reads no store and no clock. @throws never */
export function effective(subject: Subject, context: Context, snapshot: Snapshot): Effective {
  const leads = (edge: Edge): boolean => isActive(edge, context.at) && isUnlimited(edge);
  const reached = reachGroups(subject.edges, snapshot.groups, leads);
  const sources: { readonly edges: readonly Edge[]; readonly from?: string }[] = [
    { edges: subject.edges },
    ...reached.flatMap(({ id }) => ({ from: id, edges: snapshot.groups.get(id)?.edges ?? [] })),
  ];

  const traced: TracedEdge[] = [];
  const roles = new Map<string, { id: string; name: string; version: number }>();
  const rolesByAudience = new Map<string, string[]>();
  const nodes = new Map<string, Set<string>>();
  const give = (resourceServer: string, permission: string): void => {
    nodes.set(resourceServer, (nodes.get(resourceServer) ?? new Set()).add(permission));
  };

  /** Whether the edge led somewhere. */
  function follow({ kind, target }: Edge): boolean {
    switch (kind) {
      case 'membership':
        return snapshot.groups.has(target);
      case 'role': {
        const role = snapshot.roles.get(target);
        if (!role) return false;
        if (roles.has(role.id)) return true;
        roles.set(role.id, { id: role.id, name: role.name, version: role.version });
        for (const audience of new Set(role.policies.filter(isUnlimited).map(({ resourceServer }) => resourceServer))) {
          rolesByAudience.set(audience, [...(rolesByAudience.get(audience) ?? []), role.name]);
        }
        for (const policy of role.policies) if (isUnlimited(policy)) give(policy.resourceServer, policy.permission);
        return true;
      }
      case 'permission': {
        const direct = readPermissionTarget(target);
        if (direct) give(direct.resourceServer, direct.permission);
        return direct !== undefined;
      }
      case 'customer-group':
        return false;
    }
  }

  for (const { from, edges } of sources) {
    for (const edge of edges) if (leads(edge) && follow(edge)) traced.push(trace(edge, from));
  }

  const ends = traced.flatMap(({ validUntil }) => validUntil ?? []);
  const expanded = new Map<string, readonly string[]>();
  return {
    roles: [...roles.values()].map(({ name }) => name).sort(),
    rolesAt: (audience) => (rolesByAudience.get(audience) ?? []).toSorted(),
    groups: reached.map(({ name }) => name).sort(),
    permissions(audience) {
      const known = expanded.get(audience);
      if (known) return known;
      const declared = snapshot.resourceServers.get(audience)?.permissions ?? [];
      const permissions = expand(nodes.get(audience) ?? [], declared);
      expanded.set(audience, permissions);
      return permissions;
    },
    ...(ends.length > 0 && { endsAt: Math.min(...ends) }),
    trace: { edges: traced.sort(byId), groups: [...reached].sort(byId), roles: [...roles.values()].sort(byId) },
  };
}

/** Whether this is among what the subject holds there. */
export const allows = (held: Effective, audience: string, permission: string): boolean =>
  held.permissions(audience).includes(permission);

const trace = ({ id, kind, target, validUntil }: Edge, from: string | undefined): TracedEdge => ({
  id,
  kind,
  target,
  ...(from !== undefined && { from }),
  ...(validUntil !== undefined && { validUntil }),
});

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
