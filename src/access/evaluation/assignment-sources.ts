import type { Edge } from '../../base/assignment.js';
import { compare, compiled } from './snapshot-index.js';
import type { Judge } from './evaluate-limitations.js';
import type { Subject } from './evaluation-context.js';
import { isMembership, type ReachedGroup, reachGroups } from './resolve-groups.js';
import type { Snapshot } from './snapshot.js';

/** Edges of one holder, by their ids. */
export interface Source {
  /** The group that they go out from; absent: the subject itself. */
  readonly from?: ReachedGroup;
  readonly edges: readonly Edge[];
}

/** The subject's own edges, then those of every group that they lead to: whatever may give it anything, leading or not. */
export interface Sources {
  readonly groups: readonly ReachedGroup[];
  readonly all: readonly Source[];
  /** Judges these edges and what they lead to. */
  readonly judge: Judge;
}

/**
 * In an order that hangs on nothing but what they are.
 *
 * @param judging given the groups above the subject once they are known: what leads into groups is judged without them
 */
export function sourcesOf(
  subject: Subject,
  judging: (groups?: ReadonlySet<string>) => Judge,
  snapshot: Snapshot,
): Sources {
  const before = judging();
  const { everyone, edgesOf } = compiled(snapshot);
  const given = [
    ...(subject.kind === 'user' && everyone ? [everyone] : []),
    ...(subject.segments ?? []).map(inSegment),
  ];
  const own = [...subject.edges, ...given].sort((a, b) => compare(a.id, b.id));
  const groups = reachGroups(own, snapshot.groups, (edge) => before.edge(edge).holds, edgesOf);
  const after = judging(new Set(groups.map(({ id }) => id)));
  return {
    groups,
    all: [{ edges: own }, ...groups.map((from) => ({ from, edges: edgesOf(from.id) }))],
    judge: {
      limitations: after.limitations,
      edge: (edge) => (isMembership(edge) ? before : after).edge(edge),
    },
  };
}

/** The memberships from the subject to the group that the source is. */
export function edgesTo({ from }: Pick<Source, 'from'>, [own]: readonly Source[], snapshot: Snapshot): readonly Edge[] {
  const edges: Edge[] = [];
  let holder = own?.edges ?? [];
  for (const id of from?.way ?? []) {
    const edge = holder.find((one) => one.id === id);
    if (!edge) break;
    edges.push(edge);
    holder = compiled(snapshot).edgesOf(edge.target);
  }
  return edges;
}

/** Nobody puts people into a segment: its rule does. */
const inSegment = (id: string): Edge => ({
  id: `segment:${id}`,
  kind: 'membership',
  target: id,
  grantedBy: 'system:rule',
  grantedAt: 0,
  limitations: [],
});
