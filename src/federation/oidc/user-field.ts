import { z } from 'zod';
import type { JsonClaims } from './client/claim-values.js';

/** In characters. */
const LONGEST_FIELD = 1000;

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text))
  .optional()
  .catch(undefined);

const field = z.object({ name: z.object({ firstName: name, lastName: name }) });

/**
 * The names in the field `user` of an answer, as claims of OpenID (Core 5.1). Apple sends it the first time only, beside the code, and
 * nobody signs it: the browser could have written it. So nothing else of it is read, above all no address.
 */
export function namesInUserField(answer: URLSearchParams): JsonClaims {
  const [text, ...others] = answer.getAll('user');
  if (text === undefined || others.length > 0 || text.length > LONGEST_FIELD) return new Map();
  const { firstName, lastName } = field.safeParse(parsed(text)).data?.name ?? {};
  return new Map([
    ...(firstName === undefined ? [] : [['given_name', firstName] as const]),
    ...(lastName === undefined ? [] : [['family_name', lastName] as const]),
  ]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
