import type { Edge } from '../base/edge.js';
import { compare, compiled } from './compiled.js';
import type { Judge } from './judge.js';
import type { Subject } from './question.js';
import { type ReachedGroup, reachGroups } from './reach-groups.js';
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
}

/** In an order that hangs on nothing but what they are. */
export function sourcesOf(subject: Subject, judge: Judge, snapshot: Snapshot): Sources {
  const { everyone, edgesOf } = compiled(snapshot);
  const given = [
    ...(subject.kind === 'user' && everyone ? [everyone] : []),
    ...(subject.segments ?? []).map(inSegment),
  ];
  const own = [...subject.edges, ...given].sort((a, b) => compare(a.id, b.id));
  const groups = reachGroups(own, snapshot.groups, (edge) => judge.edge(edge).holds, edgesOf);
  return { groups, all: [{ edges: own }, ...groups.map((from) => ({ from, edges: edgesOf(from.id) }))] };
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
