import { CLOCKS_DIFFER, type Instant, minutes, now, seconds } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import { allRows } from '../../base/paging.js';
import { deadlines } from '../../storage/deadlines/deadlines.js';
import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';
import type { InstallationStore, RealmId } from '../../storage/store.js';
import { changeMarkers, type ChangeMarker } from './change-marker.js';

/** A cache that is told of changes. Neither reads the store: the next use does. */
export interface Cached {
  changed(id: string): void;
  /** Anything may have changed. */
  reload(): void;
}

/**
 * Every cache of this process, and how each hears of changes made anywhere.
 *
 * A process reads the live markers of all realms twice a second, in one query, and applies those it has not seen. Its
 * answers are therefore at most {@link STALE_AFTER} old, or it serves nothing that depends on access.
 */
export interface Caches {
  /** From now on `cached` is told of changes to this kind. A service registers when it is made, in every process. */
  register(realm: RealmId, kind: string, cached: Cached): void;
  /** Whether anybody caches this kind, so that a change to it needs a marker. */
  holds(realm: RealmId, kind: string): boolean;
  /** Tells the caches of these markers, unless they were told already. */
  apply(markers: readonly ChangeMarker[]): void;
  /** Reads and applies what is new. Callers of one moment share one reading. @throws StoreUnavailable */
  readMarkers(): Promise<void>;
  /** Whether markers were read within {@link STALE_AFTER}. */
  fresh(): boolean;
  /**
   * Returns once the caches are known to be fresh: at once, as a rule; after a reading where the process slept.
   * @throws StoreUnavailable when the markers can't be read: an old decision is never served
   */
  assertFresh(): Promise<void>;
  /** Reads every {@link READ_EVERY} until stopped; does not keep the process alive. `report` hears of each failed reading. */
  start(report: (error: unknown) => void): void;
  /** Returns when no reading is under way any more. */
  stop(): Promise<void>;
}

const READ_EVERY = 500;
export const STALE_AFTER = seconds(5);
/** The longest pause after which a process reads only markers. */
const PAUSE_LIMIT = minutes(1);
/** A commit shows later than its marker's time, and another machine's clock may be behind. */
const LOOK_BACK = PAUSE_LIMIT + CLOCKS_DIFFER;

/** How long anybody waits for them to be fresh. */
const ENOUGH = seconds(6);

export function caches(installation: InstallationStore): Caches {
  const registered = new Map<RealmId, Map<string, Set<Cached>>>();
  /** Markers applied, by id, with their time: kept for as long as a reading could bring them again. */
  const seen = new Map<string, Instant>();
  let readAt: Instant | undefined;
  let reading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let polling = false;
  const inTime = deadlines(ENOUGH, () => new StoreUnavailable('reading what changed takes too long'));

  // A clock that was set back counts as a pause too: nobody knows how long it was.
  const within = (span: number): boolean => readAt !== undefined && Math.abs(now() - readAt) <= span;

  function apply(markers: readonly ChangeMarker[]): void {
    for (const marker of markers) {
      if (seen.has(marker.id)) continue;
      seen.set(marker.id, marker.at);
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
    for (const kinds of registered.values())
      for (const set of kinds.values()) for (const cached of set) cached.reload();
  }

  function readMarkers(): Promise<void> {
    reading ??= readOnce().finally(() => (reading = undefined));
    return reading;
  }

  async function becomeFresh(): Promise<void> {
    // One that began before may fail for what is over by now.
    await reading?.catch(() => undefined);
    // The machine may have slept during one: then it says nothing of now.
    for (let readings = 0; readings < 2 && !within(STALE_AFTER); readings++) await readMarkers();
    if (!within(STALE_AFTER)) throw new StoreUnavailable('reading what changed took too long');
  }

  return {
    register(realm, kind, cached) {
      const kinds = registered.get(realm) ?? new Map<string, Set<Cached>>();
      registered.set(realm, kinds.set(kind, (kinds.get(kind) ?? new Set()).add(cached)));
    },
    holds: (realm, kind) => registered.get(realm)?.has(kind) ?? false,
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
        // stop() may have come while the reading went on.
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
