import { retryOnConflict } from '../base/retry-on-conflict.js';
import { now } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import { problem, type Problem } from '../base/problems/problem.js';
import type { Realm, RealmId } from '../storage/store.js';
import type { Write } from '../storage/write.js';
import type { Actor } from './actor.js';
import type { Caches } from './caching/caches.js';
import { markersAmong } from './caching/change-marker.js';
import type { Contributor } from './contributor.js';
import type { Change, Event } from './event.js';
import type { GuardConsent, RecordOutcome } from './record-outcome.js';
import type { Person, PersonalKeys } from './personal/personal-keys.js';
import type { ReferrerSource } from './removal/referrer.js';

/** A refusal, a consent with conditions, or no objection. */
export type GuardAnswer = Problem | GuardConsent | undefined;

/**
 * Called before anything is written, for every service; a refusal stops the change. The requirements of a consent become part
 * of the commit. If they changed meanwhile, the guards are called again.
 */
export type Guard = (by: Actor, event: Event) => GuardAnswer | Promise<GuardAnswer>;

const MOST_TRIES = 5;

/** The only way to change something in a realm. */
export interface Recorder {
  readonly realm: RealmId;
  /**
   * Commits `writes` together with those of the contributors, all or none, and updates this process's caches before it returns.
   * @throws StoreUnavailable if it is not known whether it was written; `lease-lost` if the actor works under a lease that ended
   */
  record(by: Actor, event: Event, writes: readonly Write[]): Promise<RecordOutcome>;
  /** The same for several changes in one commit; `write` of a refusal is an index into the writes of all of them. */
  recordAll(by: Actor, changes: readonly Change[]): Promise<RecordOutcome>;
  /** The sources of references to an object before it is removed. */
  readonly referrers: () => readonly ReferrerSource[];
}

export function changeRecorder(parts: {
  readonly realm: Realm;
  readonly contributors: readonly Contributor[];
  readonly guards: readonly Guard[];
  /** Called when something is removed; absent: there are no references. */
  readonly referrers?: () => readonly ReferrerSource[];
  readonly caches: Pick<Caches, 'apply'>;
  readonly personal: Pick<PersonalKeys, 'sealingFor'>;
}): Recorder {
  const { realm, contributors, guards, caches, personal } = parts;
  return {
    realm: realm.id,
    record: (by, event, writes) => recordAll(by, [{ event, writes }]),
    recordAll,
    referrers: parts.referrers ?? (() => []),
  };

  async function recordAll(by: Actor, changes: readonly Change[]): Promise<RecordOutcome> {
    const outcome = await retryOnConflict(
      () => tryAll(by, changes),
      (each) => each === undefined,
      { most: MOST_TRIES },
    );
    return outcome ?? { ok: false, refusedBy: 'guard', refusal: problem('overtaken', [], {}) };
  }

  /** Undefined if something that a guard relied on changed meanwhile. */
  async function tryAll(by: Actor, changes: readonly Change[]): Promise<RecordOutcome | undefined> {
    const writes = changes.flatMap((change) => change.writes);
    // The store writes no document twice in a commit. The change's own writes contain their expectations.
    const touched = new Set(writes.map(documentOf));
    const required: Write[] = [];
    for (const { event } of changes) {
      if (event.realm !== realm.id) {
        throw new GatehouseError('store-misuse', `An event of realm ${event.realm} was to be recorded in ${realm.id}.`);
      }
      for (const guard of guards) {
        const answer = await guard(by, event);
        if (!answer) continue;
        if ('code' in answer) return { ok: false, refusedBy: 'guard', refusal: answer };
        for (const write of answer.requires) {
          if (touched.has(documentOf(write))) continue;
          touched.add(documentOf(write));
          required.push(write);
        }
      }
    }
    const at = now();
    const sealing = await personal.sealingFor(
      changes.flatMap(({ event }) => peopleOf(by, event)),
      at,
    );
    const contributed = changes.flatMap(({ event }) =>
      contributors.flatMap((contribute) => contribute(by, event, at, sealing)),
    );
    const all = [...writes, ...required, ...contributed];
    const outcome = await (by.held ? by.held.commit(realm, all) : realm.commit(all));
    if (outcome.ok) {
      caches.apply(markersAmong(contributed));
      return { ok: true };
    }
    if (outcome.write < writes.length) {
      return { ok: false, refusedBy: 'store', write: outcome.write, refusal: outcome.refusal };
    }
    if (outcome.write < writes.length + required.length) return undefined;
    // Contributed writes are inserts under fresh ids without conditions, so only a bug is refused here.
    const kinds = changes.map(({ event }) => event.kind).join(', ');
    throw new GatehouseError(
      'store-misuse',
      `What goes with ${kinds} was refused by the store: ${outcome.refusal.code}.`,
    );
  }
}

const peopleOf = (by: Actor, { subject, person }: Event): readonly Person[] => [
  ...(by.kind === 'user' ? [by.id] : []),
  ...(subject.kind === 'user' ? [subject.id] : []),
  ...(person === undefined ? [] : [person]),
];

/** The document of a write. */
function documentOf(write: Write): string {
  const id = 'document' in write ? write.document['id'] : write.id;
  return `${write.spec.name} ${JSON.stringify(id)}`;
}
