import { isDeepStrictEqual } from 'node:util';
import type { Attribute } from '../../identity/users/profile.js';
import type { UserPatch } from '../../identity/users/user-input.js';
import type { User } from '../../identity/users/user.js';
import type { Connector } from '../connectors/connector.js';
import type { MappedUser } from '../mapping/map-identity.js';

/**
 * The fields of a user that a sign-in through this connector changes; undefined if none. Only the userstore where the user lives
 * changes fields, and only those that the mapping names and the rules let it update. A field without a value today stays. Pure.
 */
export function updatedFields(
  user: User,
  mapped: MappedUser,
  { id, provisioning: { update } }: Pick<Connector, 'id' | 'provisioning'>,
): UserPatch | undefined {
  if (user.userstore !== id || update === 'never') return undefined;
  const owned = mapped.owned.filter((field) => update === 'always' || update.includes(field));
  const profile = Object.entries(mapped.profile).filter(
    ([field, value]) => owned.includes(field) && !isDeepStrictEqual(value, profileOf(user).get(field)),
  );
  const email = owned.includes('email') ? mapped.email : undefined;
  const isSameAddress = email === user.email && mapped.emailVerified === user.emailVerified;
  const attributes = withAttributes(user.attributes, mapped.attributes, owned);
  const patch: UserPatch = {
    ...(mapped.username !== undefined &&
      mapped.username !== user.username &&
      owned.includes('username') && { username: mapped.username }),
    ...(profile.length > 0 && { profile: Object.fromEntries(profile) }),
    ...(email !== undefined && !isSameAddress && { email, emailVerified: mapped.emailVerified }),
    ...(attributes && { attributes: [...attributes] }),
  };
  return Object.keys(patch).length > 0 ? patch : undefined;
}

const profileOf = ({ profile }: User): ReadonlyMap<string, unknown> => new Map(Object.entries(profile));

/** The attributes with the mapped ones in place of those of the same name; undefined if nothing differs. */
function withAttributes(
  before: readonly Attribute[],
  mapped: readonly Attribute[],
  owned: readonly string[],
): readonly Attribute[] | undefined {
  const given = mapped.filter(({ name }) => owned.includes(`attributes.${name}`));
  const names = new Set(given.map(({ name }) => name));
  const stays = before.filter(({ name }) => !names.has(name));
  const replaced = before.filter(({ name }) => names.has(name));
  return isDeepStrictEqual(replaced, given) ? undefined : [...stays, ...given];
}
