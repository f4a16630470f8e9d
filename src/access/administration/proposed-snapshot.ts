import type { Assignment } from '../../base/assignment.js';
import type { Stored } from '../../storage/spec.js';
import type { Role } from '../model/role.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** A change that has not been made. */
export type Proposal =
  /** The planned role. */
  | { readonly role: Stored<Role> }
  /** The planned assignments of a group. */
  | { readonly group: string; readonly assignments: readonly Assignment[] };

/** The planned snapshot; the same one if the change does not affect it. */
export function proposed(snapshot: Snapshot, proposal: Proposal): Snapshot {
  if ('role' in proposal) {
    return { ...snapshot, roles: new Map(snapshot.roles).set(proposal.role.id, proposal.role) };
  }
  const group = snapshot.groups.get(proposal.group);
  if (!group) return snapshot;
  return {
    ...snapshot,
    groups: new Map(snapshot.groups).set(group.id, { ...group, assignments: [...proposal.assignments] }),
  };
}
