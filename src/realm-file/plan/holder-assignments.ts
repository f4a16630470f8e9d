import { keepAssignments, type KeptAssignments } from '../../access/model/replace-source-assignments.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Instant } from '../../base/clock.js';
import type { AssignmentSource, Assignment } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import { EVERY_KIND, byId, kindsNamed, wantedAt } from './resolve-names.js';
import type { Path } from '../read/problem.js';
import type { WrittenFields, RealmFile } from '../read/read-realm-file.js';
import { isOrphaned, type RemovedPermissions } from './removed-permissions.js';
import type { HolderEntry } from '../read/schema.js';

/** An entry of a user, group or client, parsed and as it was written. */
export interface WrittenEntry {
  readonly entry: HolderEntry;
  readonly written: WrittenFields;
}

/** Dependencies of every holder's assignments. */
export interface FileAssignments {
  readonly by: Actor;
  readonly source: AssignmentSource;
  readonly removed: RemovedPermissions;
  /** The snapshot that resolves names in the file. */
  readonly snapshot: Snapshot;
  readonly at: Instant;
  readonly asFarAsPossible?: boolean;
}

export const sourceOf = ({ content }: RealmFile): AssignmentSource => ({ kind: 'file', id: content.name });

/**
 * The assignments of a holder as the file wants them: the one interpretation that the plan and the run share.
 *
 * @param named absent: the file does not name the holder, and takes back all that it gave
 */
export function holderAssignments(
  held: readonly Assignment[],
  named: WrittenEntry | undefined,
  { by, source, removed, snapshot, at, asFarAsPossible = false }: FileAssignments,
): KeptAssignments & { readonly path?: Path } {
  const isOrphan = isOrphaned(removed);
  const left = removed.size > 0 ? held.filter((assignment) => !isOrphan(assignment)) : held;
  if (!named) return keepAssignments(by, left, { source, kinds: EVERY_KIND, wanted: [] }, snapshot, at);
  const wanted = wantedAt(named.entry, byId(snapshot));
  const kept = keepAssignments(
    by,
    left,
    { source, kinds: kindsNamed(named.written), wanted: wanted.map((one) => one.wanted), asFarAsPossible },
    snapshot,
    at,
  );
  return kept.ok ? kept : { ...kept, path: wanted[kept.index]?.at ?? [] };
}
