import type { Cached, Caches } from '../../changes/caching/caches.js';
import { allRows } from '../../base/paging.js';
import type { Collection, Realm } from '../../storage/store.js';
import { clients } from './client.js';
import { originsOf } from './origins-of.js';

interface Origins {
  readonly byClient: Map<string, readonly string[]>;
  /** The number of clients with each origin. */
  readonly counts: Map<string, number>;
}

/** With more changed clients than this, all are read again. */
const MOST_CHANGED = 100;

/**
 * The origins of all clients of a realm. All clients are read on first use; later only changed clients are read again, so that
 * the cost of a check does not depend on the number of clients.
 */
export class ClientOrigins implements Cached {
  readonly #collection: Collection<typeof clients>;
  #known: Promise<Origins> | undefined;
  #changed = new Set<string>();

  constructor(parts: { readonly realm: Realm; readonly caches: Pick<Caches, 'register'> }) {
    this.#collection = parts.realm.of(clients);
    parts.caches.register(parts.realm.id, 'client', this);
  }

  /** Whether some client has this origin, as a browser sends it. @throws StoreUnavailable */
  async has(origin: string): Promise<boolean> {
    const known = this.#upToDate();
    try {
      return (await known).counts.has(origin);
    } catch (error) {
      if (this.#known === known) this.reload();
      throw error;
    }
  }

  changed(id: string): void {
    this.#changed.add(id);
    if (this.#changed.size > MOST_CHANGED) this.reload();
  }

  reload(): void {
    this.#known = undefined;
    this.#changed.clear();
  }

  // A change during a reading is read after it: the reading may contain the old state.
  #upToDate(): Promise<Origins> {
    const ids = [...this.#changed];
    this.#changed.clear();
    const before = this.#known;
    if (before && ids.length === 0) return before;
    this.#known = before ? before.then((origins) => this.#readAgain(origins, ids)) : this.#readAll();
    return this.#known;
  }

  async #readAll(): Promise<Origins> {
    const origins: Origins = { byClient: new Map(), counts: new Map() };
    const rows = await allRows((page) => this.#collection.find('all', {}, page));
    for (const client of rows) replace(origins, client.id, originsOf(client));
    return origins;
  }

  async #readAgain(origins: Origins, ids: readonly string[]): Promise<Origins> {
    const found = await this.#collection.getMany(ids);
    for (const id of ids) {
      const client = found.get(id);
      replace(origins, id, client ? originsOf(client) : []);
    }
    return origins;
  }
}

function replace({ byClient, counts }: Origins, id: string, after: readonly string[]): void {
  for (const origin of byClient.get(id) ?? []) {
    const left = (counts.get(origin) ?? 0) - 1;
    if (left > 0) counts.set(origin, left);
    else counts.delete(origin);
  }
  if (after.length > 0) byClient.set(id, after);
  else byClient.delete(id);
  for (const origin of after) counts.set(origin, (counts.get(origin) ?? 0) + 1);
}
