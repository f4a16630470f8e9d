import { availableParallelism } from 'node:os';
import { seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';

/** Limits concurrent password hashes, so that a storm of sign-ins never starves the rest of the process. */
export interface HashQueue {
  /** @throws GatehouseError `overloaded` if it would wait, or did wait, too long for its turn */
  run<T>(hash: () => Promise<T>): Promise<T>;
  /** Whether {@link run} would refuse at once; known before any work for the hash. */
  isFull(): boolean;
  /** Runs work that can be postponed, only if nothing else would wait for it; undefined if it was not run. */
  runIfIdle<T>(hash: () => Promise<T>): Promise<T | undefined>;
}

/** The default size of libuv's pool, unless UV_THREADPOOL_SIZE is set. */
const LIBUV_POOL = 4;

/**
 * How many hashes may run concurrently. Hashes share libuv's pool with token signatures: 4 hashes on a pool of 4 raised a
 * signature from 0.5 to 30 ms. They therefore use at most half of the pool, and leave a core to everything else.
 *
 * @param processes those that share the cores; each has a pool of its own
 */
export function hashConcurrency(processes = 1, cores = availableParallelism(), pool = LIBUV_POOL): number {
  return Math.max(1, Math.min(Math.floor((cores - 1) / processes), Math.floor(pool / 2)));
}

/** For a command that creates many users and serves no requests meanwhile: all processors but one. */
export const bulkHashQueue = (cores = availableParallelism()): HashQueue =>
  hashQueue({ concurrency: Math.max(1, cores - 1), longestWait: Infinity });

interface Limits {
  readonly concurrency?: number;
  /** Milliseconds. */
  readonly longestWait?: number;
  /** Monotonic milliseconds: the system time may jump, and must not cause refusals. */
  readonly clock?: () => number;
}

/** First come, first served. */
export function hashQueue({
  concurrency = hashConcurrency(),
  longestWait = seconds(2),
  clock = () => performance.now(),
}: Limits = {}): HashQueue {
  const waiting: { readonly since: number; readonly start: () => void; readonly refuse: (error: Error) => void }[] = [];
  let running = 0;
  /** The moving average of the time per hash; 0 until one is done. */
  let usual = 0;

  function next(): void {
    running--;
    for (let first = waiting.shift(); first; first = waiting.shift()) {
      if (clock() - first.since <= longestWait) {
        first.start();
        return;
      }
      first.refuse(overloaded());
    }
  }

  // Refuses at once if the wait is predictable. That is kinder than after two seconds, and bounds memory.
  const isFull = (): boolean => running >= concurrency && (usual * (waiting.length + 1)) / concurrency > longestWait;

  function turn(): Promise<void> {
    if (running < concurrency) {
      running++;
      return Promise.resolve();
    }
    if (isFull()) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      waiting.push({
        since: clock(),
        start: () => {
          running++;
          resolve();
        },
        refuse: reject,
      });
    });
  }

  async function inTurn<T>(hash: () => Promise<T>): Promise<T> {
    const began = clock();
    try {
      return await hash();
    } finally {
      const took = clock() - began;
      usual = usual === 0 ? took : 0.8 * usual + 0.2 * took;
      next();
    }
  }

  return {
    isFull,
    async run(hash) {
      await turn();
      return inTurn(hash);
    },
    async runIfIdle(hash) {
      if (running > 0) return undefined;
      running++;
      return inTurn(hash);
    },
  };
}

const overloaded = (): GatehouseError =>
  new GatehouseError('overloaded', 'Too many passwords wait to be checked. Try again in a few seconds.');
