import type { ComponentProps } from 'preact';
import type { Texts } from '../locales/en.js';
import type { Field } from './field.js';

export type ProfileField = keyof Texts['account']['profile']['fields'];
/** The stored or submitted values of a profile. */
export type ProfileTyped = Readonly<Partial<Record<ProfileField, string>>>;

type Input = ComponentProps<typeof Field>['input'];

interface ShownField {
  readonly name: ProfileField;
  /** The format of the field, which selects its error message. */
  readonly kind: 'line' | 'lines' | keyof Omit<Texts['account']['profile']['hints'], 'phoneVerified'>;
  /** The maximum number of characters. */
  readonly most: number;
  readonly autocomplete: Input['autocomplete'];
  readonly inputMode?: NonNullable<Input['inputMode']>;
}

interface Part {
  readonly part: keyof Texts['account']['profile']['parts'];
  readonly fields: readonly ShownField[];
}

/** The fields of a profile in display order. The server defines valid values (`identity/users/profile`). */
export const PROFILE_FIELDS: readonly Part[] = [
  {
    part: 'person',
    fields: [
      { name: 'name', kind: 'line', most: 500, autocomplete: 'name' },
      { name: 'givenName', kind: 'line', most: 500, autocomplete: 'given-name' },
      { name: 'middleName', kind: 'line', most: 500, autocomplete: 'additional-name' },
      { name: 'familyName', kind: 'line', most: 500, autocomplete: 'family-name' },
      { name: 'nickname', kind: 'line', most: 500, autocomplete: 'nickname' },
      { name: 'gender', kind: 'line', most: 100, autocomplete: 'sex' },
      { name: 'birthdate', kind: 'birthdate', most: 10, autocomplete: 'bday' },
    ],
  },
  {
    part: 'web',
    fields: [
      { name: 'picture', kind: 'picture', most: 2000, autocomplete: 'photo', inputMode: 'url' },
      { name: 'page', kind: 'web', most: 2000, autocomplete: 'off', inputMode: 'url' },
      { name: 'website', kind: 'web', most: 2000, autocomplete: 'url', inputMode: 'url' },
    ],
  },
  {
    part: 'reach',
    fields: [
      { name: 'locale', kind: 'locale', most: 100, autocomplete: 'language' },
      { name: 'zoneinfo', kind: 'zoneinfo', most: 100, autocomplete: 'off' },
      { name: 'phoneNumber', kind: 'phone', most: 50, autocomplete: 'tel', inputMode: 'tel' },
    ],
  },
  {
    part: 'address',
    fields: [
      { name: 'streetAddress', kind: 'lines', most: 500, autocomplete: 'street-address' },
      { name: 'postalCode', kind: 'line', most: 40, autocomplete: 'postal-code' },
      { name: 'locality', kind: 'line', most: 500, autocomplete: 'address-level2' },
      { name: 'region', kind: 'line', most: 500, autocomplete: 'address-level1' },
      { name: 'country', kind: 'line', most: 100, autocomplete: 'country-name' },
      { name: 'formatted', kind: 'lines', most: 500, autocomplete: 'off' },
    ],
  },
];
