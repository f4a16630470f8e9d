import type { Edge } from '../../base/assignment.js';
import type { Group } from '../../identity/groups/group.js';
import type { Stored } from '../../storage/spec.js';

/** A group above a subject, and a shortest way to it. */
export interface ReachedGroup {
  readonly id: string;
  readonly name: string;
  readonly type?: Group['type'];
  readonly version: number;
  /** The edges from the subject to this group, the subject's own first. */
  readonly way: readonly string[];
}

/**
 * Every group that these edges lead to, directly or through groups, the nearest first. A group is visited once, so a circle
 * in the data is harmless. Of equally short ways the one whose edge ids come first is told, whatever the order of the data.
 *
 * @param edges by their ids, as those that `edgesOf` gives
 */
export function reachGroups(
  edges: readonly Edge[],
  groups: ReadonlyMap<string, Stored<Group>>,
  leads: (edge: Edge) => boolean,
  edgesOf: (groupId: string) => readonly Edge[],
): readonly ReachedGroup[] {
  const reached = new Map<string, ReachedGroup>();
  // A level is in the order of its ways, so the next is too: the first way to a group is the one to tell.
  let level: { readonly edges: readonly Edge[]; readonly way: readonly string[] }[] = [{ edges, way: [] }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const from of level) {
      for (const edge of from.edges) {
        if (!isMembership(edge) || reached.has(edge.target)) continue;
        const group = groups.get(edge.target);
        if (!group || !leads(edge)) continue;
        const { id, name, type, version } = group;
        const way = [...from.way, edge.id];
        reached.set(id, { id, name, ...(type !== undefined && { type }), version, way });
        next.push({ edges: edgesOf(id), way });
      }
    }
    level = next;
  }
  return [...reached.values()];
}

/** Whether the edge leads to a group. */
export const isMembership = ({ kind }: Pick<Edge, 'kind'>): boolean =>
  kind === 'membership' || kind === 'customer-group';
