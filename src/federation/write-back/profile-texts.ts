import type { UserPatch } from '../../identity/users/user-input.js';
import type { Profile } from '../../identity/users/profile.js';
import type { User } from '../../identity/users/user.js';
import { isDeepStrictEqual } from 'node:util';

/** The texts of a profile by the names of mappings, such as `address.locality`. */
export function profileTexts({ address = {}, ...profile }: Profile): ReadonlyMap<string, string> {
  const within = Object.entries(address).map(([key, value]) => [`address.${key}`, value] as const);
  return new Map(
    [...Object.entries(profile), ...within].flatMap(([field, value]) =>
      typeof value === 'string' ? [[field, value] as const] : [],
    ),
  );
}

/** The profile with these texts in place of its own; undefined removes one. A number that is put in is verified by nobody. */
export function withTexts(
  { address, ...profile }: Profile,
  texts: ReadonlyMap<string, string | undefined>,
): Readonly<Record<string, unknown>> {
  const flat = new Map<string, unknown>(Object.entries(profile));
  const within = new Map<string, unknown>(Object.entries(address ?? {}));
  for (const [name, value] of texts) {
    const isWithin = name.startsWith('address.');
    const place = isWithin ? within : flat;
    const key = isWithin ? name.slice('address.'.length) : name;
    if (value === undefined) place.delete(key);
    else place.set(key, value);
  }
  if (texts.has('phoneNumber')) flat.delete('phoneNumberVerified');
  if (texts.get('phoneNumber') !== undefined) flat.set('phoneNumberVerified', false);
  if (within.size > 0) flat.set('address', Object.fromEntries(within));
  return Object.fromEntries(flat);
}

/** The fields that a patch changes, as mappings name them. @param after the profile that the patch makes */
export function changedFields(user: User, patch: UserPatch, after: Profile): readonly string[] {
  const [before, then] = [profileTexts(user.profile), profileTexts(after)];
  const texts = [...new Set([...before.keys(), ...then.keys()])].filter((name) => before.get(name) !== then.get(name));
  const { username = user.username, email = user.email, emailVerified = user.emailVerified } = patch;
  // A new number is not verified any more, which is no change of its own.
  const isVerifiedOtherwise =
    !texts.includes('phoneNumber') && user.profile.phoneNumberVerified !== after.phoneNumberVerified;
  return [
    ...texts,
    ...(isVerifiedOtherwise ? ['phoneNumberVerified'] : []),
    ...(username === user.username ? [] : ['username']),
    ...((email ?? undefined) === user.email ? [] : ['email']),
    ...(emailVerified === user.emailVerified ? [] : ['emailVerified']),
    ...changedAttributes(user, patch),
  ];
}

function changedAttributes({ attributes: before }: User, { attributes: after = before }: UserPatch): readonly string[] {
  const names = new Set([...before, ...after].map(({ name }) => name));
  const of = (all: typeof before, name: string) => all.filter((one) => one.name === name).map(({ value }) => value);
  return [...names]
    .filter((name) => !isDeepStrictEqual(of([...before], name), of([...after], name)))
    .map((name) => `attributes.${name}`);
}
