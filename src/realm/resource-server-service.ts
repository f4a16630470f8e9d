import { now } from '../base/clock.js';
import { newId } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import type { Actor } from '../changes/actor.js';
import type { Caches } from '../changes/caches.js';
import { everyRow } from '../changes/every-row.js';
import { recordedDocuments, type RecordedDocuments } from '../changes/recorded-documents.js';
import type { Recorder } from '../changes/recorder.js';
import { missing, refused, type Saved } from '../changes/saved.js';
import { WholeCache } from '../changes/whole-cache.js';
import type { Stored } from '../storage/spec.js';
import type { Collection, Realm } from '../storage/store.js';
import { type ResourceServer, resourceServers } from './resource-server.js';
import type { ResourceServerInput } from './resource-server-input.js';

/** By identifier (audience). */
export type ResourceServers = ReadonlyMap<string, Stored<ResourceServer>>;

/** The resource servers of one realm, all of them in memory. */
export class ResourceServerService {
  readonly #collection: Collection<typeof resourceServers>;
  readonly #documents: RecordedDocuments<typeof resourceServers>;
  readonly #cache: WholeCache<ResourceServers>;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'register'>;
  }) {
    this.#collection = parts.realm.of(resourceServers);
    this.#documents = recordedDocuments(parts.recorder, { spec: resourceServers, kind: 'resource-server', access });
    this.#cache = new WholeCache(async () => {
      const rows = await everyRow((page) => this.#collection.find('all', {}, page));
      return new Map(rows.map((row) => [row.identifier, row]));
    });
    parts.caches.register(parts.realm.id, 'resource-server', this.#cache);
  }

  /** From the cache; the same map until one of them changes. */
  all(): Promise<ResourceServers> {
    return this.#cache.get();
  }

  /** From the cache. */
  async get(identifier: string): Promise<Stored<ResourceServer> | undefined> {
    return (await this.#cache.get()).get(identifier);
  }

  create(by: Actor, input: ResourceServerInput): Promise<Saved<Stored<ResourceServer>>> {
    const at = now();
    return this.#documents.create(by, { id: newId(), createdAt: at, since: at, ...input });
  }

  /** Everything, as the input names it. The identifier stays: tokens and roles speak of it. */
  async update(by: Actor, input: ResourceServerInput, expected: number): Promise<Saved<Stored<ResourceServer>>> {
    const before = await this.#collection.findOne('identifier', { identifier: input.identifier });
    if (!before) return missing('resource server', input.identifier);
    if (before.version !== expected) {
      return refused({
        code: 'changed',
        message: `Someone else changed ${input.identifier} meanwhile. Read it again.`,
      });
    }
    const { id, createdAt, since } = before;
    return this.#documents.change(by, before, { id, createdAt, since, ...input });
  }
}

/** What of a resource server decides access. */
const access = ({ permissions }: ResourceServer): JsonObject => ({
  permissions: permissions.map(({ name, implies }) => ({ name, implies })),
});
