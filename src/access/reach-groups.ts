import type { Edge } from '../base/edge.js';
import type { Group } from '../identity/group.js';
import type { Stored } from '../storage/spec.js';

/** A group above a subject, and a shortest way to it. */
export interface ReachedGroup {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** The edges from the subject to this group, the subject's own first. */
  readonly way: readonly string[];
}

/**
 * Every group that these edges lead to, directly or through groups, the nearest first. A group is visited once, so a circle
 * in the data is harmless. Of equally short ways the one whose edge ids come first is told, whatever the order of the data.
 */
export function reachGroups(
  edges: readonly Edge[],
  groups: ReadonlyMap<string, Stored<Group>>,
  leads: (edge: Edge) => boolean,
): readonly ReachedGroup[] {
  const reached = new Map<string, ReachedGroup>();
  let level: { edges: readonly Edge[]; way: readonly string[] }[] = [{ edges, way: [] }];
  while (level.length > 0) {
    const steps = level
      .flatMap((from) =>
        from.edges.filter(isLeading).map((edge) => ({ target: edge.target, way: [...from.way, edge.id] })),
      )
      .sort((a, b) => compare(a.way, b.way));
    level = [];
    for (const { target, way } of steps) {
      const group = groups.get(target);
      if (!group || reached.has(target)) continue;
      reached.set(target, { id: group.id, name: group.name, version: group.version, way });
      level.push({ edges: group.edges, way });
    }
  }
  return [...reached.values()];

  function isLeading(edge: Edge): boolean {
    return edge.kind === 'membership' && leads(edge);
  }
}

/** Ways of one level, which are equally long. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (const [at, id] of a.entries()) {
    const other = b[at] ?? '';
    if (id !== other) return id < other ? -1 : 1;
  }
  return 0;
}
