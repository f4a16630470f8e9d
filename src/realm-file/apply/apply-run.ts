import { problem } from '../../base/problems/problem.js';
import type { AssignmentHolder, AssignmentOwner } from '../../access/model/assign.js';
import { replaceAssignmentsOf } from '../../access/model/replace-source-assignments.js';
import type { Assignment } from '../../base/assignment.js';
import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import { holderAssignments, maintainedFor, type WrittenEntry } from '../plan/holder-assignments.js';
import type { Operation, Thing } from '../plan/operation.js';
import type { RealmParts } from '../realm-parts.js';
import type { Plan } from '../plan/plan.js';

export interface ApplyOptions {
  /** Called with each generated password, once it is stored. */
  readonly onPassword?: (username: string, password: string) => void;
  /** Called for each operation that wrote something. Changes that a concurrent run made are not reported. */
  readonly onDone?: (operation: Operation) => void;
  /** Called after each operation with the number done and the total. */
  readonly onProgress?: (done: number, all: number) => void;
  /** The maximum number of users created in parallel, each with a password to hash; absent: one. */
  readonly atOnce?: number;
}

/** Dependencies of the operations of one run. */
export interface ApplyRun {
  readonly parts: RealmParts;
  readonly by: Actor;
  readonly plan: Plan;
  readonly options: ApplyOptions;
}

/** Whether something was written. */
export type ApplyResult = Saved<boolean>;

export const unchanged: ApplyResult = { ok: true, value: false };

/** The assignments of the file for a holder that is created with them. */
export async function firstAssignments(
  { parts, by, plan }: ApplyRun,
  { thing, entry }: Operation,
): Promise<Saved<readonly Assignment[]>> {
  const snapshot = await parts.snapshots.read();
  const planned = holderAssignments([], entryAt(plan.file, thing, entry), { ...plan, by, snapshot, at: now() });
  return planned.ok ? { ok: true, value: planned.assignments } : invalid(planned.fault);
}

/** Sets a holder's assignments to what the file wants, in one commit. */
export async function saveAssignments<T extends AssignmentHolder>(
  { parts, by, plan }: ApplyRun,
  { thing, entry, step }: Operation,
  owner: AssignmentOwner<T>,
  holder: T,
): Promise<Saved<T>> {
  const snapshot = await parts.snapshots.read();
  const maintained = maintainedFor(entryAt(plan.file, thing, entry), { ...plan, snapshot });
  // The first step only removes, since the targets in the file may not exist yet.
  return replaceAssignmentsOf(by, owner, holder, { ...maintained, onlyRemovals: step === 'reduce' }, snapshot);
}

function entryAt({ content, written }: Plan['file'], thing: Thing, at = -1): WrittenEntry | undefined {
  const section = thing === 'client' ? 'clients' : thing === 'group' ? 'groups' : 'users';
  const entry = content[section][at];
  return entry && { entry, written: written[section]?.[at] ?? {} };
}

/** Whether the version changed. */
export const wrote = (
  before: { readonly version: number } | undefined,
  saved: Saved<{ readonly version: number }>,
): ApplyResult => (saved.ok ? { ok: true, value: saved.value.version !== before?.version } : saved);

// The check before the first write accepted it, so somebody has changed it since.
export const unfit = (): Saved<never> => invalid(problem('changed-since-check', [], {}));
