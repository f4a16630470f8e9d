import { z } from 'zod';
import { roleInput } from '../../access/model/role-input.js';
import type { Role } from '../../access/model/role.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import type { Page, PageRequest } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import { replacingAll } from '../../changes/patched-input.js';
import type { Removed } from '../../changes/removal/referrer.js';
import type { RemovalOptions } from '../../changes/removal/remove-recorded.js';
import type { Saved } from '../../changes/change-result.js';
import { groupInput } from '../../identity/groups/group-input.js';
import type { Group } from '../../identity/groups/group.js';
import { clientInput } from '../../realm/clients/client-input.js';
import type { Client } from '../../realm/clients/client.js';
import { resourceServerInput } from '../../realm/resource-servers/resource-server-input.js';
import type { ResourceServer } from '../../realm/resource-servers/resource-server.js';
import { byId, roleFields } from '../../realm-file/plan/resolve-names.js';
import type { Stored } from '../../storage/spec.js';
import { saved } from '../output/unwrap.js';
import { snapshotNames } from '../output/snapshot-names.js';
import { type CommandFields, parsed } from './fields.js';

/** A kind of object that the same commands create, change and remove. */
export interface ManagedKind<T extends { readonly version: number }> {
  /** For messages: `Role`. */
  readonly label: string;
  /** The field that identifies it. */
  readonly nameField: 'name' | 'id' | 'identifier';
  readonly header: readonly string[];
  row(item: T, snapshot: Snapshot): readonly string[];
  list(parts: Parts, page: PageRequest): Promise<Page<T>>;
  find(parts: Parts, name: string): Promise<T | undefined>;
  /** Its current values for all input fields, with names instead of ids. */
  fieldsOf(item: T, snapshot: Snapshot): CommandFields;
  /** Where it comes from, shown beside its fields; absent: nothing to show. */
  originOf?(item: T): CommandFields;
  /** @returns additional output lines: a generated secret */
  create(parts: Parts, by: Actor, fields: CommandFields, snapshot: Snapshot): Promise<readonly string[]>;
  update(
    parts: Parts,
    by: Actor,
    item: T,
    change: { readonly fields: CommandFields; readonly options: RemovalOptions; readonly snapshot: Snapshot },
  ): Promise<Saved<unknown>>;
  /** Absent if it cannot be renamed. */
  rename?(parts: Parts, by: Actor, item: T, to: string, snapshot: Snapshot): Promise<Saved<unknown>>;
  removedAs(item: T): Removed;
  remove(parts: Parts, by: Actor, item: T, options: RemovalOptions): Promise<Saved<unknown>>;
}

const pick = (item: object, schema: { readonly shape: object }): CommandFields =>
  Object.fromEntries(Object.entries(item).filter(([field]) => field in schema.shape));

/** Replaces ids of roles and groups with names. */
function withNames(fields: CommandFields, { roles, groups }: Snapshot): CommandFields {
  const named = (known: ReadonlyMap<string, { readonly name: string }>) => (id: string) => known.get(id)?.name ?? id;
  return roleFields(fields, { role: named(roles), group: named(groups) });
}

const roleFrom = (fields: CommandFields, snapshot: Snapshot) => parsed(roleInput, roleFields(fields, byId(snapshot)));
const roleShape = z.object(roleInput.shape);

export const role: ManagedKind<Stored<Role>> = {
  label: 'Role',
  nameField: 'name',
  header: ['ROLE', 'POLICIES', 'DESCRIPTION'],
  row: ({ name, policies, description = '' }) => [name, String(policies.length), description],
  list: ({ roles }, page) => roles.list(page),
  find: ({ roles }, name) => roles.findByName(name),
  fieldsOf: (item, snapshot) => withNames(pick(item, roleShape), snapshot),
  async create({ roles }, by, fields, snapshot) {
    saved(await roles.create(by, roleFrom(fields, snapshot)));
    return [];
  },
  update: ({ roles }, by, item, { fields, snapshot }) =>
    roles.update(by, item.id, replacingAll(roleInput, roleFrom(fields, snapshot)), item.version),
  rename: ({ roles }, by, item, name) => roles.update(by, item.id, { name }, item.version),
  removedAs: ({ id }) => ({ kind: 'role', id }),
  remove: ({ roles }, by, item, options) => roles.remove(by, item.id, item.version, options),
};

