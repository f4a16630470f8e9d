import { problem, type Problem } from '../../base/problems/problem.js';
import { now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import { patchedInput } from '../../changes/patched-input.js';
import type { Caches } from '../../changes/caching/caches.js';
import { allRows, type Page, type PageRequest } from '../../base/paging.js';
import type { Reference } from '../../changes/removal/reference.js';
import type { Referrer, ReferrerSource, Removed } from '../../changes/removal/referrer.js';
import { type RemovalOptions, removeRecorded } from '../../changes/removal/remove-recorded.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedMeanwhile, invalid, missing, type Saved } from '../../changes/change-result.js';
import { WholeCache } from '../../changes/caching/whole-cache.js';
import type { ResourceServerService } from '../../realm/resource-servers/resource-server-service.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection, Realm } from '../../storage/store.js';
import { ADMINISTRATOR } from './administrator.js';
import { amongRolesFault } from './role-graph.js';
import { EVERYONE } from './everyone.js';
import { type Role, type RoleAccess, roles } from './role.js';
import { roleWithout } from './role-without-references.js';
import { roleInput, type RoleInput, type RolePatch } from './role-input.js';

/** The roles of one realm, all cached in memory. */
export class RoleService implements ReferrerSource {
  readonly #recorder: Recorder;
  readonly #collection: Collection<typeof roles>;
  readonly #documents: RecordedDocuments<typeof roles>;
  readonly #resourceServers: Pick<ResourceServerService, 'get'>;
  readonly #cache: WholeCache<ReadonlyMap<string, Stored<Role>>>;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'register'>;
    readonly resourceServers: Pick<ResourceServerService, 'get'>;
  }) {
    this.#recorder = parts.recorder;
    this.#collection = parts.realm.of(roles);
    this.#documents = recordedDocuments(parts.recorder, { spec: roles, kind: 'role', access });
    this.#resourceServers = parts.resourceServers;
    this.#cache = new WholeCache(async () => {
      const rows = await allRows((page) => this.#collection.find('all', {}, page));
      return new Map(rows.map((row) => [row.id, row]));
    });
    parts.caches.register(parts.realm.id, 'role', this.#cache);
  }

  /** By id, from the cache; the same map until a role changes. */
  all(): Promise<ReadonlyMap<string, Stored<Role>>> {
    return this.#cache.get();
  }

  /** Reads the store, not the cache: a change begins with the stored role. */
  get(id: string): Promise<Stored<Role> | undefined> {
    return this.#collection.get(id);
  }

  list(page: PageRequest): Promise<Page<Stored<Role>>> {
    return this.#collection.find('all', {}, page);
  }

  /** By name or alias; exact match. */
  async findByName(name: string): Promise<Stored<Role> | undefined> {
    const named = await this.#collection.findOne('name', { name });
    return named ?? [...(await this.all()).values()].find(({ aliases }) => aliases?.includes(name) === true);
  }

  /**
   * Refused as `taken`, or as `invalid` if it names an unknown resource server or role, would include itself, or has the name
   * of another role.
   */
  async create(by: Actor, input: RoleInput): Promise<Saved<Stored<Role>>> {
    const fault = await this.#fault(input, undefined);
    if (fault) return invalid(fault);
    const at = now();
    return this.#documents.create(by, { ...input, id: newId(), createdAt: at, since: at });
  }

  /** Changes the fields that the patch names, for every holder at once. Refused as {@link create}, and as `missing`, `changed`. */
  async update(by: Actor, id: string, patch: RolePatch, expected?: number): Promise<Saved<Stored<Role>>> {
    const found = await this.#at(id, expected);
    if (!found.ok) return found;
    const before = found.value;
    const read = patchedInput(roleInput, before, patch);
    if (!read.ok) return invalid(...read.problems);
    const input = read.value;
    if (BUILT_IN.includes(before.name) && input.name !== before.name) {
      return invalid(problem('role-name-fixed', ['name'], { role: before.name }));
    }
    const fault = await this.#fault(input, id);
    if (fault) return invalid(fault);
    const { createdAt, since } = before;
    return this.#documents.change(by, before, { ...input, id, createdAt, since });
  }

  /**
   * Removes the role from everybody permanently; its id is never reused. Refused as `in-use` (assigned, included, excluded)
   * unless `cascade`, as `invalid` for a built-in role, `missing`, `changed`, `forbidden`.
   */
  remove(by: Actor, id: string, expected: number, options?: RemovalOptions): Promise<Saved<Stored<Role>>> {
    return this.#remove(by, id, () => this.#at(id, expected), options);
  }

  /** Roles that refer to an object that is to be removed. A role that applies only there is removed with it. */
  async *referring(removed: Removed): AsyncGenerator<Referrer> {
    for (const role of await allRows((page) => this.#collection.find('all', {}, page))) {
      const without = roleWithout(role, removed);
      if (!without) continue;
      const { role: after, how } = without;
      const references = how.map((one): Reference => ({ kind: 'role', id: role.id, name: role.name, how: one }));
      if (!after) {
        const remove = (by: Actor) => this.#remove(by, role.id, () => this.#at(role.id), { cascade: true });
        yield { references, cut: { kind: 'remove', remove } };
        continue;
      }
      const change = this.#documents.planChange(role, after);
      if (change) yield { references, cut: { kind: 'change', change } };
    }
  }

  #remove(
    by: Actor,
    id: string,
    read: () => Promise<Saved<Stored<Role>>>,
    options?: RemovalOptions,
  ): Promise<Saved<Stored<Role>>> {
    const planned = async () => {
      const role = await read();
      if (!role.ok) return role;
      if (BUILT_IN.includes(role.value.name)) return invalid(problem('role-built-in', [], { role: role.value.name }));
      return { ok: true, value: { value: role.value, changes: [this.#documents.planRemoval(role.value)] } } as const;
    };
    const removal = {
      removed: [{ kind: 'role', id }],
      thing: ({ name }: Role) => ({ kind: 'role', name }) as const,
      read: planned,
    } as const;
    return removeRecorded(this.#recorder, by, removal, options);
  }

  /** Bypasses the cache: a change is made to the stored state. */
  async #at(id: string, expected?: number): Promise<Saved<Stored<Role>>> {
    const role = await this.#collection.get(id);
    if (!role) return missing('role', id);
    if (expected === undefined || role.version === expected) return { ok: true, value: role };
    return changedMeanwhile('role', role.name);
  }

  async #fault(input: RoleInput, id: string | undefined): Promise<Problem | undefined> {
    const { name, policies, audience } = input;
    const only = audience && 'resourceServer' in audience ? [audience.resourceServer] : [];
    for (const resourceServer of [...policies.map((policy) => policy.resourceServer), ...only]) {
      if (!(await this.#resourceServers.get(resourceServer))) {
        return problem('role-unknown-resource-server', [], { role: name, resourceServer });
      }
    }
    return amongRolesFault(input, id, await this.all());
  }
}

const access = ({ name, policies, audience, includes, excludes }: Role): RoleAccess => ({
  name,
  policies,
  ...(audience && { audience }),
  ...(includes && { includes }),
  ...(excludes && { excludes }),
});

/** Every realm has these. */
const BUILT_IN = [ADMINISTRATOR, EVERYONE];
