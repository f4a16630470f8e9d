import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { type NewAssignment, wantedFault } from '../../access/model/assign.js';
import type { MappedTarget } from '../mapping/map-groups.js';

/** The assignments that these targets lead to today. Roles and groups that do not exist are left out and named. Pure. */
export function mappedAssignments(
  targets: readonly MappedTarget[],
  snapshot: Snapshot,
): { readonly wanted: readonly NewAssignment[]; readonly unknown: readonly string[] } {
  const { roles, groups } = compiled(snapshot).idsByName();
  const wanted: NewAssignment[] = [];
  const unknown: string[] = [];
  for (const target of targets) {
    if (target.kind === 'mirror') continue;
    const id = (target.kind === 'role' ? roles : groups).get(target.name);
    const one = id === undefined ? undefined : target.kind === 'role' ? { role: id } : { group: id };
    // A segment, for example, takes no members.
    if (!one || wantedFault(one, snapshot) !== undefined) unknown.push(`${target.kind} ${target.name}`);
    else wanted.push(one);
  }
  return { wanted, unknown };
}
