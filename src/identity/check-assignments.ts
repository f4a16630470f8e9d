import type { Edge } from '../base/assignment.js';
import { EDGE_LIMIT } from './users/user.js';

/** Why a user or group can't have these edges, as a sentence; undefined: nothing is wrong with their shape. */
export function edgesRefusal(edges: readonly Edge[]): string | undefined {
  if (edges.length > EDGE_LIMIT) return `More than ${EDGE_LIMIT} edges go out from here; use a group.`;
  if (new Set(edges.map((edge) => edge.id)).size < edges.length) return 'Two edges have the same id.';
  const endless = edges.find((edge) => (edge.validFrom ?? 0) >= (edge.validUntil ?? Infinity));
  return endless && `The edge ${endless.id} ends before it begins.`;
}
