import type { Holders } from '../../access/separation-of-duties/find-violations.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { rows } from '../../base/paging.js';
import type { Page, PageRequest } from '../../base/paging.js';
import type { ConnectorKinds } from '../../federation/connectors/connector-settings.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import type { User } from '../../identity/users/user.js';
import type { Client } from '../../realm/clients/client.js';
import type { Settings } from '../../realm/settings/settings.js';
import type { Stored } from '../../storage/spec.js';
import type { RealmParts } from '../realm-parts.js';
import type { RealmFile } from '../read/read-realm-file.js';
import { type Renaming, renamingsAmong } from './plan-renames.js';
import { isOrphaned, removedPermissions } from './removed-permissions.js';
import { RenamedPermissions } from './renamed-permissions.js';

/** The current state of everything that a file may name. */
export interface CurrentRealm {
  readonly settings?: Stored<Settings>;
  readonly snapshot: Snapshot;
  readonly connectors: CurrentConnectors;
  /** All of them, by their ids after the file's renames. */
  readonly clients: ReadonlyMap<string, Stored<Client>>;
  readonly renamedClients: readonly Renaming[];
  /** Users and clients already contain the new names; the snapshot does not. Absent: the realm does not exist yet. */
  readonly renamedPermissions?: RenamedPermissions;
  /** The users in the file, by username as written there. */
  readonly users: ReadonlyMap<string, CurrentUser>;
  /** Users who are not in the file but lose something: earlier assignments of the file, or a permission that it removes. */
  readonly others: readonly CurrentUser[];
  /** For new users, by username as written in the file: an existing name that looks alike. */
  readonly lookalikes: ReadonlyMap<string, string>;
  /** Addresses in the file that belong to other users. */
  readonly takenAddresses: ReadonlySet<string>;
  /** All holders, for lookups. */
  readonly holders: Holders;
  readonly people: Pick<RealmParts['users'], 'get' | 'list' | 'listByRole' | 'listByGroup'>;
  readonly passwords: Pick<RealmParts['passwords'], 'has'>;
}

export interface CurrentConnectors {
  readonly kinds: ConnectorKinds;
  readonly all: ReadonlyMap<string, ConnectorView>;
  readonly hasSecret: (id: string, secret: string) => boolean;
}

/** The fields of a user that the plan reads: a file may name very many users. */
export interface CurrentUser extends Pick<
  User,
  'id' | 'username' | 'assignments' | 'email' | 'emailVerified' | 'profile' | 'attributes'
> {
  readonly hasPassword: boolean;
}

const none = async (): Promise<Page<never>> => ({ rows: [] });
const nobody = { get: async () => undefined, list: none, listByRole: none, listByGroup: none };

/** A realm that does not exist yet. */
export interface NewRealm {
  readonly connectorKinds: ConnectorKinds;
}

/** Files for a new store are checked against this. */
export const emptyRealm = ({ connectorKinds: kinds }: NewRealm): CurrentRealm => ({
  snapshot: { roles: new Map(), groups: new Map(), resourceServers: new Map(), connectors: new Map() },
  connectors: { kinds, all: new Map(), hasSecret: () => false },
  clients: new Map(),
  renamedClients: [],
  users: new Map(),
  others: [],
  takenAddresses: new Set(),
  lookalikes: new Map(),
  holders: { users: nobody, clients: { list: none } },
  people: nobody,
  passwords: { has: async () => false },
});

/** Reads it once, users one by one. @throws StoreUnavailable */
export async function readCurrentRealm(parts: RealmParts, file: RealmFile): Promise<CurrentRealm> {
  const { content } = file;
  const snapshot = await parts.snapshots.read();
  const renamedPermissions = new RenamedPermissions(file, snapshot.resourceServers);
  const asRenamed = <T extends Pick<User, 'assignments'>>(user: T): T => ({
    ...user,
    assignments: [...renamedPermissions.assignments(user.assignments)],
  });
  const users = new Map<string, CurrentUser>();
  const named = new Set<string>();
  const takenAddresses = new Set<string>();
  const lookalikes = new Map<string, string>();
  for (const { username, email, emailVerified } of content.users) {
    const user = await parts.identifiers.findUser(username);
    if (user) {
      users.set(username, currentUser(asRenamed(user), await parts.passwords.has(user.id)));
      named.add(user.id);
    } else {
      const lookalike = await parts.identifiers.lookalikeOf(username);
      if (lookalike !== undefined) lookalikes.set(username, lookalike);
    }
    if (email === undefined || !emailVerified || user?.email === email) continue;
    const holder = await parts.identifiers.findUser(email);
    if (holder && holder.id !== user?.id) takenAddresses.add(email);
  }
  const others: CurrentUser[] = [];
  const removed = removedPermissions(file, renamedPermissions.resourceServers(snapshot.resourceServers));
  const isOrphan = isOrphaned(removed);
  const concerned =
    removed.size > 0
      ? (page: PageRequest) => parts.users.list(page)
      : (page: PageRequest) => parts.users.listByFile(content.name, page);
  for await (const stored of rows(concerned)) {
    const user = asRenamed(stored);
    const takes = user.files?.includes(content.name) === true || user.assignments.some(isOrphan);
    if (takes && !named.has(user.id)) others.push(currentUser(user, true));
  }
  const clients = new Map<string, Stored<Client>>();
  for await (const client of rows((page) => parts.clients.list(page))) {
    clients.set(client.id, renamedPermissions.client(client));
  }
  const renamedClients = renamingsAmong(
    content.clients.map(({ id: name, ...entry }) => ({
      name,
      ...(entry.renamedFrom !== undefined && { renamedFrom: entry.renamedFrom }),
    })),
    clients.keys(),
  );
  for (const { from, to } of renamedClients) {
    const client = clients.get(from);
    clients.delete(from);
    if (client) clients.set(to, { ...client, id: to });
  }
  const settings = await parts.settings.get();
  return {
    settings,
    snapshot,
    connectors: {
      kinds: parts.connectors.kinds,
      all: await parts.connectors.all(),
      hasSecret: await parts.connectors.comparingSecrets(),
    },
    clients,
    renamedClients,
    renamedPermissions,
    users,
    others,
    takenAddresses,
    lookalikes,
    holders: parts,
    people: parts.users,
    passwords: parts.passwords,
  };
}

const currentUser = (user: User, hasPassword: boolean): CurrentUser => ({
  id: user.id,
  username: user.username,
  assignments: user.assignments,
  emailVerified: user.emailVerified,
  ...(user.email !== undefined && { email: user.email }),
  profile: user.profile,
  attributes: user.attributes,
  hasPassword,
});
