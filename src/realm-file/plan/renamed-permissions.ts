import { permissionTarget } from '../../access/model/permission-target.js';
import { roleWithout } from '../../access/model/role-without-references.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Assignment } from '../../base/assignment.js';
import { assignmentsWithout } from '../../base/assignment-references.js';
import type { Removed } from '../../changes/removal/referrer.js';
import type { Client } from '../../realm/clients/client.js';
import { clientWithout } from '../../realm/clients/client-without-references.js';
import { withPermissionRenamed } from '../../realm/resource-servers/rename-permission.js';
import type { ResourceServers } from '../../realm/resource-servers/resource-server-service.js';
import type { Operation } from './operation.js';
import type { RealmFile } from '../read/read-realm-file.js';
import { renamingsAmong } from './plan-renames.js';

interface PermissionRenaming {
  /** The index of its resource server in the file. */
  readonly entry: number;
  readonly resourceServer: string;
  readonly from: string;
  readonly to: string;
}

/** The permissions that a file renames, and the state after the renames. In order: one may take another's old name. */
export class RenamedPermissions {
  readonly #renamings: readonly PermissionRenaming[];
  readonly #removed: readonly Required<Removed>[];

  constructor({ content }: RealmFile, current: ResourceServers) {
    this.#renamings = content.resourceServers.flatMap(({ identifier: resourceServer, permissions }, entry) => {
      const declared = (current.get(resourceServer)?.permissions ?? []).map(({ name }) => name);
      return renamingsAmong(permissions, declared).map(({ from, to }) => ({ entry, resourceServer, from, to }));
    });
    this.#removed = this.#renamings.map(({ resourceServer, from, to }) => ({
      kind: 'permission',
      id: permissionTarget(resourceServer, from),
      to: permissionTarget(resourceServer, to),
    }));
  }

  get operations(): readonly Operation[] {
    return this.#renamings.map(({ entry, resourceServer: name, from, to }) => ({
      ...({ thing: 'resource-server', name, step: 'rename', entry } as const),
      changes: [{ what: 'permission-renamed', from, to }],
    }));
  }

  /** The final names of renamed permissions, both as `<resource server> <permission>`. */
  get names(): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const { id, to } of this.#removed) {
      const first = [...names].find(([, later]) => later === id)?.[0] ?? id;
      names.set(first, to);
    }
    return names;
  }

  /** With the same functions that the services use for renaming. */
  snapshot(before: Snapshot): Snapshot {
    if (this.#renamings.length === 0) return before;
    const [roles, groups] = [new Map(before.roles), new Map(before.groups)];
    for (const removed of this.#removed) {
      for (const role of roles.values()) roles.set(role.id, roleWithout(role, removed)?.role ?? role);
    }
    for (const group of groups.values())
      groups.set(group.id, { ...group, assignments: [...this.assignments(group.assignments)] });
    return { ...before, roles, groups, resourceServers: this.resourceServers(before.resourceServers) };
  }

  resourceServers(before: ResourceServers): ResourceServers {
    const after = new Map(before);
    for (const { resourceServer, from, to } of this.#renamings) {
      const server = after.get(resourceServer);
      if (server) after.set(resourceServer, withPermissionRenamed(server, from, to));
    }
    return after;
  }

  client<C extends Client>(before: C): C {
    return this.#removed.reduce((client, removed) => clientWithout(client, removed)?.client ?? client, before);
  }

  assignments(before: readonly Assignment[]): readonly Assignment[] {
    return this.#removed.reduce(
      (assignments, removed) => assignmentsWithout(assignments, removed)?.assignments ?? assignments,
      before,
    );
  }
}
