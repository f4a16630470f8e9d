import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreUnavailable } from '../../base/errors.js';

/**
 * Runs work that waits for the store. @throws StoreUnavailable when the time is over; operations in progress may still be
 * written
 */
export interface StoreTime {
  <T>(work: () => Promise<T>): Promise<T>;
  /** The remaining time, in milliseconds. */
  left(): number;
}

/**
 * The total time, in milliseconds, that one request may wait for the store: sequentially, in parallel or nested. Only waiting
 * counts, so a client that sends its body slowly has the same time.
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
    // After a pause of the whole process, available answers are processed before any wait is given up.
    timer = setTimeout(() => setImmediate(giveUp), Math.max(left(), 0)).unref();
  }

  async function run<T>(work: () => Promise<T>): Promise<T> {
    let giveUpThis: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      giveUpThis = reject;
    });
    if (waiting.size === 0) since = performance.now();
    waiting.add(giveUpThis);
    // Work that begins when the time is over would otherwise have no timer.
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

/** Bounds all store waits of this work by one time, at any depth: see `boundedEngine`. */
export const withStoreTime = <T>(time: StoreTime, work: () => Promise<T>): Promise<T> => current.run(time, work);

/**
 * Waits no longer than the current request's time; without a request, without limit. @throws StoreUnavailable when the time is
 * over
 */
export function inStoreTime<T>(work: () => Promise<T>): Promise<T> {
  const time = current.getStore();
  return time ? time(work) : work();
}

/** Runs work that others also wait for, or that continues after the response: the current request's time does not end it. */
export const beyondStoreTime = <T>(work: () => T): T => current.run(undefined, work);

/** The remaining time of the current request, in milliseconds; unlimited without a request. */
export const storeTimeLeft = (): number => current.getStore()?.left() ?? Infinity;
