import type { RoleService } from '../access/model/role-service.js';
import type { Snapshots } from '../access/evaluation/snapshot.js';
import type { Caches } from '../changes/caching/caches.js';
import type { ConnectorService } from '../federation/connectors/connector-service.js';
import type { GroupService } from '../identity/groups/group-service.js';
import type { UserIdentifiers } from '../identity/identifiers/user-identifiers.js';
import type { IdentityLinks } from '../identity/links/identity-links.js';
import type { UserPasswords } from '../identity/passwords/user-passwords.js';
import type { Users } from '../identity/users/users.js';
import type { ClientService } from '../realm/clients/client-service.js';
import type { ResourceServerService } from '../realm/resource-servers/resource-server-service.js';
import type { SettingsService } from '../realm/settings/settings-service.js';

/** The services of one realm that a realm file is applied with. */
export interface RealmParts {
  readonly settings: Pick<SettingsService, 'get' | 'save'>;
  readonly resourceServers: Pick<ResourceServerService, 'all' | 'get' | 'create' | 'update'>;
  readonly roles: Pick<RoleService, 'all' | 'findByName' | 'create' | 'update'>;
  readonly groups: Pick<
    GroupService,
    'get' | 'findByName' | 'create' | 'update' | 'replaceAssignments' | 'indexPeopleBelow'
  >;
  readonly connectors: Pick<ConnectorService, 'kinds' | 'all' | 'get' | 'create' | 'update' | 'comparingSecrets'>;
  readonly links: Pick<IdentityLinks, 'count'>;
  readonly clients: Pick<
    ClientService,
    'get' | 'list' | 'create' | 'update' | 'rename' | 'setSecrets' | 'replaceAssignments'
  >;
  readonly users: Pick<
    Users,
    'get' | 'create' | 'update' | 'replaceAssignments' | 'list' | 'listByRole' | 'listByGroup' | 'listByFile'
  >;
  readonly identifiers: Pick<UserIdentifiers, 'findUser' | 'lookalikeOf' | 'setEmail'>;
  readonly passwords: Pick<UserPasswords, 'has' | 'setFirst'>;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly caches: Pick<Caches, 'readMarkers'>;
}
