import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';
import type { Cached } from './caches.js';

/**
 * All of a kind, loaded at the first use and again at the first use after a change.
 *
 * A load that began before a change was heard of is left to those who asked before it: it may hold the old state, so who
 * asks later gets a load of their own.
 */
export class WholeCache<T> implements Cached {
  readonly #load: () => Promise<T>;
  #kept: Promise<T> | undefined;
  /** The load that has ended well: nobody waits for it any more. */
  #loaded: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** @throws whatever the load throws, and StoreUnavailable where the request at hand has no time left; a failed load is not kept */
  get(): Promise<T> {
    const loading = this.#kept ?? this.#begin();
    return loading === this.#loaded ? loading : inStoreTime(() => loading);
  }

  #begin(): Promise<T> {
    const loading = beyondStoreTime(this.#load);
    this.#kept = loading;
    loading.then(
      () => (this.#loaded = loading),
      () => {
        if (this.#kept === loading) this.#kept = undefined;
      },
    );
    return loading;
  }

  changed(): void {
    this.#kept = undefined;
  }

  reload(): void {
    this.#kept = undefined;
  }
}
