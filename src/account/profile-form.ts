import { PROFILE_FIELDS, type ProfileField, type ProfileTyped } from '#views/components/profile-fields.js';
import { type PostalAddress, type Profile, profileInput } from '../identity/users/profile.js';

const FIELDS: readonly ProfileField[] = PROFILE_FIELDS.flatMap(({ fields }) => fields.map(({ name }) => name));
const IN_ADDRESS = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'] as const;

const isOfAddress = (field: ProfileField): field is keyof PostalAddress =>
  (IN_ADDRESS as readonly string[]).includes(field);

/** The fields that come from a directory and can't be changed there from here. */
export const fieldsElsewhere = ({
  owned,
  writable,
}: {
  readonly owned: readonly string[];
  readonly writable: readonly string[];
}): readonly ProfileField[] =>
  FIELDS.filter((field) => {
    const name = isOfAddress(field) ? `address.${field}` : field;
    return owned.includes(name) && !writable.includes(name);
  });

/** The form values of this profile. */
export const typedOf = ({ address, ...profile }: Profile): ProfileTyped =>
  each((field) => (isOfAddress(field) ? address?.[field] : profile[field]));

/** The fields that have a value, with their values. */
const each = (valueOf: (field: ProfileField) => string | undefined): ProfileTyped =>
  Object.fromEntries(
    FIELDS.flatMap((field): [ProfileField, string][] => {
      const value = valueOf(field);
      return value === undefined ? [] : [[field, value]];
    }),
  );

export type TypedProfile =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'unfit'; readonly wrong: readonly ProfileField[] }
  /** Fields differ from those of the form: one too many or too few. */
  | { readonly kind: 'foreign' };

/**
 * The profile as submitted: an empty field removes the value. An unchanged phone number stays verified, and a new one is not.
 * Pure.
 *
 * @param fixed fields that the form does not have; they stay as they are
 */
export function profileTyped(
  fields: ReadonlyMap<string, string>,
  before: Profile,
  fixed: readonly ProfileField[],
): TypedProfile {
  const open = FIELDS.filter((field) => !fixed.includes(field));
  if (fields.size !== open.length || !open.every((field) => fields.has(field))) return { kind: 'foreign' };
  const previous = typedOf(before);
  const said = Object.entries(
    each((field) => {
      const value = fixed.includes(field) ? previous[field] : linesOf(fields.get(field) ?? '');
      return value === '' ? undefined : value;
    }),
  ) as [ProfileField, string][];
  const address = said.filter(([field]) => isOfAddress(field));
  const submitted = {
    ...Object.fromEntries(said.filter(([field]) => !isOfAddress(field))),
    ...(address.length > 0 && { address: Object.fromEntries(address) }),
  };
  const parsed = profileInput.safeParse(submitted);
  if (!parsed.success) {
    const named = new Set(parsed.error.issues.map(({ path }) => path.at(-1)));
    return { kind: 'unfit', wrong: FIELDS.filter((field) => named.has(field)) };
  }
  const { phoneNumber, phoneNumberVerified } = before;
  const isSame = parsed.data.phoneNumber !== undefined && parsed.data.phoneNumber === phoneNumber;
  const verified = isSame && phoneNumberVerified !== undefined && { phoneNumberVerified };
  return { kind: 'profile', profile: { ...parsed.data, ...verified } };
}

/** Browsers end each line of a text area with CR and LF (HTML, form submission). */
const linesOf = (value: string): string => value.replaceAll('\r\n', '\n').trim();
