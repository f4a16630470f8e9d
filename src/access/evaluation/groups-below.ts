import { type Edges, reversed } from '../../base/graph.js';
import { isMembership } from './resolve-groups.js';
import type { Snapshot } from './snapshot.js';

/** The groups directly below each group, in any of the snapshots. */
export function groupsBelow(...snapshots: readonly Pick<Snapshot, 'groups'>[]): Edges {
  const below = reversed(
    snapshots.flatMap(({ groups }) =>
      [...groups.values()].flatMap(({ id, assignments }) =>
        assignments.filter(isMembership).map(({ target }) => [id, target] as const),
      ),
    ),
  );
  return (id) => below.get(id) ?? [];
}
