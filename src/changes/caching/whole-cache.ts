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

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** @throws whatever the load throws; a failed load is not kept */
  get(): Promise<T> {
    if (this.#kept) return this.#kept;
    const loading = this.#load();
    this.#kept = loading;
    loading.catch(() => {
      if (this.#kept === loading) this.#kept = undefined;
    });
    return loading;
  }

  changed(): void {
    this.#kept = undefined;
  }

  reload(): void {
    this.#kept = undefined;
  }
}
