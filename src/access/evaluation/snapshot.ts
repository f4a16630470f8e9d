import type { Caches } from '../../changes/caching/caches.js';
import { allRows } from '../../base/paging.js';
import { WholeCache } from '../../changes/caching/whole-cache.js';
import { type Group, groups } from '../../identity/groups/group.js';
import type { ResourceServer, ResourceServerAccess } from '../../realm/resource-servers/resource-server.js';
import type { ResourceServers, ResourceServerService } from '../../realm/resource-servers/resource-server-service.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import type { Role } from '../model/role.js';
import type { RoleService } from '../model/role-service.js';
import type { ConnectorStandings } from './confirmed-assignments.js';

/**
 * The roles, groups, resource servers and connectors that a decision reads, at one instant. Resource servers are keyed by
 * identifier, all others by id.
 */
export interface Snapshot {
  readonly roles: ReadonlyMap<string, Stored<Role>>;
  readonly groups: ReadonlyMap<string, Stored<Group>>;
  readonly resourceServers: ResourceServers;
  readonly connectors: ConnectorStandings;
}

/** The part of a snapshot that `decide` reads. A past instant has no other part. */
export type DecisionSnapshot = Pick<Snapshot, 'roles' | 'groups'> & {
  readonly resourceServers: ReadonlyMap<string, DecisionResourceServer>;
  /** Absent at a past instant: what connectors had confirmed then is not known, and counts as confirmed. */
  readonly connectors?: ConnectorStandings;
};
export type DecisionResourceServer = Pick<
  Stored<ResourceServer>,
  'id' | 'since' | 'version' | keyof ResourceServerAccess
>;

/** Provides snapshots of one realm from memory. */
export class Snapshots {
  readonly #caches: Pick<Caches, 'assertFresh'>;
  readonly #roles: Pick<RoleService, 'all'>;
  readonly #resourceServers: Pick<ResourceServerService, 'all'>;
  readonly #connectors: { standings(): Promise<ConnectorStandings> };
  readonly #groups: WholeCache<ReadonlyMap<string, Stored<Group>>>;
  #last: Snapshot | undefined;

  constructor(parts: {
    readonly realm: Realm;
    readonly caches: Pick<Caches, 'assertFresh' | 'register'>;
    readonly roles: Pick<RoleService, 'all'>;
    readonly resourceServers: Pick<ResourceServerService, 'all'>;
    /** The same map until a connector changes. */
    readonly connectors: { standings(): Promise<ConnectorStandings> };
  }) {
    this.#caches = parts.caches;
    this.#roles = parts.roles;
    this.#resourceServers = parts.resourceServers;
    this.#connectors = parts.connectors;
    const collection = parts.realm.of(groups);
    this.#groups = new WholeCache(async () => {
      const rows = await allRows((page) => collection.find('all', {}, page));
      return new Map(rows.map((row) => [row.id, row]));
    });
    parts.caches.register(parts.realm.id, 'group', this.#groups);
  }

  /** The last snapshot, however old: only for guesses, never for a decision. */
  lastRead(): Snapshot | undefined {
    return this.#last;
  }

  /**
   * Makes no port call once warm, and returns the same object until something in it changes. @throws StoreUnavailable rather
   * than return an old one
   */
  async read(): Promise<Snapshot> {
    await this.#caches.assertFresh();
    const [roles, groups, resourceServers, connectors] = await Promise.all([
      this.#roles.all(),
      this.#groups.get(),
      this.#resourceServers.all(),
      this.#connectors.standings(),
    ]);
    const last = this.#last;
    const same =
      last?.roles === roles &&
      last.groups === groups &&
      last.resourceServers === resourceServers &&
      last.connectors === connectors;
    this.#last = last && same ? last : { roles, groups, resourceServers, connectors };
    return this.#last;
  }
}
