import { isDeepStrictEqual } from 'node:util';
import type { Attribute, Profile } from '../../identity/users/profile.js';
import type { UserPatch } from '../../identity/users/user-input.js';
import type { User } from '../../identity/users/user.js';
import type { Connector } from '../connectors/connector.js';
import type { MappedUser } from '../mapping/map-identity.js';

/** What is known of fields without a value. */
export interface ToldFields {
  /** The upstream has none for them any more, so they lose theirs here. Absent: nothing is known, and they stay. */
  readonly isWhole?: boolean;
}

/**
 * The fields of a user that a connector changes; undefined if none. Only the userstore where the user lives changes fields, and only
 * those that the mapping names and the rules let it update. A value that does not fit our rules changes nothing. Pure.
 */
export function updatedFields(
  user: User,
  mapped: MappedUser,
  { id, provisioning: { update } }: Pick<Connector, 'id' | 'provisioning'>,
  { isWhole = false }: ToldFields = {},
): UserPatch | undefined {
  if (user.userstore !== id || update === 'never') return undefined;
  const owned = mapped.owned.filter((field) => update === 'always' || update.includes(field));
  const unfit = new Set(mapped.problems.map(({ path }) => path[0]));
  const emptied = isWhole ? owned.filter((field) => !unfit.has(field)) : [];
  const profile = profileChanges(user.profile, mapped.profile, owned, emptied);
  const email = owned.includes('email') ? mapped.email : undefined;
  const isSameAddress = email === user.email && mapped.emailVerified === user.emailVerified;
  const hasNoAddress = emptied.includes('email') && mapped.email === undefined && user.email !== undefined;
  const attributes = withAttributes(user.attributes, mapped.attributes, owned, emptied);
  const patch: UserPatch = {
    ...(mapped.username !== undefined &&
      mapped.username !== user.username &&
      owned.includes('username') && { username: mapped.username }),
    ...(profile && { profile }),
    ...(email !== undefined && !isSameAddress && { email, emailVerified: mapped.emailVerified }),
    ...(hasNoAddress && { email: null }),
    ...(attributes && { attributes: [...attributes] }),
  };
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** The changed fields of a profile, `null` for those that end. The fields of an address are owned one by one. */
function profileChanges(
  { address: addressBefore, ...before }: Profile,
  { address: addressNow, ...now }: Profile,
  owned: readonly string[],
  emptied: readonly string[],
): Record<string, unknown> | undefined {
  const flat = changesOf(before, now, owned, emptied, '');
  const places = changesOf(addressBefore ?? {}, addressNow ?? {}, owned, emptied, 'address.');
  const address = new Map<string, unknown>(Object.entries(addressBefore ?? {}));
  for (const [field, value] of places) {
    if (value === null) address.delete(field);
    else address.set(field, value);
  }
  if (places.size > 0) flat.set('address', address.size > 0 ? Object.fromEntries(address) : null);
  return flat.size > 0 ? Object.fromEntries(flat) : undefined;
}

function changesOf(
  before: object,
  now: object,
  owned: readonly string[],
  emptied: readonly string[],
  prefix: string,
): Map<string, unknown> {
  const held = new Map<string, unknown>(Object.entries(before));
  const told = new Map<string, unknown>(Object.entries(now));
  const changes = new Map<string, unknown>();
  for (const [field, value] of told) {
    if (owned.includes(prefix + field) && !isDeepStrictEqual(value, held.get(field))) changes.set(field, value);
  }
  for (const field of held.keys()) {
    if (emptied.includes(prefix + field) && !told.has(field)) changes.set(field, null);
  }
  return changes;
}

/** The attributes with the mapped ones in place of those of the same name; undefined if nothing differs. */
function withAttributes(
  before: readonly Attribute[],
  mapped: readonly Attribute[],
  owned: readonly string[],
  emptied: readonly string[],
): readonly Attribute[] | undefined {
  const given = mapped.filter(({ name }) => owned.includes(`attributes.${name}`));
  const names = new Set(given.map(({ name }) => name));
  const isReplaced = ({ name }: Attribute): boolean => names.has(name) || emptied.includes(`attributes.${name}`);
  const stays = before.filter((one) => !isReplaced(one));
  const replaced = before.filter((one) => isReplaced(one));
  return isDeepStrictEqual(replaced, given) ? undefined : [...stays, ...given];
}
