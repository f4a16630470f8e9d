import { trimTyped } from '../../base/text/normalize-typed.js';
import { type Profile, profileInput } from '../../identity/users/profile.js';
import type { MappedUser } from '../mapping/map-identity.js';
import { type MappedField, mappedField } from '../mapping/rules/mapped-fields.js';

export interface CompletedUser {
  readonly mapped: MappedUser;
  /** The required fields that still have no value. */
  readonly missing: readonly string[];
  /** Those of them for which an invalid value was typed. */
  readonly wrong: readonly string[];
}

/**
 * The user with the typed values of required fields that have none. It never changes a mapped value and reads no other field. An address or
 * number that a person types is unverified. Pure.
 */
export function completedUser(
  mapped: MappedUser,
  required: readonly string[],
  typed: ReadonlyMap<string, string> = new Map(),
): CompletedUser {
  let user = mapped;
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const name of required) {
    const field = mappedField(name);
    if (!field || hasValue(user, field)) continue;
    // Browsers end each line of a text area with CR and LF (HTML, form submission).
    const text = trimTyped((typed.get(name) ?? '').replaceAll('\r\n', '\n'));
    const read = text === '' ? undefined : field.read(text);
    if (read?.ok === true) user = withValue(user, field, String(read.value));
    else missing.push(name);
    if (read?.ok === false) wrong.push(name);
  }
  return { mapped: user, missing, wrong };
}

function hasValue({ email, profile, attributes }: MappedUser, { is, key }: MappedField): boolean {
  switch (is) {
    case 'email':
      return email !== undefined;
    case 'attribute':
      return attributes.some(({ name }) => name === key);
    case 'address':
      return new Map(Object.entries(profile.address ?? {})).has(key);
    case 'profile':
      return new Map(Object.entries(profile)).has(key);
    case 'username':
    case 'emailVerified':
      return true;
  }
}

function withValue(user: MappedUser, { is, key }: MappedField, value: string): MappedUser {
  switch (is) {
    case 'email':
      return { ...user, email: value, emailVerified: false };
    case 'attribute':
      return { ...user, attributes: [...user.attributes, { name: key, value }] };
    case 'address':
      return { ...user, profile: profileWith(user.profile, { address: { ...user.profile.address, [key]: value } }) };
    case 'profile': {
      const unverified = key === 'phoneNumber' && { phoneNumberVerified: false };
      return { ...user, profile: profileWith(user.profile, { [key]: value, ...unverified }) };
    }
    case 'username':
    case 'emailVerified':
      return user;
  }
}

/** Each value was read by this schema, so that the whole passes it. */
function profileWith(profile: Profile, more: object): Profile {
  const read = profileInput.safeParse({ ...profile, ...more });
  return read.success ? read.data : profile;
}
