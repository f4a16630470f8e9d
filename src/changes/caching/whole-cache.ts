import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';
import type { Cached } from './caches.js';

/**
 * All documents of a kind, loaded on first use and again on first use after a change.
 *
 * A load that began before a change is only returned to earlier callers, since it may contain the old state. Later callers get
 * a new load.
 */
export class WholeCache<T> implements Cached {
  readonly #load: () => Promise<T>;
  #latest: Promise<T> | undefined;
  /** The load that has succeeded; nobody waits for it any more. */
  #loaded: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /**
   * @throws whatever the load throws, and StoreUnavailable if the current request has no time left; a failed load is not cached
   */
  get(): Promise<T> {
    const loading = this.#latest ?? this.#begin();
    return loading === this.#loaded ? loading : inStoreTime(() => loading);
  }

  #begin(): Promise<T> {
    const loading = beyondStoreTime(this.#load);
    this.#latest = loading;
    loading.then(
      () => (this.#loaded = loading),
      () => {
        if (this.#latest === loading) this.#latest = undefined;
      },
    );
    return loading;
  }

  changed(): void {
    this.#latest = undefined;
  }

  reload(): void {
    this.#latest = undefined;
  }
}
