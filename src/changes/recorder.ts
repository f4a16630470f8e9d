/**
 * changes: that something changed, who did it, and everything that goes with it in the same commit.
 *
 * Owns the actor, the event, record(), history rows, and the change markers that keep the caches of all processes true.
 * Knows no kind of document but its own, decides nothing itself (guards do), and never writes in two steps what belongs together.
 */
import { now } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import type { StoreRefusal } from '../storage/refusal.js';
import type { Realm, RealmId } from '../storage/store.js';
import type { Write } from '../storage/write.js';
import type { Actor } from './actor.js';
import type { Caches } from './caches.js';
import { markersAmong } from './change-marker.js';
import type { Contributor } from './contributor.js';
import type { Event } from './event.js';

/** Asked before anything is written, whoever the service is; a refusal ends it. */
export type Guard = (by: Actor, event: Event) => GuardRefusal | undefined | Promise<GuardRefusal | undefined>;

export interface GuardRefusal {
  /** Stable; what a caller switches on. */
  readonly code: string;
  /** A sentence for a person: what is refused, and what would help. */
  readonly message: string;
}

export type RecordOutcome =
  | { readonly ok: true }
  /** `write`: the place, in the caller's list, of the write that the store refused. Nothing was written. */
  | { readonly ok: false; readonly refusedBy: 'store'; readonly write: number; readonly refusal: StoreRefusal }
  | { readonly ok: false; readonly refusedBy: 'guard'; readonly refusal: GuardRefusal };

/** The one way to change something in a realm. */
export interface Recorder {
  readonly realm: RealmId;
  /**
   * Commits `writes` together with what the contributors add, all or none, and brings this process's caches up to date
   * before it answers.
   * @throws StoreUnavailable when it is not known whether it was written
   */
  record(by: Actor, event: Event, writes: readonly Write[]): Promise<RecordOutcome>;
}

export function changeRecorder(parts: {
  readonly realm: Realm;
  readonly contributors: readonly Contributor[];
  readonly guards: readonly Guard[];
  readonly caches: Pick<Caches, 'apply'>;
}): Recorder {
  const { realm, contributors, guards, caches } = parts;
  return {
    realm: realm.id,
    async record(by, event, writes) {
      if (event.realm !== realm.id) {
        throw new GatehouseError('store-misuse', `An event of realm ${event.realm} was to be recorded in ${realm.id}.`);
      }
      for (const guard of guards) {
        const refusal = await guard(by, event);
        if (refusal) return { ok: false, refusedBy: 'guard', refusal };
      }
      const at = now();
      const contributed = contributors.flatMap((contribute) => contribute(by, event, at));
      const outcome = await realm.commit([...writes, ...contributed]);
      if (outcome.ok) {
        caches.apply(markersAmong(contributed));
        return { ok: true };
      }
      if (outcome.write >= writes.length) {
        // What goes with a change is inserted under fresh ids and expects nothing, so only a bug of ours is refused here.
        throw new GatehouseError(
          'store-misuse',
          `What goes with ${event.kind} was refused by the store: ${outcome.refusal.code}.`,
        );
      }
      return { ok: false, refusedBy: 'store', write: outcome.write, refusal: outcome.refusal };
    },
  };
}
