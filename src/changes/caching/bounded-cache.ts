import { LRUCache } from 'lru-cache';
import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';
import type { Cached } from './caches.js';

/**
 * The most used of a kind, each loaded by its id. That something is not there is never kept: unknown ids come from anyone,
 * would drive out what is known, and a thing just made must be found at once.
 */
export class BoundedCache<T> implements Cached {
  readonly #load: (id: string) => Promise<T | undefined>;
  readonly #loadMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  // Loads, not values: a load under way when its id changes is dropped here, and its late answer is never kept.
  readonly #kept: LRUCache<string, Promise<T | undefined>>;
  /** Loads that have ended: nobody waits for them any more. */
  readonly #ended = new WeakSet<Promise<T | undefined>>();

  /** @param loadMany several by one read; asked for none that is kept */
  constructor(
    max: number,
    load: (id: string) => Promise<T | undefined>,
    loadMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>> = oneByOne(load),
  ) {
    this.#load = load;
    this.#loadMany = loadMany;
    this.#kept = new LRUCache({ max });
  }

  /** @throws whatever the load throws, and StoreUnavailable where the request at hand has no time left; a failed load is not kept */
  get(id: string): Promise<T | undefined> {
    const loading =
      this.#kept.get(id) ??
      this.#keep(
        id,
        beyondStoreTime(() => this.#load(id)),
      );
    return this.#ended.has(loading) ? loading : inStoreTime(() => loading);
  }

  /** Those that are there; what is not kept is loaded together. @throws as {@link get} */
  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, T>> {
    const wanted = new Map([...new Set(ids)].map((id) => [id, this.#kept.get(id)]));
    const unknown = [...wanted].flatMap(([id, kept]) => (kept ? [] : [id]));
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
    this.#kept.set(id, loading);
    const drop = (): void => {
      if (this.#kept.peek(id) === loading) this.#kept.delete(id);
    };
    loading.then((value) => {
      this.#ended.add(loading);
      if (value === undefined) drop();
    }, drop);
    return loading;
  }

  changed(id: string): void {
    this.#kept.delete(id);
  }

  reload(): void {
    this.#kept.clear();
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
