import { problem } from '../../base/problems/problem.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection } from '../../storage/store.js';
import type { groups, Group } from './group.js';
import { groupsOf } from '../users/user-index.js';

/** A group that was reached, and the path: the ids from the first group to this one. */
interface Reached {
  readonly group: Stored<Group>;
  readonly way: readonly string[];
}

/** A commit requires each of them unchanged and has room for few other writes. */
const MOST_ABOVE = 50;

/**
 * Every group that these lead to, including themselves, the nearest first. Makes one read per level of nesting. Refused as
 * `invalid` if a group is missing, or if there are too many to change safely together.
 */
export async function groupsAbove(
  collection: Collection<typeof groups>,
  from: readonly string[],
): Promise<Saved<readonly Reached[]>> {
  const reached = new Map<string, Reached>();
  let level: { id: string; way: readonly string[] }[] = from.map((id) => ({ id, way: [id] }));
  while (level.length > 0) {
    const found = await collection.getMany(level.map(({ id }) => id));
    const above: typeof level = [];
    for (const { id, way } of level) {
      if (reached.has(id)) continue;
      const group = found.get(id);
      if (!group) return invalid(problem('group-unknown', [], { id }));
      reached.set(id, { group, way });
      above.push(...groupsOf(group.assignments).map((next) => ({ id: next, way: [...way, next] })));
    }
    level = above.filter(({ id }) => !reached.has(id));
    if (reached.size > MOST_ABOVE) return invalid(problem('too-many-groups-above', [], { most: MOST_ABOVE }));
  }
  return { ok: true, value: [...reached.values()] };
}
