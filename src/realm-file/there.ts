import type { Holders } from '../access/holds-both.js';
import type { Role } from '../access/role.js';
import type { Snapshot } from '../access/snapshot.js';
import type { Edge } from '../base/edge.js';
import type { Page } from '../base/paging.js';
import type { Client } from '../realm/client.js';
import type { ResourceServer } from '../realm/resource-server.js';
import type { Settings } from '../realm/settings.js';
import type { RealmParts } from './parts.js';
import type { RealmFileContent } from './schema.js';

/** What a realm holds of all that a file names. */
export interface There {
  readonly settings?: Settings;
  readonly resourceServers: ReadonlyMap<string, ResourceServer>;
  /** By name. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly clients: ReadonlyMap<string, Client>;
  /** By username as the file writes it. */
  readonly users: ReadonlyMap<string, UserThere>;
  /** By username as the file writes it, of users that are not there yet: somebody's name that it can be taken for. */
  readonly lookalikes: ReadonlyMap<string, string>;
  /** Addresses as the file writes them, of users that are not there yet, but are somebody's. */
  readonly takenAddresses: ReadonlySet<string>;
  readonly snapshot: Snapshot;
  /** Everybody, to be looked up among. */
  readonly holders: Holders;
}

interface UserThere {
  readonly hasPassword: boolean;
  readonly edges: readonly Edge[];
}

const nobody = async (): Promise<Page<never>> => ({ rows: [] });

/** A realm that nobody has made yet: what a file is checked against before a new store is. */
export const nothingThere: There = {
  resourceServers: new Map(),
  roles: new Map(),
  clients: new Map(),
  users: new Map(),
  takenAddresses: new Set(),
  lookalikes: new Map(),
  snapshot: { roles: new Map(), groups: new Map(), resourceServers: new Map() },
  holders: { users: { list: nobody, listByRole: nobody, listByGroup: nobody }, clients: { list: nobody } },
};

export async function readThere(parts: RealmParts, content: RealmFileContent): Promise<There> {
  const clients = new Map<string, Client>();
  for (const { id } of content.clients) {
    const client = await parts.clients.get(id);
    if (client) clients.set(id, client);
  }
  const users = new Map<string, UserThere>();
  const takenAddresses = new Set<string>();
  const lookalikes = new Map<string, string>();
  for (const { username, email, emailVerified } of content.users) {
    const user = await parts.users.findByIdentifier(username);
    if (user) users.set(username, { hasPassword: await parts.users.hasPassword(user.id), edges: user.edges });
    else {
      if (email !== undefined && emailVerified && (await parts.users.findByIdentifier(email)))
        takenAddresses.add(email);
      const lookalike = await parts.users.lookalikeOf(username);
      if (lookalike !== undefined) lookalikes.set(username, lookalike);
    }
  }
  const snapshot = await parts.snapshots.read();
  return {
    settings: await parts.settings.get(),
    resourceServers: snapshot.resourceServers,
    roles: new Map([...snapshot.roles.values()].map((role) => [role.name, role])),
    clients,
    users,
    takenAddresses,
    lookalikes,
    snapshot,
    holders: parts,
  };
}
