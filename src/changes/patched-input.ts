import type { z } from 'zod';
import { type InputRead, readInput } from '../base/problems/read-input.js';
import { type Fields, mergeFields } from './merge-fields.js';

/**
 * The fields that an update names. A named field replaces the stored one as a whole, `null` removes an optional field, and an absent field
 * stays. This is a merge patch (RFC 7396) of the first level.
 */
export type Patch<T> = { readonly [F in keyof T]?: T[F] | (object extends Pick<T, F> ? null : never) };

/** Any schema of an object, with or without rules about the whole. */
type ObjectSchema = z.ZodType & { readonly shape: object };

/** The input that a stored thing becomes by a patch, read by the schema of its kind: rules about the whole apply to updates too. Pure. */
export function patchedInput<S extends ObjectSchema>(
  schema: S,
  stored: object,
  patch: Patch<z.input<S>>,
): InputRead<z.output<S>> {
  const fields = Object.entries(stored).filter(([field]) => field in schema.shape);
  return readInput(schema, mergeFields(Object.fromEntries(fields), patch));
}

/** The patch after which a thing has the fields of this input and no others. */
export const replacingAll = <S extends ObjectSchema>(schema: S, input: z.output<S>): Patch<z.input<S>> =>
  // The output of a schema is an input of it: reading it again changes nothing.
  ({ ...everyFieldRemoved(schema), ...(input as Fields) }) as Patch<z.input<S>>;

const everyFieldRemoved = ({ shape }: ObjectSchema): Fields =>
  Object.fromEntries(Object.keys(shape).map((field) => [field, null]));
