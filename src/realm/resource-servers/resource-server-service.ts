import { problem } from '../../base/problems/problem.js';
import { now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import { patchedInput } from '../../changes/patched-input.js';
import type { Caches } from '../../changes/caching/caches.js';
import { allRows, type Page, type PageRequest } from '../../base/paging.js';
import type { Removed } from '../../changes/removal/referrer.js';
import { type RemovalOptions, removeRecorded } from '../../changes/removal/remove-recorded.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedMeanwhile, invalid, missing, type Saved } from '../../changes/change-result.js';
import { WholeCache } from '../../changes/caching/whole-cache.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection, Realm } from '../../storage/store.js';
import { forgetResourceServer } from '../../sessions/consents/forget-consents.js';
import { GATEHOUSE_API, type ResourceServer, type ResourceServerAccess, resourceServers } from './resource-server.js';
import { resourceServerInput, type ResourceServerInput, type ResourceServerPatch } from './resource-server-input.js';

/** By identifier (audience). */
export type ResourceServers = ReadonlyMap<string, Stored<ResourceServer>>;

/** The resource servers of one realm, all cached in memory. */
export class ResourceServerService {
  readonly #recorder: Recorder;
  readonly #realm: Realm;
  readonly #collection: Collection<typeof resourceServers>;
  readonly #documents: RecordedDocuments<typeof resourceServers>;
  readonly #cache: WholeCache<ResourceServers>;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'register'>;
  }) {
    this.#recorder = parts.recorder;
    this.#realm = parts.realm;
    this.#collection = parts.realm.of(resourceServers);
    this.#documents = recordedDocuments(parts.recorder, { spec: resourceServers, kind: 'resource-server', access });
    this.#cache = new WholeCache(async () => {
      const rows = await allRows((page) => this.#collection.find('all', {}, page));
      return new Map(rows.map((row) => [row.identifier, row]));
    });
    parts.caches.register(parts.realm.id, 'resource-server', this.#cache);
  }

  /** From the cache; the same map until a resource server changes. */
  all(): Promise<ResourceServers> {
    return this.#cache.get();
  }

  /** From the cache. */
  async get(identifier: string): Promise<Stored<ResourceServer> | undefined> {
    return (await this.#cache.get()).get(identifier);
  }

  list(page: PageRequest): Promise<Page<Stored<ResourceServer>>> {
    return this.#collection.find('all', {}, page);
  }

  create(by: Actor, input: ResourceServerInput): Promise<Saved<Stored<ResourceServer>>> {
    const at = now();
    return this.#documents.create(by, { id: newId(), createdAt: at, since: at, ...input });
  }

  /**
   * Changes the fields that the patch names. The identifier stays, since tokens and roles refer to it. Refused as `in-use` if it
   * drops a permission that is assigned or named by a policy, unless `cascade`; as `missing`, `changed`, `forbidden`.
   *
   * @param options.renamed permissions by their old names, with the new ones in the patch
   */
  async update(
    by: Actor,
    identifier: string,
    patch: ResourceServerPatch,
    expected: number,
    { renamed = new Map(), ...options }: RemovalOptions & { readonly renamed?: ReadonlyMap<string, string> } = {},
  ): Promise<Saved<Stored<ResourceServer>>> {
    const before = await this.#at(identifier, expected);
    if (!before.ok) return before;
    const merged = patchedInput(resourceServerInput, before.value, { ...patch, identifier });
    if (!merged.ok) return invalid(...merged.problems);
    const input = merged.value;
    const declared = new Set(input.permissions.map(({ name }) => name));
    const target = (permission: string): string => `${identifier} ${permission}`;
    const removed = before.value.permissions.flatMap(({ name }): Removed[] => {
      if (declared.has(name)) return [];
      const to = renamed.get(name);
      return [{ kind: 'permission', id: target(name), ...(to !== undefined && { to: target(to) }) }];
    });
    const { id, createdAt, since } = before.value;
    const after = { id, createdAt, since, ...input };
    if (removed.length === 0) return this.#documents.change(by, before.value, after);
    const change = this.#documents.planChange(before.value, after);
    const read = async () => {
      const now = await this.#at(identifier, expected);
      return now.ok ? ({ ok: true, value: { value: now.value, changes: change ? [change] : [] } } as const) : now;
    };
    const gone = removed.map((one) => one.id.slice(identifier.length + 1)).join(', ');
    const removal = { removed, thing: () => ({ kind: 'permission', name: gone, of: identifier }) as const, read };
    const isRenamed = removed.every(({ to }) => to !== undefined);
    const saved = await removeRecorded(this.#recorder, by, removal, isRenamed ? { cascade: true } : options);
    if (!saved.ok) return saved;
    const now = await this.#collection.get(id);
    return now ? { ok: true, value: now } : missing('resource-server', identifier);
  }

  /**
   * Removes a resource server with its permissions. Refused as `in-use` (policies, assignments, clients) unless `cascade`, as `invalid` for
   * Gatehouse's own, as `missing`, `changed`, `forbidden`.
   */
  async remove(
    by: Actor,
    identifier: string,
    expected: number,
    options?: RemovalOptions,
  ): Promise<Saved<Stored<ResourceServer>>> {
    const read = async () => {
      const server = await this.#at(identifier, expected);
      if (!server.ok) return server;
      if (identifier === GATEHOUSE_API)
        return invalid(problem('resource-server-built-in', [], { identifier: GATEHOUSE_API }));
      return {
        ok: true,
        value: { value: server.value, changes: [this.#documents.planRemoval(server.value)] },
      } as const;
    };
    const removal = {
      removed: [{ kind: 'resource-server', id: identifier } as const],
      thing: () => ({ kind: 'resource-server', name: identifier }) as const,
      read,
    };
    const saved = await removeRecorded(this.#recorder, by, removal, options);
    if (saved.ok) await forgetResourceServer(this.#realm, identifier);
    return saved;
  }

  async #at(identifier: string, expected: number): Promise<Saved<Stored<ResourceServer>>> {
    const server = await this.#collection.findOne('identifier', { identifier });
    if (!server) return missing('resource-server', identifier);
    if (server.version === expected) return { ok: true, value: server };
    return changedMeanwhile('resource-server', identifier);
  }
}

const access = ({ identifier, permissions, implications }: ResourceServer): ResourceServerAccess => ({
  identifier,
  permissions: permissions.map(({ name, implies }) => ({ name, implies })),
  ...(implications && { implications }),
});
