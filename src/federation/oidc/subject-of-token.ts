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
 * Who somebody is, by these claims of a verified ID token. One claim is taken as it is. Several are joined so that no two lists of values
 * give one text.
 *
 * @throws ProviderFailure if one of them is missing
 */
export function subjectOfToken(idToken: JsonClaims, names: readonly string[]): string {
  const parts = names.map((name) => {
    const part = idText.safeParse(idToken.get(name));
    if (!part.success) throw new ProviderFailure('subject-invalid');
    return part.data;
  });
  const [first = '', ...others] = parts;
  const joined = others.length === 0 ? first : parts.map(escaped).join(':');
  if (joined === '' || joined.length > LONGEST) throw new ProviderFailure('subject-invalid');
  return joined;
}

const escaped = (part: string): string => part.replace(/[%:]/g, encodeURIComponent);
