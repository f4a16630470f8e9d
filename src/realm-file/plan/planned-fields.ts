import { type InputRead, readInput } from '../../base/problems/read-input.js';
import type { z } from 'zod';
import { type Fields, mergeFields, mergeNested } from '../../changes/merge-fields.js';
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
): InputRead<z.output<S>> {
  const fields = knownFields(schema, []);
  const known = (of: Fields): Fields =>
    Object.fromEntries(fields.flatMap((field) => (of[field] === undefined ? [] : [[field, of[field]]])));
  return readInput(schema, mergeFields(known({ ...stored }), known(written), mergeNested));
}
