import type { AssignmentHolder } from '../../access/model/assign.js';
import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import { holderAssignments, type WrittenEntry } from '../plan/holder-assignments.js';
import type { Operation, Thing } from '../plan/operation.js';
import type { RealmParts } from '../realm-parts.js';
import type { Plan } from '../plan/plan.js';

export interface ApplyOptions {
  /** Told of each password that was generated, once it is stored. */
  readonly onPassword?: (username: string, password: string) => void;
  /** Told of each operation that wrote something. Changes that another run made meanwhile are not reported. */
  readonly onDone?: (operation: Operation) => void;
  /** Told after each operation how many are done, of how many. */
  readonly onProgress?: (done: number, all: number) => void;
  /** So many users are made at once at most, each with a password to be hashed; absent: one. */
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

/** The assignments of a holder as the file wants them by now. */
export async function wantedAssignments(
  { parts, by, plan }: ApplyRun,
  { thing, entry, step }: Operation,
  holder: Pick<AssignmentHolder, 'assignments'>,
): Promise<Saved<AssignmentHolder['assignments']>> {
  const { file, source, removed } = plan;
  const snapshot = await parts.snapshots.read();
  const named = entryAt(file, thing, entry);
  const kept = holderAssignments(holder.assignments, named, {
    ...{ by, source, removed, snapshot, at: now() },
    // The first step only takes: what the file names may not be there yet.
    asFarAsPossible: step === 'reduce',
  });
  return kept.ok ? { ok: true, value: kept.assignments } : invalid(kept.message);
}

function entryAt({ content, written }: Plan['file'], thing: Thing, at = -1): WrittenEntry | undefined {
  const section = thing === 'client' ? 'clients' : thing === 'group' ? 'groups' : 'users';
  const entry = content[section][at];
  return entry && { entry, written: written[section]?.[at] ?? {} };
}

/** Whether the version moved. */
export const wrote = (
  before: { readonly version: number } | undefined,
  saved: Saved<{ readonly version: number }>,
): ApplyResult => (saved.ok ? { ok: true, value: saved.value.version !== before?.version } : saved);

// The check before the first write found it fit: someone has changed it since.
export const unfit = (): Saved<never> => invalid('it was changed since the file was checked; apply the file again.');
