import { now } from '../base/clock.js';
import { newId } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import type { Actor } from '../changes/actor.js';
import type { Caches } from '../changes/caches.js';
import { everyRow } from '../changes/every-row.js';
import { recordedDocuments, type RecordedDocuments } from '../changes/recorded-documents.js';
import type { Recorder } from '../changes/recorder.js';
import { invalid, missing, refused, type Saved } from '../changes/saved.js';
import { WholeCache } from '../changes/whole-cache.js';
import type { ResourceServerService } from '../realm/resource-server-service.js';
import type { Stored } from '../storage/spec.js';
import type { Collection, Realm } from '../storage/store.js';
import { ADMINISTRATOR } from './administrator.js';
import { amongRolesFault } from './among-roles.js';
import { EVERYONE } from './everyone.js';
import { type Role, roles } from './role.js';
import type { RoleInput } from './role-input.js';

/** The roles of one realm, all of them in memory. */
export class RoleService {
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
    this.#collection = parts.realm.of(roles);
    this.#documents = recordedDocuments(parts.recorder, { spec: roles, kind: 'role', access });
    this.#resourceServers = parts.resourceServers;
    this.#cache = new WholeCache(async () => {
      const rows = await everyRow((page) => this.#collection.find('all', {}, page));
      return new Map(rows.map((row) => [row.id, row]));
    });
    parts.caches.register(parts.realm.id, 'role', this.#cache);
  }

  /** By id, from the cache; the same map until one of them changes. */
  all(): Promise<ReadonlyMap<string, Stored<Role>>> {
    return this.#cache.get();
  }

  /** By its name or an alias, which are compared exactly. */
  async findByName(name: string): Promise<Stored<Role> | undefined> {
    const named = await this.#collection.findOne('name', { name });
    return named ?? [...(await this.all()).values()].find(({ aliases }) => aliases?.includes(name) === true);
  }

  /**
   * Refused as `taken`, or `invalid` where it names a resource server or role that is not there, would include itself, or has a name of
   * another's.
   */
  async create(by: Actor, input: RoleInput): Promise<Saved<Stored<Role>>> {
    const fault = await this.#fault(input, undefined);
    if (fault) return invalid(fault);
    const at = now();
    return this.#documents.create(by, { ...input, id: newId(), createdAt: at, since: at });
  }

  /** Everything, as the input names it. Every holder of the role holds the new one from now on. */
  async update(by: Actor, id: string, input: RoleInput, expected: number): Promise<Saved<Stored<Role>>> {
    const before = await this.#collection.get(id);
    if (!before) return missing('role', id);
    if (before.version !== expected) {
      return refused({
        code: 'changed',
        message: `Someone else changed role ${before.name} meanwhile. Read it again.`,
      });
    }
    if (BUILT_IN.includes(before.name) && input.name !== before.name) {
      return invalid(`The role ${before.name} keeps its name.`);
    }
    const fault = await this.#fault(input, id);
    if (fault) return invalid(fault);
    const { createdAt, since } = before;
    return this.#documents.change(by, before, { ...input, id, createdAt, since });
  }

  async #fault(input: RoleInput, id: string | undefined): Promise<string | undefined> {
    const { name, policies, audience } = input;
    const only = audience && 'resourceServer' in audience ? [audience.resourceServer] : [];
    for (const resourceServer of [...policies.map((policy) => policy.resourceServer), ...only]) {
      if (!(await this.#resourceServers.get(resourceServer))) {
        return `Role ${name} names the resource server ${resourceServer}, which does not exist.`;
      }
    }
    return amongRolesFault(input, id, await this.all());
  }
}

/** What of a role decides access; its name is what tokens say. */
const access = ({ name, policies, audience, includes, excludes }: Role): JsonObject => ({
  name,
  policies,
  ...(audience && { audience }),
  ...(includes && { includes }),
  ...(excludes && { excludes }),
});

/** Every realm has these. */
const BUILT_IN = [ADMINISTRATOR, EVERYONE];
