import { LRUCache } from 'lru-cache';
import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';
import type { Cached } from './caches.js';

/**
 * A cache of the most used documents of a kind, each loaded by its id. Absence is never cached: anybody can send unknown ids,
 * they would evict known documents, and a new document must be found at once.
 */
export class BoundedCache<T> implements Cached {
  readonly #load: (id: string) => Promise<T | undefined>;
  readonly #loadMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  // Loads, not values. A load in progress when its id changes is dropped here, and its late result is never cached.
  readonly #entries: LRUCache<string, Promise<T | undefined>>;
  /** Finished loads, which nobody waits for any more. */
  readonly #ended = new WeakSet<Promise<T | undefined>>();

  /** @param loadMany loads several in one read; called only for ids that are not cached */
  constructor(
    max: number,
    load: (id: string) => Promise<T | undefined>,
    loadMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>> = oneByOne(load),
  ) {
    this.#load = load;
    this.#loadMany = loadMany;
    this.#entries = new LRUCache({ max });
  }

  /**
   * @throws whatever the load throws, and StoreUnavailable if the current request has no time left; a failed load is not cached
   */
  get(id: string): Promise<T | undefined> {
    const loading =
      this.#entries.get(id) ??
      this.#keep(
        id,
        beyondStoreTime(() => this.#load(id)),
      );
    return this.#ended.has(loading) ? loading : inStoreTime(() => loading);
  }

  /** The existing ones; those not cached are loaded together. @throws as {@link get} */
  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, T>> {
    const wanted = new Map([...new Set(ids)].map((id) => [id, this.#entries.get(id)]));
    const unknown = [...wanted].flatMap(([id, entry]) => (entry ? [] : [id]));
    if (unknown.length > 0) {
      const loaded = beyondStoreTime(() => this.#loadMany(unknown));
      for (const id of unknown) {
        const loading = loaded.then((all) => all.get(id));
        wanted.set(id, this.#keep(id, loading));
      }
    }
    const found = new Map<string, T>();
    const isWaiting = [...wanted.values()].some((loading) => loading && !this.#ended.has(loading));
    const all = (): Promise<(readonly [string, T | undefined])[]> =>
      Promise.all([...wanted].map(async ([id, one]) => [id, await one] as const));
    for (const [id, value] of await (isWaiting ? inStoreTime(all) : all())) {
      if (value !== undefined) found.set(id, value);
    }
    return found;
  }

  #keep(id: string, loading: Promise<T | undefined>): Promise<T | undefined> {
    this.#entries.set(id, loading);
    const drop = (): void => {
      if (this.#entries.peek(id) === loading) this.#entries.delete(id);
    };
    loading.then((value) => {
      this.#ended.add(loading);
      if (value === undefined) drop();
    }, drop);
    return loading;
  }

  changed(id: string): void {
    this.#entries.delete(id);
  }

  reload(): void {
    this.#entries.clear();
  }
}

const oneByOne =
  <T>(load: (id: string) => Promise<T | undefined>) =>
  async (ids: readonly string[]): Promise<ReadonlyMap<string, T>> => {
    const found = new Map<string, T>();
    for (const [id, value] of await Promise.all(ids.map(async (id) => [id, await load(id)] as const))) {
      if (value !== undefined) found.set(id, value);
    }
    return found;
  };
