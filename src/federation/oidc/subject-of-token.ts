import { z } from 'zod';
import type { JsonClaims } from './client/claim-values.js';
import { ProviderFailure } from './client/faults.js';

/** An id of a user, and a part of a unique key. */
const LONGEST = 255;

/** Core 2 has `sub` in at most 255 characters. The library accepts an empty one, and any length. */
export const idText = z
  .string()
  .min(1)
  .max(LONGEST)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text));

/**
 * Who somebody is, by these claims of a verified ID token.
 *
 * @throws ProviderFailure if one of them is missing
 */
export function subjectOfToken(idToken: JsonClaims, names: readonly string[]): string {
  const subject = subjectIn(idToken, names);
  if (subject === undefined) throw new ProviderFailure('subject-invalid');
  return subject;
}

/**
 * Whom these claims of a token name. One claim is taken as it is. Several are joined so that no two lists of values give one text.
 * Undefined: one of them is missing.
 */
export function subjectIn(token: JsonClaims, names: readonly string[]): string | undefined {
  const parts = names.map((name) => idText.safeParse(token.get(name)).data);
  if (!parts.every((part) => part !== undefined)) return undefined;
  const [first = '', ...others] = parts;
  const joined = others.length === 0 ? first : parts.map(escaped).join(':');
  return joined === '' || joined.length > LONGEST ? undefined : joined;
}

/** The name of the id that these claims make together. */
export const nameOfId = (claims: readonly string[]): string => claims.join(' ');

const escaped = (part: string): string => part.replace(/[%:]/g, encodeURIComponent);
