import type { z } from 'zod';
import { readInput } from '../../base/problems/read-input.js';
import { invalidInput } from './input.js';

/**
 * Validates an answer by its schema, and returns the schema's output.
 *
 * @throws Error for an answer that does not fit: a bug of ours, which is logged and not shown to the caller
 */
export function fitted<R extends z.ZodType>(operationId: string, schema: R, value: unknown): z.output<R> {
  const read = readInput(schema, value);
  if (read.ok) return read.value;
  throw new Error(`The answer of ${operationId} does not fit its schema. ${invalidInput(read.problems).detail}`);
}
