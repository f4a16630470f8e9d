import { z } from 'zod';
import { refusedAs } from '../../base/problems/read-input.js';
import { attributeNameInput } from '../../base/text/attribute-name.js';
import { linesInput } from '../../base/text/text-input.js';
import { lineFault, linesFault } from '../../base/text/text-faults.js';

/** A user's profile (OpenID Connect Core 5.1) with our field names; `oidc/issuance/account-claims` translates them. */
export type Profile = z.infer<typeof profileInput>;
export type PostalAddress = NonNullable<Profile['address']>;

const text = z.string().trim().min(1).max(500);
/** Several lines, without other control characters. */
const lines = text.refine((value) => linesFault('value', value) === undefined, refusedAs('control-characters', {}));
const line = text.refine((value) => lineFault('value', value) === undefined, refusedAs('line-expected', {}));
/** URL parsers drop line ends and keep invisible characters, so both are refused. */
const address = (protocol: RegExp, https: boolean) => {
  const url = z.url({ protocol });
  const read = (text: string): string | undefined => url.safeParse(text).data;
  return z
    .string()
    .refine((text) => read(text) !== undefined, { ...refusedAs('web-address-expected', { https }), abort: true })
    .transform((text) => read(text) ?? text)
    .pipe(
      z
        .string()
        .max(2000)
        .refine((text) => /^[^\p{C}\p{Z}]+$/u.test(text), refusedAs('web-address-expected', { https })),
    );
};
const web = address(/^https?$/, false);

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(name);
  } catch {
    return false;
  }
};

const isLanguage = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};

/** A calendar date; without a year as 0000-, or only the year. */
function isBirthdate(date: string): boolean {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)-(\d\d))?$/.exec(date) ?? [];
  if (year === undefined) return false;
  if (month === undefined || day === undefined) return year !== '0000';
  // 2000 was a leap year, so February 29 is valid without its year.
  const at = new Date(`${year === '0000' ? '2000' : year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.getUTCDate() === Number(day);
}

const postal = z.strictObject({
  /** As written on an envelope, line by line. */
  formatted: lines.exactOptional(),
  streetAddress: lines.exactOptional(),
  locality: line.exactOptional(),
  region: line.exactOptional(),
  postalCode: line.max(40).exactOptional(),
  country: line.max(100).exactOptional(),
});

/** E.164, with an extension where there is one (OpenID Connect Core 5.1). */
const PHONE_NUMBER = /^\+[0-9][0-9 ().-]{4,30}(;ext=[0-9]{1,10})?$/;

/** A profile as requested by any interface. Unknown fields are refused. */
export const profileInput = z.strictObject({
  name: line.exactOptional(),
  givenName: line.exactOptional(),
  middleName: line.exactOptional(),
  familyName: line.exactOptional(),
  nickname: line.exactOptional(),
  /** The user's profile page. */
  page: web.exactOptional(),
  /** Applications show it in their own pages, so never plain http. */
  picture: address(/^https$/, true).exactOptional(),
  website: web.exactOptional(),
  gender: line.max(100).exactOptional(),
  birthdate: z.string().refine(isBirthdate, refusedAs('birthdate-form', {})).exactOptional(),
  zoneinfo: z.string().max(100).refine(isTimeZone, refusedAs('time-zone-unknown', {})).exactOptional(),
  locale: z.string().max(100).refine(isLanguage, refusedAs('language-unknown', {})).exactOptional(),
  phoneNumber: z
    .string()
    .trim()
    .refine((number) => PHONE_NUMBER.test(number), refusedAs('phone-number-form', {}))
    .exactOptional(),
  /** The number is known to belong to the user. */
  phoneNumberVerified: z.boolean().exactOptional(),
  address: postal.exactOptional(),
});

/** The patch (RFC 7396) that turns the first profile into the second. Pure. */
export const profilePatch = (before: Profile, after: Profile): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(Object.keys(before).map((field) => [field, null])),
  ...after,
});

/** A name may have any number of values. */
export type Attribute = { name: string; value: string };

export const attributesInput = z
  .array(z.strictObject({ name: attributeNameInput, value: linesInput('attribute-value', 1000) }))
  .max(100);
