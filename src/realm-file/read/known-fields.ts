import { z } from 'zod';
import type { ProblemPath } from '../../base/problems/problem.js';

/** The names of the fields that a schema knows at this place; none if no object is expected. */
export function knownFields(schema: z.core.$ZodType, path: ProblemPath): string[] {
  let at = bare(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = bare((at.shape as Record<PropertyKey, z.core.$ZodType>)[step]);
    else if (at instanceof z.ZodArray) at = bare(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** Unwraps optional and default schemas. */
function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (!schema) return undefined;
  const { def } = schema._zod as {
    readonly def: { readonly innerType?: z.core.$ZodType; readonly in?: z.core.$ZodType };
  };
  const inner = def.innerType ?? def.in;
  return inner ? bare(inner) : schema;
}
