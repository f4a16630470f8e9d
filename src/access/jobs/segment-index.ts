import { isDeepStrictEqual } from 'node:util';
import { CLOCKS_DIFFER, hours, minutes, now } from '../../base/clock.js';
import { pages } from '../../base/paging.js';
import type { BehaviourService } from '../../identity/activity/activity-service.js';
import { movesByItself } from '../../identity/groups/segment-rule.js';
import { type User, users } from '../../identity/users/user.js';
import type { Job } from '../../jobs/job.js';
import type { Realm } from '../../storage/store.js';
import { compiled } from '../evaluation/snapshot-index.js';
import type { Snapshots } from '../evaluation/snapshot.js';
import { readsBehaviour, segmentsOf } from '../evaluation/subject.js';

export interface SegmentIndexParts {
  readonly realm: Realm;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly behaviours: Pick<BehaviourService, 'get' | 'getMany'>;
}

/** Maintains `segments` of users, the index for lists of segment members. It may lag: no decision relies on it. */
export class SegmentIndex {
  readonly #parts: SegmentIndexParts;

  constructor(parts: SegmentIndexParts) {
    this.#parts = parts;
  }

  /** The user's current segments, sorted by id. */
  readonly of = async (user: User): Promise<string[]> => {
    const snapshot = await this.#parts.snapshots.read();
    const behaviour = readsBehaviour(snapshot) ? await this.#parts.behaviours.get(user.id) : undefined;
    return segmentsOf(user, snapshot, now(), behaviour);
  };

  /** Updates these users after their activity was counted. */
  async countedOf(ids: readonly string[]): Promise<void> {
    if (readsBehaviour(await this.#parts.snapshots.read())) await this.#bring(ids);
  }

  /**
   * Updates all users, page by page, and returns how many were written. The next run continues where this one was interrupted.
   */
  async bringAll(signal: AbortSignal): Promise<number> {
    let written = 0;
    for await (const page of pages((request) => this.#parts.realm.of(users).find('all', {}, request))) {
      if (signal.aborted) break;
      written += await this.#bring(page.map(({ id }) => id));
    }
    return written;
  }

  async #bring(ids: readonly string[]): Promise<number> {
    const { realm, snapshots, behaviours } = this.#parts;
    const snapshot = await snapshots.read();
    const collection = realm.of(users);
    const [people, known] = await Promise.all([
      collection.getMany(ids),
      readsBehaviour(snapshot) ? behaviours.getMany(ids) : undefined,
    ]);
    let written = 0;
    for (const user of people.values()) {
      const at = now();
      const isRight = (one: User): boolean =>
        isDeepStrictEqual(one.segments ?? [], segmentsOf(one, snapshot, at, known?.get(one.id)));
      if (isRight(user)) continue;
      // Compare-and-set: a concurrent change either has computed this itself or is found here.
      const changed = await collection.change(user.id, ({ version: _, ...current }) =>
        isRight(current)
          ? undefined
          : { ...current, segments: segmentsOf(current, snapshot, at, known?.get(current.id)) },
      );
      if (changed.ok) written++;
    }
    return written;
  }
}

/** The interval for all users if rules depend on time; otherwise daily, and after a rule changed. */
const MOVING = hours(1);
const RESTING = hours(24);
const LOOK = minutes(5);

export interface SegmentsJobParts {
  readonly segments: SegmentIndex;
  readonly snapshots: Pick<Snapshots, 'read'>;
}

export const segmentsJob = ({ segments: index, snapshots }: SegmentsJobParts): Job => ({
  name: 'segments',
  every: LOOK,
  async isNeeded(doneAt) {
    const snapshot = await snapshots.read();
    const { segments } = compiled(snapshot);
    if (segments.length === 0) return false;
    // Changes during the last run, or on a machine whose clock is behind, are handled again.
    const hasChanged = segments.some(({ id }) => (snapshot.groups.get(id)?.since ?? 0) > doneAt - LOOK - CLOCKS_DIFFER);
    const pause = segments.some(({ rule }) => movesByItself(rule)) ? MOVING : RESTING;
    return hasChanged || doneAt + pause <= now();
  },
  async run(_held, signal) {
    await index.bringAll(signal);
  },
});
