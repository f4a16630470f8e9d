import type { ProblemPath } from '../../base/problems/problem.js';
import {
  planAssignmentsOf,
  type PlannedAssignments,
  type SourceAssignments,
} from '../../access/model/replace-source-assignments.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Instant } from '../../base/clock.js';
import type { AssignmentSource, Assignment } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import { EVERY_KIND, byId, kindsNamed, wantedAt } from './resolve-names.js';
import type { WrittenFields, RealmFile } from '../read/read-realm-file.js';
import { isOrphaned, type RemovedPermissions } from './removed-permissions.js';
import type { HolderEntry } from '../read/schema.js';

/** An entry of a user, group or client, both parsed and as written. */
export interface WrittenEntry {
  readonly entry: HolderEntry;
  readonly written: WrittenFields;
}

/** The shared data for all holders' assignments. */
export interface FileAssignments {
  readonly by: Actor;
  readonly source: AssignmentSource;
  readonly removed: RemovedPermissions;
  /** The snapshot that resolves names in the file. */
  readonly snapshot: Snapshot;
  readonly at: Instant;
}

export const sourceOf = ({ content }: RealmFile): AssignmentSource => ({ kind: 'file', id: content.name });

/** The assignments that the file maintains for a holder, each with its place in the entry. */
interface FileHolder extends SourceAssignments {
  readonly paths: readonly ProblemPath[];
}

/**
 * The assignments that the file maintains for a holder: the single interpretation that plan and run share. Permissions that the
 * file removes are taken from every holder.
 *
 * @param named absent: the file does not name the holder, and takes back everything that it assigned
 */
export function maintainedFor(
  named: WrittenEntry | undefined,
  { source, removed, snapshot }: Pick<FileAssignments, 'source' | 'removed' | 'snapshot'>,
): FileHolder {
  const common = { source, ...(removed.size > 0 && { isObsolete: isOrphaned(removed) }) };
  if (!named) return { ...common, kinds: EVERY_KIND, wanted: [], paths: [] };
  const wanted = wantedAt(named.entry, byId(snapshot));
  return {
    ...common,
    kinds: kindsNamed(named.written),
    wanted: wanted.map((one) => one.wanted),
    paths: wanted.map(({ at }) => at),
  };
}

/** The assignments of a holder after the run; a fault includes its place in the entry. */
export function holderAssignments(
  held: readonly Assignment[],
  named: WrittenEntry | undefined,
  files: FileAssignments,
): PlannedAssignments & { readonly path?: ProblemPath } {
  const maintained = maintainedFor(named, files);
  const planned = planAssignmentsOf(files.by, held, maintained, files.snapshot, files.at);
  return planned.ok ? planned : { ...planned, path: maintained.paths[planned.index] ?? [] };
}
