import type { z } from 'zod';
import { knownFields } from '../read/known-fields.js';
import type { WrittenFields } from '../read/read-realm-file.js';

/**
 * The planned object: fields in the file as written there (a list as a whole), other fields unchanged, or with the schema's
 * defaults for a new object.
 */
export function overlay<S extends z.ZodType>(
  schema: S,
  stored: object | undefined,
  written: WrittenFields,
): z.ZodSafeParseResult<z.output<S>> {
  const wanted = new Map<string, unknown>();
  for (const field of knownFields(schema, [])) {
    const now = (stored as WrittenFields | undefined)?.[field];
    const named = written[field];
    if (isObject(now) && isObject(named)) wanted.set(field, { ...now, ...named });
    else if (named !== undefined) wanted.set(field, named);
    else if (now !== undefined) wanted.set(field, now);
  }
  return schema.safeParse(Object.fromEntries(wanted));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
