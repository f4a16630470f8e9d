import { problem } from '../../base/problems/problem.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { setTimeout as pause } from 'node:timers/promises';
import { now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { type Behaviour, behaviours, type CountedEvent, MOST_EVENTS, withCounted } from './activity.js';

/** Each round of a race has a winner, so this limits how many reports about one user may run concurrently. */
const MOST_TRIES = 64;
/** In milliseconds; grows with each attempt. */
const PAUSE = 2;

/** Counts activity events. Counting changes no user, and is neither audited nor part of the history. */
export class BehaviourService {
  readonly #realm: Realm;

  constructor({ realm }: { readonly realm: Realm }) {
    this.#realm = realm;
  }

  get(userId: string): Promise<Stored<Behaviour> | undefined> {
    return this.#realm.of(behaviours).get(userId);
  }

  /** The events of these users, at most a page of them. */
  getMany(userIds: readonly string[]): Promise<ReadonlyMap<string, Stored<Behaviour>>> {
    return this.#realm.of(behaviours).getMany(userIds);
  }

  /**
   * Counts events by user id. A refusal for one user means that nothing is counted for that user. See {@link count}. If an
   * unavailable store interrupts it, sending the same report again completes it.
   */
  async countAll(counted: ReadonlyMap<string, readonly CountedEvent[]>, report?: string): Promise<Saved<void>> {
    const fits = await Promise.all(
      [...counted].map(async ([userId, events]) => {
        const after = withCounted(unversioned(await this.get(userId), userId), events, { at: now() });
        return after !== 'too-many-events';
      }),
    );
    if (fits.includes(false)) return tooMany();
    const done = await Promise.all([...counted].map(([userId, events]) => this.count(userId, events, report)));
    for (const outcome of done) if (!outcome.ok) return outcome;
    return { ok: true, value: undefined };
  }

  /**
   * Counts the events of one user, all or none. Concurrent reports are all counted, and a repeated report is counted once.
   * Refused as `invalid` if the user would have too many events.
   * @throws GatehouseError `overloaded` if too many reports about one user are concurrent
   */
  async count(userId: string, counted: readonly CountedEvent[], report?: string): Promise<Saved<Behaviour>> {
    const collection = this.#realm.of(behaviours);
    const countOnce = async (): Promise<Saved<Behaviour> | undefined> => {
      const stored = await collection.get(userId);
      const before = unversioned(stored, userId);
      const after = withCounted(before, counted, { at: now(), ...(report !== undefined && { report }) });
      if (after === 'counted-before') return { ok: true, value: before };
      if (after === 'too-many-events') return tooMany();
      const outcome = stored ? await collection.replace(after, stored.version) : await collection.insert(after);
      return outcome.ok ? { ok: true, value: after } : undefined;
    };
    const saved = await retryOnConflict(countOnce, (each) => each === undefined, {
      most: MOST_TRIES,
      before: (tries) => pause(Math.random() * PAUSE * tries),
    });
    if (saved) return saved;
    throw new GatehouseError('overloaded', 'Too many report on one person at once. Try again in a moment.');
  }
}

function unversioned(stored: Stored<Behaviour> | undefined, id: string): Behaviour {
  if (!stored) return { id, events: [], reports: [] };
  const { version: _, ...behaviour } = stored;
  return behaviour;
}

const tooMany = (): Saved<never> => invalid(problem('too-many-events', [], { most: MOST_EVENTS }));
