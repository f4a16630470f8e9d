import { CLOCKS_DIFFER, type Instant, minutes, now, seconds } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import { allRows } from '../../base/paging.js';
import { deadlines } from '../../storage/deadlines/deadlines.js';
import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';
import type { InstallationStore, RealmId } from '../../storage/store.js';
import { changeMarkers, type ChangeMarker } from './change-marker.js';

/** A cache that is notified of changes. Neither method reads the store; the next use does. */
export interface Cached {
  changed(id: string): void;
  /** Anything may have changed. */
  reload(): void;
}

/**
 * Every cache of this process, and how each learns of changes made anywhere.
 *
 * A process reads the current markers of all realms twice a second, in one query, and applies those it has not seen. Its
 * answers are therefore at most {@link STALE_AFTER} old; otherwise it serves nothing that depends on access.
 */
export interface Caches {
  /** Notifies `cached` of changes to this kind from now on. A service registers when it is created, in every process. */
  register(realm: RealmId, kind: string, cached: Cached): void;
  /** Whether this kind is cached, so that a change to it needs a marker. */
  holds(realm: RealmId, kind: string): boolean;
  /**
   * A number that changes whenever a cache of this realm was notified. While it is the same, and the caches are fresh, they
   * give what they gave before.
   */
  generation(realm: RealmId): number;
  /** Notifies the caches of these markers, unless they have been already. */
  apply(markers: readonly ChangeMarker[]): void;
  /** Reads and applies new markers. Concurrent callers share one reading. @throws StoreUnavailable */
  readMarkers(): Promise<void>;
  /** Whether markers were read within {@link STALE_AFTER}. */
  fresh(): boolean;
  /**
   * Returns once the caches are known to be fresh: usually at once, or after a reading if the process was suspended.
   * @throws StoreUnavailable if the markers can't be read: an outdated decision is never served
   */
  assertFresh(): Promise<void>;
  /**
   * Reads every {@link READ_EVERY} until stopped; does not keep the process alive. `report` receives the error of each failed
   * reading.
   */
  start(report: (error: unknown) => void): void;
  /** Returns when no reading is in progress. */
  stop(): Promise<void>;
}

const READ_EVERY = 500;
export const STALE_AFTER = seconds(5);
/** The longest pause after which a process reads only markers. */
const PAUSE_LIMIT = minutes(1);
/** A commit becomes visible later than its marker's time, and another machine's clock may be behind. */
const LOOK_BACK = PAUSE_LIMIT + CLOCKS_DIFFER;

/** The maximum time to wait for fresh caches. */
const ENOUGH = seconds(6);

export function caches(installation: InstallationStore): Caches {
  const registered = new Map<RealmId, Map<string, Set<Cached>>>();
  /** How often the caches of a realm were notified of a change, besides all those times that everything was reloaded. */
  const changes = new Map<RealmId, number>();
  let reloads = 0;
  /** Applied markers by id, with their time, kept as long as a reading could return them again. */
  const seen = new Map<string, Instant>();
  let readAt: Instant | undefined;
  let reading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let polling = false;
  const inTime = deadlines(ENOUGH, () => new StoreUnavailable('reading what changed takes too long'));

  // A clock that was set back counts as a pause too, because its length is unknown.
  const within = (span: number): boolean => readAt !== undefined && Math.abs(now() - readAt) <= span;

  function apply(markers: readonly ChangeMarker[]): void {
    for (const marker of markers) {
      if (seen.has(marker.id)) continue;
      seen.set(marker.id, marker.at);
      changes.set(marker.realm, (changes.get(marker.realm) ?? 0) + 1);
      for (const cached of registered.get(marker.realm)?.get(marker.kind) ?? []) cached.changed(marker.subject);
    }
  }

  async function readOnce(): Promise<void> {
    const began = now();
    const paused = !within(PAUSE_LIMIT);
    const from = paused ? 0 : Math.min(readAt ?? 0, began) - LOOK_BACK;
    const live = await allRows((page) => installation.of(changeMarkers).find('live', { at: { gte: from } }, page));
    if (paused) reloadAll();
    apply(live);
    for (const [id, at] of seen) if (at < from) seen.delete(id);
    readAt = began;
  }

  function reloadAll(): void {
    reloads += 1;
    for (const kinds of registered.values())
      for (const set of kinds.values()) for (const cached of set) cached.reload();
  }

  function readMarkers(): Promise<void> {
    reading ??= readOnce().finally(() => (reading = undefined));
    return reading;
  }

  async function becomeFresh(): Promise<void> {
    // A reading that began earlier may fail because of an outage that is over.
    await reading?.catch(() => undefined);
    // The machine may have been suspended during a reading, which then says nothing about now.
    for (let readings = 0; readings < 2 && !within(STALE_AFTER); readings++) await readMarkers();
    if (!within(STALE_AFTER)) throw new StoreUnavailable('reading what changed took too long');
  }

  return {
    register(realm, kind, cached) {
      const kinds = registered.get(realm) ?? new Map<string, Set<Cached>>();
      registered.set(realm, kinds.set(kind, (kinds.get(kind) ?? new Set()).add(cached)));
    },
    holds: (realm, kind) => registered.get(realm)?.has(kind) ?? false,
    // Neither number ever falls.
    generation: (realm) => reloads + (changes.get(realm) ?? 0),
    apply,
    readMarkers,
    fresh: () => within(STALE_AFTER),
    async assertFresh() {
      if (within(STALE_AFTER)) return;
      await inStoreTime(() => beyondStoreTime(() => inTime(becomeFresh())));
    },
    start(report) {
      if (polling) return;
      polling = true;
      const poll = async (): Promise<void> => {
        await readMarkers().catch(report);
        // stop() may have been called during the reading.
        if (polling) timer = setTimeout(() => void poll(), READ_EVERY).unref();
      };
      void poll();
    },
    async stop() {
      polling = false;
      clearTimeout(timer);
      await reading?.catch(() => undefined);
    },
  };
}
