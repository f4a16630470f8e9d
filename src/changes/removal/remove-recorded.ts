import { problem } from '../../base/problems/problem.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { type Instant, now } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';
import { put, type Write } from '../../storage/write.js';
import type { Actor } from '../actor.js';
import type { Recorder } from '../change-recorder.js';
import type { Change } from '../event.js';
import type { Reference } from './reference.js';
import type { Referrer, Removed } from './referrer.js';
import type { NamedThing } from '../change-problems.js';
import { refused, type Saved, savedAs } from '../change-result.js';

/** How many references a refusal lists. */
const LISTED = 20;
/**
 * The writes of one commit, far below the limit: the marks of audit records come on top. Each change comes with an audit record, a
 * history row and a change marker at most.
 */
const COMMIT = 64;
const BESIDES = 3;
/** The removal of a user also notifies applications, and records that their sessions ended; it has no change marker. */
const BESIDES_OWN = 4;
const WRITES_OF_A_CHANGE = 1 + BESIDES;

/** Records a removal. References that another process created at the same moment are searched again later. */
export type RemovalNote = { id: string; kind: Removed['kind']; removedId: string; at: Instant };

export const removalNotes = spec<RemovalNote>()({
  name: 'removalNotes',
  scope: 'realm',
  version: 1,
  indexed: { at: 'number' },
  unique: {},
  queries: { all: { order: 'at' } },
});

/** The write that lets a job search for late references. */
export const removalNote = (kind: RemovalNote['kind'], removedId: string): Write =>
  put(removalNotes, { id: `${kind}:${removedId}`, kind, removedId, at: now() });

export interface RemovalOptions {
  /** References to it are changed, or removed if they have no meaning without it. */
  readonly cascade?: boolean;
}

interface Removal<T> {
  /** All objects of one change; none: only the change is made. */
  readonly removed: readonly Removed[];
  readonly thing: (value: T) => NamedThing;
  /** The current value and the changes that remove it, its own first; called again after a conflict. */
  readonly read: () => Promise<Saved<{ readonly value: T; readonly changes: readonly Change[] }>>;
}

/**
 * Removes an object, or returns its references. With `cascade` the references are removed in the same commit. If there are too
 * many for one, most are removed in commits before it; running it again completes an interrupted run. References that appear
 * meanwhile are found after the last commit. Refused as `in-use`, `missing`, `changed`, `forbidden`.
 */
export async function removeRecorded<T>(
  recorder: Recorder,
  by: Actor,
  { removed, thing: named, read }: Removal<T>,
  { cascade = false }: RemovalOptions = {},
): Promise<Saved<T>> {
  const removeOnce = async (): Promise<Saved<T> | undefined> => {
    const last = await read();
    if (!last.ok) return last;
    const thing = named(last.value.value);
    if (!cascade) {
      const { references, more } = await referencesTo(recorder, removed, LISTED);
      if (references.length > 0) {
        return refused('in-use', problem('in-use', [], { thing, references, more }));
      }
    }
    const { value } = last.value;
    const notes = removed.filter(({ to }) => to === undefined).map(({ kind, id }) => removalNote(kind, id));
    const [first, ...others] = last.value.changes;
    const final = first ? [{ ...first, writes: [...first.writes, ...notes] }, ...others] : [];
    const own = final.reduce((sum, { writes }) => sum + writes.length + BESIDES_OWN, 0);
    const room = Math.floor((COMMIT - own) / WRITES_OF_A_CHANGE);
    const few = await firstReferrers(recorder, removed, room + 1);
    const changes = few.flatMap(({ cut }) => (cut.kind === 'change' ? [cut.change] : []));
    const subjects = new Set(changes.map(({ event: { subject } }) => `${subject.kind} ${subject.id}`));
    // A document with several references can't be written twice in one commit.
    if (few.length > room || subjects.size < few.length) {
      const cut = await cutReferences(recorder, by, removed);
      return cut.ok ? undefined : cut;
    }
    const outcome = await recorder.recordAll(by, [...changes, ...final]);
    const before = changes.reduce((sum, { writes }) => sum + writes.length, 0);
    // The object itself is the first write of its change; any other refusal means that the data was read too early.
    const isRead = !outcome.ok && outcome.refusedBy === 'store' && outcome.refusal.code !== 'conflict';
    const moved = isRead && outcome.write !== before;
    if (moved) return undefined;
    if (outcome.ok) await cutReferences(recorder, by, removed);
    return savedAs(thing, outcome, value);
  };
  const saved = await retryOnConflict(removeOnce, (each) => each === undefined);
  return saved ?? refused('changed', problem('assigned-again-and-again', [], {}));
}

/** The references to an object, up to a limit. */
export async function referencesTo(
  recorder: Pick<Recorder, 'referrers'>,
  removed: readonly Removed[],
  limit: number,
): Promise<{ readonly references: readonly Reference[]; readonly more: boolean }> {
  const references: Reference[] = [];
  for await (const referrer of referring(recorder, removed)) {
    for (const reference of referrer.references) {
      if (references.length === limit) return { references, more: true };
      references.push(reference);
    }
  }
  return { references, more: false };
}

/** Removes all references to an object; repeats when others change the same documents. Refused by a guard, or as `changed`. */
export async function cutReferences(
  recorder: Recorder,
  by: Actor,
  removed: readonly Removed[],
): Promise<Saved<undefined>> {
  const thing = nameOf(removed);
  const cutOnce = async (): Promise<Saved<undefined> | undefined> => {
    let wasMoved = false;
    for await (const { cut } of referring(recorder, removed)) {
      const outcome =
        cut.kind === 'remove'
          ? await cut.remove(by)
          : savedAs(thing, await recorder.recordAll(by, [cut.change]), undefined);
      if (outcome.ok || outcome.refusal.code === 'missing') continue;
      if (outcome.refusal.code !== 'changed') return outcome;
      wasMoved = true;
    }
    return wasMoved ? undefined : { ok: true, value: undefined };
  };
  const saved = await retryOnConflict(cutOnce, (each) => each === undefined);
  return saved ?? refused('changed', problem('referred-to-again-and-again', [], {}));
}

const nameOf = ([first]: readonly Removed[]): NamedThing => ({
  kind: first?.kind ?? 'permission',
  name: first?.id ?? '',
});

async function* referring(
  { referrers }: Pick<Recorder, 'referrers'>,
  removed: readonly Removed[],
): AsyncGenerator<Referrer> {
  for (const target of removed) for (const source of referrers()) yield* source.referring(target);
}

async function firstReferrers(
  recorder: Recorder,
  removed: readonly Removed[],
  limit: number,
): Promise<readonly Referrer[]> {
  const first: Referrer[] = [];
  for await (const referrer of referring(recorder, removed)) {
    first.push(referrer);
    if (first.length === limit) break;
  }
  return first;
}
