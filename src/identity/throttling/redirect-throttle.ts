import { LRUCache } from 'lru-cache';
import { type Instant, minutes, now } from '../../base/clock.js';
import { networkOf } from './throttle.js';

/** Sign-ins elsewhere that may begin from one address within {@link WINDOW}: the users of a large office may share it. */
export const MOST_FROM_ADDRESS = 2000;
const WINDOW = minutes(5);
/** Addresses that are counted at most; each takes some hundred bytes. */
const MOST_ADDRESSES = 20_000;

/** Of one address: since when it is counted, and how many. */
interface BegunFrom {
  readonly since: Instant;
  readonly count: number;
}

/**
 * Bounds how many requests strangers can make other identity providers get from here, or how many messages they make us prove. Counted in
 * this process alone, so that a sign-in costs no store call for it: with N processes N times as many may begin.
 */
export class RedirectThrottle {
  readonly #begun = new LRUCache<string, BegunFrom>({ max: MOST_ADDRESSES });

  /** Counts one that begins. @returns undefined if it may, otherwise in how many seconds one may again */
  begin(address: string): number | undefined {
    const network = networkOf(address);
    const at = now();
    const before = this.#begun.get(network);
    // A clock that was set back makes nobody wait longer than a window is long.
    const isOver = !before || before.since > at || at - before.since >= WINDOW;
    const { since, count } = isOver ? { since: at, count: 0 } : before;
    if (count >= MOST_FROM_ADDRESS) return Math.max(1, Math.ceil((since + WINDOW - at) / 1000));
    this.#begun.set(network, { since, count: count + 1 });
    return undefined;
  }
}
