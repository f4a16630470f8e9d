import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreUnavailable } from '../../base/errors.js';

/** Runs what waits for the store. @throws StoreUnavailable past the time; whatever is under way then may still be written */
export interface StoreTime {
  <T>(work: () => Promise<T>): Promise<T>;
  /** The remaining time, in milliseconds. */
  left(): number;
}

/**
 * So much time, in milliseconds, for all that one request waits for the store: one thing after another, at once, or one within another.
 * Only waiting counts, so a client that sends its body slowly has as much as any other.
 */
export function storeTime(most: number): StoreTime {
  const waiting = new Set<(error: Error) => void>();
  let since = 0;
  let spent = 0;
  let timer: NodeJS.Timeout | undefined;
  const left = (): number => most - spent - (waiting.size > 0 ? performance.now() - since : 0);

  function giveUp(): void {
    // A timer may be early by a fraction of a millisecond.
    if (left() > 0.5) {
      watch();
      return;
    }
    const error = new StoreUnavailable('it takes too long');
    for (const reject of waiting) reject(error);
  }
  function watch(): void {
    // After a pause of the whole process, answers that lie ready are taken before anybody is given up.
    timer = setTimeout(() => setImmediate(giveUp), Math.max(left(), 0)).unref();
  }

  async function run<T>(work: () => Promise<T>): Promise<T> {
    let giveUpThis: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      giveUpThis = reject;
    });
    if (waiting.size === 0) since = performance.now();
    waiting.add(giveUpThis);
    // One that begins when the time is over has no timer that would still fire for it.
    if (waiting.size === 1 || left() <= 0) {
      clearTimeout(timer);
      watch();
    }
    try {
      return await Promise.race([work(), late]);
    } finally {
      waiting.delete(giveUpThis);
      if (waiting.size === 0) {
        spent += performance.now() - since;
        clearTimeout(timer);
      }
    }
  }
  return Object.assign(run, { left });
}

const current = new AsyncLocalStorage<StoreTime | undefined>();

/** Bounds all that this work waits for the store by one time, however deep it asks: see `boundedEngine`. */
export const withStoreTime = <T>(time: StoreTime, work: () => Promise<T>): Promise<T> => current.run(time, work);

/** Waits no longer than the request at hand has time; without one, as long as it takes. @throws StoreUnavailable past the time */
export function inStoreTime<T>(work: () => Promise<T>): Promise<T> {
  const time = current.getStore();
  return time ? time(work) : work();
}

/** Runs work that others wait for too, or that continues after the answer: the time of the request at hand does not end it. */
export const beyondStoreTime = <T>(work: () => T): T => current.run(undefined, work);

/** The remaining time of the request at hand, in milliseconds; without a request there is no end. */
export const storeTimeLeft = (): number => current.getStore()?.left() ?? Infinity;
