import { availableParallelism } from 'node:os';
import { seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';

/** Lets few password hashes run at a time, so that a storm of sign-ins never starves what else the process does. */
export interface HashQueue {
  /** @throws GatehouseError `overloaded` when it would wait, or did wait, too long for its turn */
  run<T>(hash: () => Promise<T>): Promise<T>;
  /** Whether {@link run} would refuse at once: known before anything is done for the hash. */
  isFull(): boolean;
  /** Runs work that can wait for another day, only if nothing else would wait for it now; undefined if it was not run. */
  runIfIdle<T>(hash: () => Promise<T>): Promise<T | undefined>;
}

/** The size of libuv's pool where UV_THREADPOOL_SIZE says nothing else. */
const LIBUV_POOL = 4;

/**
 * How many hashes may run at once. Hashes share libuv's pool with the signatures of tokens: 4 hashes on a pool of 4 raised
 * a signature from 0.5 to 30 ms. So they never take more than half of the pool, and leave a core to everything else.
 */
export function hashConcurrency(cores = availableParallelism(), pool = LIBUV_POOL): number {
  return Math.max(1, Math.min(cores - 1, Math.floor(pool / 2)));
}

/** For a run that makes many users and answers nobody meanwhile: all processors but one. */
export const bulkHashQueue = (cores = availableParallelism()): HashQueue =>
  hashQueue({ concurrency: Math.max(1, cores - 1), longestWait: Infinity });

interface Limits {
  readonly concurrency?: number;
  /** Milliseconds. */
  readonly longestWait?: number;
  /** Milliseconds that only grow: the time of day may jump, and what waits must not be refused for that. */
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
  /** How long a hash takes, as a moving average; 0 until one is done. */
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

  // Refused at the door where the wait can be foreseen: it is kinder than after two seconds, and bounds the memory.
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
