import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { type NewAssignment, wantedFault } from '../../access/model/assign.js';
import type { SourceAssignments } from '../../access/model/replace-source-assignments.js';
import type { AssignmentKind } from '../../base/assignment.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import type { MappedTarget } from '../mapping/map-groups.js';

/** The assignments that these targets lead to today. Roles and groups that do not exist are left out and named. Pure. */
function mappedAssignments(
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

/** A mapping gives roles and memberships. */
const MAPPED_KINDS: ReadonlySet<AssignmentKind> = new Set(['role', 'membership']);

/** Everything that a connector maintains for a user whose upstream groups lead to these targets. Reports unknown ones. */
export function maintainedBy(
  connector: string,
  targets: readonly MappedTarget[],
  snapshot: Snapshot,
  report: (connector: string, event: ConnectorEvent) => void,
): SourceAssignments {
  const { wanted, unknown } = mappedAssignments(targets, snapshot);
  for (const target of unknown) report(connector, { reason: 'mapped-target-unknown', details: { target } });
  return { source: { kind: 'connector', id: connector }, kinds: MAPPED_KINDS, wanted };
}
