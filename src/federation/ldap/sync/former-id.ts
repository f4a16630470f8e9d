import { z } from 'zod';
import { readMark } from './read-mark.js';

const formerScope = z.object({ id: z.string() });

/** The attribute that was the id of users by this scope of a reader; undefined: `id` itself, or none is known. */
export function formerId(scope: string | undefined, id: string): string | undefined {
  const former = scope === undefined ? undefined : readMark(formerScope, scope)?.id;
  return former?.toLowerCase() === id.toLowerCase() ? undefined : former;
}
