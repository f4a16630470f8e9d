import { assign, type EdgeHolder, type EdgeOwner } from '../access/assign.js';
import { roleInput } from '../access/role-input.js';
import type { Actor } from '../changes/actor.js';
import { invalid, missing, type Saved } from '../changes/saved.js';
import { generatePassword } from '../identity/password-policy.js';
import { clientInput } from '../realm/client-input.js';
import { compareSecret } from '../realm/client-secret.js';
import { resourceServerInput } from '../realm/resource-server-input.js';
import { settingsInput } from '../realm/settings-input.js';
import { now } from '../base/clock.js';
import { byId, roleFields, wantedOf } from './by-id.js';
import type { CheckedRealmFile } from './check-realm-file.js';
import { alone, loosened } from './loosened.js';
import { overlay } from './overlay.js';
import type { RealmParts } from './parts.js';
import type { Fields } from './read-realm-file.js';
import type { GroupEntry, HolderEntry, UserEntry } from './schema.js';
import { settle } from './settle.js';

export interface ApplyOptions {
  /** Told of each password that was generated, once it is stored. Absent: none is generated. */
  readonly onPassword?: (username: string, password: string) => void;
}

/**
 * Brings a checked file into the realm, thing after thing, each in a commit of its own: after a crash between two of them
 * applying it again finishes. What is equal is not written. Afterwards this process decides by all of it, what another one
 * wrote at the same moment included.
 *
 * @throws GatehouseError `bad-configuration` when what changed since the check stands against it; StoreUnavailable
 */
export async function applyRealmFile(
  parts: RealmParts,
  by: Actor,
  { file, clientSecrets, passwords }: CheckedRealmFile,
  { onPassword }: ApplyOptions = {},
): Promise<void> {
  const { content, written } = file;
  if (written.settings) await settle(parts, 'settings', () => applySettings(parts, by, written.settings ?? {}));
  for (const [i, { identifier }] of content.resourceServers.entries()) {
    await settle(parts, identifier, () =>
      applyResourceServer(parts, by, identifier, written.resourceServers?.[i] ?? {}),
    );
  }
  // All of them before what names them: one may include, or lie above, another that the file names first.
  for (const entry of content.groups) await settle(parts, `group ${entry.name}`, () => applyGroup(parts, by, entry));
  for (const [i, { name }] of content.roles.entries()) {
    await settle(parts, `role ${name}`, () => prepareRole(parts, by, name, written.roles?.[i] ?? {}));
  }
  // Another process may have made them while this one looked: the snapshot that names are read in must know them.
  await parts.caches.readMarkers();
  for (const [i, { name }] of content.roles.entries()) {
    await settle(parts, `role ${name}`, () => applyRole(parts, by, name, written.roles?.[i] ?? {}));
  }
  await parts.caches.readMarkers();
  for (const entry of content.groups) await placeGroup(parts, by, entry);
  for (const [i, entry] of content.clients.entries()) {
    const { id } = entry;
    const secrets = clientSecrets.get(id) ?? [];
    await settle(parts, `client ${id}`, () => applyClient(parts, by, id, written.clients?.[i] ?? {}, secrets));
    await give(parts, by, `client ${id}`, parts.clients, () => parts.clients.get(id), entry);
  }
  for (const entry of content.users) {
    await applyUser(parts, by, entry, passwords.get(entry.username), onPassword);
    const read = () => parts.users.findByIdentifier(entry.username);
    await give(parts, by, `user ${entry.username}`, parts.users, read, entry);
  }
  await parts.caches.readMarkers();
}

async function applySettings({ settings }: RealmParts, by: Actor, fields: Fields) {
  const before = await settings.get();
  const wanted = overlay(settingsInput, before, fields);
  return wanted.success ? settings.save(by, wanted.data, before.version) : unfit();
}

async function applyResourceServer({ resourceServers }: RealmParts, by: Actor, identifier: string, fields: Fields) {
  const before = await resourceServers.get(identifier);
  const wanted = overlay(resourceServerInput, before, fields);
  if (!wanted.success) return unfit();
  return before ? resourceServers.update(by, wanted.data, before.version) : resourceServers.create(by, wanted.data);
}