export const group: ManagedKind<Stored<Group>> = {
  label: 'Group',
  nameField: 'name',
  header: ['GROUP', 'KIND', 'DESCRIPTION'],
  row: ({ name, type = 'group', connector, description = '' }) => [
    name,
    connector === undefined ? type : `mirrored by ${connector}`,
    description,
  ],
  list: ({ groups }, page) => groups.list(page),
  find: ({ groups }, name) => groups.findByName(name),
  fieldsOf: (item) => pick(item, groupInput),
  originOf: ({ connector, upstreamId }) => (connector === undefined ? {} : { mirroredBy: connector, upstreamId }),
  async create({ groups }, by, fields) {
    saved(await groups.create(by, parsed(groupInput, fields)));
    return [];
  },
  update: ({ groups }, by, item, { fields }) =>
    groups.update(by, item.id, replacingAll(groupInput, parsed(groupInput, fields)), item.version),
  rename: ({ groups }, by, item, name) => groups.update(by, item.id, { name }, item.version),
  removedAs: ({ id }) => ({ kind: 'group', id }),
  remove: ({ groups }, by, item, options) => groups.remove(by, item.id, item.version, options),
};

export const client: ManagedKind<Stored<Client>> = {
  label: 'Client',
  nameField: 'id',
  header: ['CLIENT', 'AUTHENTICATION', 'GRANTS', 'NAME'],
  row: ({ id, authentication, grantTypes, name }) => [id, authentication, grantTypes.join(' '), name],
  list: ({ clients }, page) => clients.list(page),
  find: ({ clients }, id) => clients.get(id),
  fieldsOf: (item) => pick(item, z.object(clientInput.shape)),
  async create({ clients }, by, fields) {
    const { client: made, secret } = saved(
      await clients.create(by, parsed(clientInput, { name: fields['id'], ...fields })),
    );
    return secret === undefined ? [] : [`Secret of client ${made.id}, shown this once:`, secret];
  },
  update: ({ clients }, by, item, { fields }) =>
    clients.update(by, item.id, replacingAll(clientInput, parsed(clientInput, fields)), item.version),
  rename: ({ clients }, by, item, id) => clients.rename(by, item.id, id, item.version),
  removedAs: ({ id }) => ({ kind: 'client', id }),
  remove: ({ clients }, by, item, options) => clients.remove(by, item.id, item.version, options),
};

export const resourceServer: ManagedKind<Stored<ResourceServer>> = {
  label: 'Resource server',
  nameField: 'identifier',
  header: ['RESOURCE SERVER', 'PERMISSIONS', 'TOKENS', 'NAME'],
  row: ({ identifier, permissions, tokenFormat, name }) => [identifier, String(permissions.length), tokenFormat, name],
  list: ({ resourceServers }, page) => resourceServers.list(page),
  find: ({ resourceServers }, identifier) => resourceServers.get(identifier),
  fieldsOf: (item) => pick(item, z.object(resourceServerInput.shape)),
  async create({ resourceServers }, by, fields) {
    const input = parsed(resourceServerInput, { name: fields['identifier'], ...fields });
    saved(await resourceServers.create(by, input));
    return [];
  },
  update: ({ resourceServers }, by, item, { fields, options }) =>
    resourceServers.update(
      by,
      item.identifier,
      replacingAll(resourceServerInput, parsed(resourceServerInput, fields)),
      item.version,
      options,
    ),
  removedAs: ({ identifier }) => ({ kind: 'resource-server', id: identifier }),
  remove: ({ resourceServers }, by, item, options) =>
    resourceServers.remove(by, item.identifier, item.version, options),
};

/** @throws GatehouseError `bad-configuration` that suggests similar names */
export function unknown(label: string, name: string, snapshot: Snapshot): never {
  if (label === 'Role') snapshotNames(snapshot).role(name);
  if (label === 'Group') snapshotNames(snapshot).group(name);
  throw new GatehouseError('bad-configuration', `There is no ${label.toLowerCase()} ${name}.`);
}
