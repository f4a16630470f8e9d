import { type Instant, now } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import { newId } from '../base/ids.js';
import type { Actor } from '../changes/actor.js';
import { invalid, missing, type Saved } from '../changes/saved.js';
import { permissionTarget } from './edge-rules.js';
import { covers, EVERYTHING } from './permission.js';
import type { Snapshot } from './snapshot.js';

/** Who keeps the edges of a kind of subject: the services of users, groups and clients. Called from here alone. */
export interface EdgeOwner<T> {
  replaceEdges(by: Actor, id: string, edges: readonly Edge[], expectedVersion: number): Promise<Saved<T>>;
}

/** A subject as it was read: what is decided about its edges holds for that version only. */
export interface EdgeHolder {
  readonly id: string;
  readonly version: number;
  readonly edges: readonly Edge[];
}

/** What somebody is to be given. */
export type Wanted = (
  | { readonly role: string } // a role's id
  | { readonly group: string } // a group's id: membership
  | { readonly resourceServer: string; readonly permission: string }
) & {
  readonly validFrom?: Instant;
  readonly validUntil?: Instant;
  readonly reason?: string;
};

/**
 * Gives all of this to the holder, in one change. What it has already, in the same way and for the same time, it is not
 * given twice; if that is all, nothing is written.
 * Refused as `invalid` (no such role, group or permission; an end before the beginning; what the owner refuses), `changed`,
 * `missing`, `forbidden`.
 */
export async function assign<T extends EdgeHolder>(
  by: Actor,
  owner: EdgeOwner<T>,
  holder: T,
  wanted: readonly Wanted[],
  snapshot: Snapshot,
): Promise<Saved<T>> {
  const at = now();
  const edges = [...holder.edges];
  for (const one of wanted) {
    const fault = faultOf(one, snapshot);
    if (fault) return invalid(fault);
    const edge = newEdge(by, one, at);
    if (!edges.some((held) => isSame(held, edge))) edges.push(edge);
  }
  if (edges.length === holder.edges.length) return { ok: true, value: holder };
  return owner.replaceEdges(by, holder.id, edges, holder.version);
}

/** Takes these edges from the holder, in one change. Refused as `missing` where it has none of such an id, else as {@link assign}. */
export async function unassign<T extends EdgeHolder>(
  by: Actor,
  owner: EdgeOwner<T>,
  holder: T,
  edgeIds: readonly string[],
): Promise<Saved<T>> {
  const gone = new Set(edgeIds);
  const absent = edgeIds.find((id) => !holder.edges.some((edge) => edge.id === id));
  if (absent !== undefined) return missing('edge', absent);
  const edges = holder.edges.filter((edge) => !gone.has(edge.id));
  return owner.replaceEdges(by, holder.id, edges, holder.version);
}

function newEdge(by: Actor, wanted: Wanted, at: Instant): Edge {
  const { validFrom, validUntil, reason } = wanted;
  return {
    id: newId(),
    ...leadingTo(wanted),
    grantedBy: `${by.kind}:${by.id}`,
    grantedAt: at,
    ...(validFrom !== undefined && { validFrom }),
    ...(validUntil !== undefined && { validUntil }),
    ...(reason !== undefined && { reason }),
    limitations: [],
  };
}

function leadingTo(wanted: Wanted): Pick<Edge, 'kind' | 'target'> {
  if ('role' in wanted) return { kind: 'role', target: wanted.role };
  if ('group' in wanted) return { kind: 'membership', target: wanted.group };
  return { kind: 'permission', target: permissionTarget(wanted.resourceServer, wanted.permission) };
}

function faultOf(wanted: Wanted, snapshot: Snapshot): string | undefined {
  if ((wanted.validFrom ?? -Infinity) >= (wanted.validUntil ?? Infinity)) return 'What is given ends before it begins.';
  if ('role' in wanted) return snapshot.roles.has(wanted.role) ? undefined : `There is no role ${wanted.role}.`;
  if ('group' in wanted) return snapshot.groups.has(wanted.group) ? undefined : `There is no group ${wanted.group}.`;
  const { resourceServer, permission } = wanted;
  const server = snapshot.resourceServers.get(resourceServer);
  if (!server) return `There is no resource server ${resourceServer}.`;
  const known = permission === EVERYTHING || server.permissions.some(({ name }) => covers(permission, name));
  return known ? undefined : `${resourceServer} declares no permission ${permission}, and none below it.`;
}

// Source and limitations too: access that came by mapping, or is narrowed, is not the same access.
const isSame = (held: Edge, wanted: Edge): boolean =>
  held.kind === wanted.kind &&
  held.target === wanted.target &&
  held.validFrom === wanted.validFrom &&
  held.validUntil === wanted.validUntil &&
  held.source === undefined &&
  held.limitations.length === 0;
