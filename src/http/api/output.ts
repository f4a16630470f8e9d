import type { z } from 'zod';
import { readInput } from '../../base/problems/read-input.js';
import { fieldProblems, sentenceOf } from './input.js';

/**
 * An answer as its schema gives it.
 *
 * @throws Error for an answer that does not fit: a bug of ours, which the log names and the caller does not see
 */
export function fitted<R extends z.ZodType>(operationId: string, schema: R, value: unknown): z.output<R> {
  const read = readInput(schema, value);
  if (read.ok) return read.value;
  throw new Error(`The answer of ${operationId} does not fit its schema. ${sentenceOf(fieldProblems(read.problems))}`);
}
