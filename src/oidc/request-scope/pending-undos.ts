import { setTimeout as delay } from 'node:timers/promises';
import { minutes } from '../../base/clock.js';
import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';
import { isPassing } from '../../http/failures.js';

/** By compare-and-set, so that doing it again, or late, changes nothing that somebody else has written since. */
export type Undo = () => Promise<void>;

/**
 * Restores, in the background, the codes and tokens that requests used up without an answer: at once, and again until the store lets us. An
 * undo that the process does not live to do is made up for where what was used up is used again (see `redemption`).
 */
export interface PendingUndos {
  /** @param key of what is given back */
  add(key: string, undo: Undo): void;
  /**
   * Returns when nothing of this key waits to be given back. Waits no longer than the request's time for the store.
   * @throws StoreUnavailable where it can't be given back yet
   */
  done(key: string): Promise<void>;
  /** Returns when nothing waits. */
  idle(): Promise<void>;
  /** Ends after what is being tried. */
  close(): Promise<void>;
}

interface Pending {
  readonly key: string;
  readonly undo: Undo;
  readonly until: number;
  trying?: Promise<void>;
}

/** The most that wait; beyond it the oldest is left as it is. */
const MOST = 10_000;
const AT_ONCE = 32;
const PAUSE = 50;
const LASTS = minutes(15);

/** @param report hears of an undo that failed for a reason that does not pass */
export function pendingUndos(report: (error: unknown) => void = () => undefined): PendingUndos {
  const pending = new Set<Pending>();
  const end = new AbortController();
  let draining: Promise<void> | undefined;

  /** @throws whatever keeps it waiting */
  function attempt(one: Pending): Promise<void> {
    // The first caller begins it for all.
    one.trying ??= beyondStoreTime(() => one.undo())
      .then(() => void pending.delete(one))
      .catch((error: unknown) => {
        if (isPassing(error) && performance.now() < one.until) throw error;
        pending.delete(one);
        if (!isPassing(error)) report(error);
      })
      .finally(() => delete one.trying);
    return one.trying;
  }

  async function drain(): Promise<void> {
    while (pending.size > 0 && !end.signal.aborted) {
      const tried = await Promise.allSettled([...pending].slice(0, AT_ONCE).map(attempt));
      if (tried.every(({ status }) => status === 'fulfilled')) continue;
      await delay(PAUSE, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
    }
    draining = undefined;
  }

  return {
    add(key, undo) {
      if (end.signal.aborted) return;
      const [oldest] = pending;
      if (oldest && pending.size >= MOST) pending.delete(oldest);
      pending.add({ key, undo, until: performance.now() + LASTS });
      draining ??= drain();
    },
    async done(key) {
      for (const one of pending) if (one.key === key) await inStoreTime(() => attempt(one));
    },
    async idle() {
      await draining;
    },
    async close() {
      end.abort();
      await draining;
    },
  };
}