/** As far as it says nothing of other roles, if it is not there; else without what it is to bring or exclude no longer. */
async function prepareRole(
  { roles, snapshots }: RealmParts,
  by: Actor,
  name: string,
  fields: Fields,
): Promise<Saved<unknown>> {
  const before = await roles.findByName(name);
  const ids = byId(await snapshots.read());
  const first = before ? loosened(before, roleFields(fields, ids)) : alone(roleFields(fields, ids));
  if (!first) return { ok: true, value: before };
  const wanted = overlay(roleInput, before, first);
  if (!wanted.success) return unfit();
  return before ? roles.update(by, before.id, wanted.data, before.version) : roles.create(by, wanted.data);
}

async function applyRole(
  { roles, snapshots }: RealmParts,
  by: Actor,
  name: string,
  fields: Fields,
): Promise<Saved<unknown>> {
  const before = await roles.findByName(name);
  if (!before) return missing('role', name);
  const wanted = overlay(roleInput, before, roleFields(fields, byId(await snapshots.read())));
  return wanted.success ? roles.update(by, before.id, wanted.data, before.version) : unfit();
}

async function applyGroup(
  { groups }: RealmParts,
  by: Actor,
  { name, type, description, rule, segmentGroup }: GroupEntry,
) {
  const fields = {
    name,
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    ...(rule !== undefined && { rule }),
    ...(segmentGroup !== undefined && { segmentGroup }),
  };
  const before = await groups.findByName(name);
  return before ? groups.change(by, before.id, fields, before.version) : groups.create(by, fields);
}

async function placeGroup(parts: RealmParts, by: Actor, entry: GroupEntry): Promise<void> {
  const read = () => parts.groups.findByName(entry.name);
  const before = await read();
  const after = await give(parts, by, `group ${entry.name}`, parts.groups, read, entry);
  if (entry.groups.length > 0 && after.version !== before?.version) await parts.groups.indexPeopleBelow(after.id);
}

async function applyClient(
  { clients }: RealmParts,
  by: Actor,
  id: string,
  fields: Fields,
  secrets: readonly string[],
): Promise<Saved<unknown>> {
  const before = await clients.get(id);
  const wanted = overlay(clientInput, before, fields);
  if (!wanted.success) return unfit();
  if (!before) {
    const [first, ...others] = secrets;
    const made = await clients.create(by, wanted.data, first);
    return made.ok && others.length > 0 ? clients.setSecrets(by, id, made.value.client.version, secrets) : made;
  }
  const updated = await clients.update(by, wanted.data, before.version);
  // Others may have been added on the host since: they stay while those of the file are good.
  if (!updated.ok || secrets.every((secret) => compareSecret(updated.value, secret, now()))) return updated;
  return clients.setSecrets(by, id, updated.value.version, secrets);
}

/** Makes the user, or a first password for one who has none; profile and password of anyone else are their own affair. */
async function applyUser(
  parts: RealmParts,
  by: Actor,
  entry: UserEntry,
  given: string | undefined,
  onPassword: ApplyOptions['onPassword'],
): Promise<void> {
  const { users } = parts;
  const generated = given === undefined && onPassword !== undefined;
  const clear = generated ? generatePassword() : given;
  const mustChange = generated && !entry.permanentPassword;
  const password = clear === undefined ? undefined : { clear, generated, mustChange };
  const { username, email, emailVerified, profile, attributes } = entry;
  const madeIt = await settle(parts, `user ${username}`, async (): Promise<Saved<boolean>> => {
    const before = await users.findByIdentifier(username);
    if (before) {
      if (!password || (await users.hasPassword(before.id))) return { ok: true, value: false };
      return users.setFirstPassword(by, before.id, password);
    }
    const made = await users.create(by, {
      username,
      profile,
      attributes,
      emailVerified,
      ...(email !== undefined && { email }),
      ...(password && { password }),
    });
    return made.ok ? { ok: true, value: true } : made;
  });
  if (madeIt && generated && password) onPassword(username, password.clear);
}

/** Gives what the file names, by edges, and as it says; what it does not name stays. */
function give<T extends EdgeHolder>(
  parts: RealmParts,
  by: Actor,
  thing: string,
  owner: EdgeOwner<T>,
  read: () => Promise<T | undefined>,
  entry: HolderEntry,
): Promise<T> {
  return settle(parts, thing, async () => {
    const holder = await read();
    if (!holder) return invalid('it is gone.');
    const snapshot = await parts.snapshots.read();
    return assign(by, owner, holder, wantedOf(entry, byId(snapshot)), snapshot, { instead: true });
  });
}

// The check before the first write found it fit: someone has changed it since.
const unfit = (): Saved<never> => invalid('it was changed since the file was checked; apply the file again.');
