import { isDeepStrictEqual } from 'node:util';
import type { Group } from '../../identity/groups/group.js';
import { compiled } from '../evaluation/snapshot-index.js';
import { type CandidatePlaces, placesOf } from './candidate-places.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/**
 * Where to find everybody whom the difference between two snapshots may concern. These are users with a path to a role, group
 * or resource server whose relevant fields differ between the snapshots. Pure.
 */
export function changedPlaces(before: Snapshot, after: Snapshot): CandidatePlaces {
  const servers = differing(before.resourceServers, after.resourceServers, ({ permissions, implications }) => ({
    permissions,
    implications,
  }));
  const roles = new Set(
    differing(before.roles, after.roles, ({ policies, includes, audience }) => ({ policies, includes, audience })),
  );
  for (const snapshot of [before, after]) {
    for (const { id, policies } of snapshot.roles.values()) {
      if (policies.some(({ resourceServer }) => servers.has(resourceServer))) roles.add(id);
    }
  }
  const [everyoneBefore, everyoneAfter] = [before, after].map((snapshot) => compiled(snapshot).everyone?.target);
  if (everyoneBefore !== everyoneAfter)
    [everyoneBefore, everyoneAfter].forEach((id) => id !== undefined && roles.add(id));
  const groups = differing(before.groups, after.groups, deciding);
  return placesOf({ roles, groups, resourceServers: servers }, [before, after]);
}

const deciding = ({ assignments, type, rule }: Group) => ({ assignments, type, rule });

/** The keys of entries that exist in only one, or differ. */
function differing<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  read: (value: T) => unknown,
): ReadonlySet<string> {
  const keys = new Set([...before.keys(), ...after.keys()]);
  for (const key of keys) {
    const [one, other] = [before.get(key), after.get(key)];
    if (one === other || (one && other && isDeepStrictEqual(read(one), read(other)))) keys.delete(key);
  }
  return keys;
}
