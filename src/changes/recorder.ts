/**
 * changes: that something changed, who did it, and everything that goes with it in the same commit.
 *
 * Owns the actor, the event, record(), history rows, and the change markers that keep the caches of all processes true.
 * Knows no kind of document but its own, decides nothing itself (guards do), and never writes in two steps what belongs together.
 */
import { now } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import type { Realm, RealmId } from '../storage/store.js';
import type { Write } from '../storage/write.js';
import type { Actor } from './actor.js';
import type { Caches } from './caches.js';
import { markersAmong } from './change-marker.js';
import type { Contributor } from './contributor.js';
import type { Change, Event } from './event.js';
import type { GuardRefusal, RecordOutcome } from './record-outcome.js';
import type { ReferrerSource } from './referrer.js';

/** Asked before anything is written, whoever the service is; a refusal ends it. */
export type Guard = (by: Actor, event: Event) => GuardRefusal | undefined | Promise<GuardRefusal | undefined>;

/** The one way to change something in a realm. */
export interface Recorder {
  readonly realm: RealmId;
  /**
   * Commits `writes` together with what the contributors add, all or none, and brings this process's caches up to date
   * before it answers.
   * @throws StoreUnavailable when it is not known whether it was written
   */
  record(by: Actor, event: Event, writes: readonly Write[]): Promise<RecordOutcome>;
  /** The same of several changes in one commit; `write` of a refusal counts through the writes of all of them. */
  recordAll(by: Actor, changes: readonly Change[]): Promise<RecordOutcome>;
  /** Who is asked what refers to a thing before it is removed. */
  readonly referrers: () => readonly ReferrerSource[];
}

export function changeRecorder(parts: {
  readonly realm: Realm;
  readonly contributors: readonly Contributor[];
  readonly guards: readonly Guard[];
  /** Asked for when something is removed; absent: nothing refers to anything. */
  readonly referrers?: () => readonly ReferrerSource[];
  readonly caches: Pick<Caches, 'apply'>;
}): Recorder {
  const { realm, contributors, guards, caches } = parts;
  return {
    realm: realm.id,
    record: (by, event, writes) => recordAll(by, [{ event, writes }]),
    recordAll,
    referrers: parts.referrers ?? (() => []),
  };

  async function recordAll(by: Actor, changes: readonly Change[]): Promise<RecordOutcome> {
    for (const { event } of changes) {
      if (event.realm !== realm.id) {
        throw new GatehouseError('store-misuse', `An event of realm ${event.realm} was to be recorded in ${realm.id}.`);
      }
      for (const guard of guards) {
        const refusal = await guard(by, event);
        if (refusal) return { ok: false, refusedBy: 'guard', refusal };
      }
    }
    const at = now();
    const writes = changes.flatMap((change) => change.writes);
    const contributed = changes.flatMap(({ event }) => contributors.flatMap((contribute) => contribute(by, event, at)));
    const outcome = await realm.commit([...writes, ...contributed]);
    if (outcome.ok) {
      caches.apply(markersAmong(contributed));
      return { ok: true };
    }
    if (outcome.write >= writes.length) {
      // What goes with a change is inserted under fresh ids and expects nothing, so only a bug of ours is refused here.
      const kinds = changes.map(({ event }) => event.kind).join(', ');
      throw new GatehouseError(
        'store-misuse',
        `What goes with ${kinds} was refused by the store: ${outcome.refusal.code}.`,
      );
    }
    return { ok: false, refusedBy: 'store', write: outcome.write, refusal: outcome.refusal };
  }
}
