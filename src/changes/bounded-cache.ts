import { LRUCache } from 'lru-cache';
import type { Cached } from './caches.js';

/**
 * The most used of a kind, each loaded by its id. That something is not there is never kept: unknown ids come from anyone,
 * would drive out what is known, and a thing just made must be found at once.
 */
export class BoundedCache<T> implements Cached {
  readonly #load: (id: string) => Promise<T | undefined>;
  // Loads, not values: a load under way when its id changes is dropped here, and its late answer is never kept.
  readonly #kept: LRUCache<string, Promise<T | undefined>>;

  constructor(max: number, load: (id: string) => Promise<T | undefined>) {
    this.#load = load;
    this.#kept = new LRUCache({ max });
  }

  /** @throws whatever the load throws; a failed load is not kept */
  get(id: string): Promise<T | undefined> {
    const kept = this.#kept.get(id);
    if (kept) return kept;
    const loading = this.#load(id);
    this.#kept.set(id, loading);
    const drop = (): void => {
      if (this.#kept.peek(id) === loading) this.#kept.delete(id);
    };
    loading.then((value) => (value === undefined ? drop() : undefined), drop);
    return loading;
  }

  changed(id: string): void {
    this.#kept.delete(id);
  }

  reload(): void {
    this.#kept.clear();
  }
}
