import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { z } from 'zod';
import type { Fields } from '../../changes/merge-fields.js';
import { GatehouseError } from '../../base/errors.js';
import { readInput } from '../../base/problems/read-input.js';
import { placedSentence } from '../../sentences/sentence.js';
import { NotUnderstood } from '../arguments/usage-error.js';

export type CommandFields = Fields;

/** The fields of a command: each `--set FIELD=VALUE`, and an object from the input with `--stdin`. */
export interface FieldsGiven {
  readonly set: readonly string[];
  readonly stdin: boolean;
}

/** @throws NotUnderstood, GatehouseError `bad-configuration` for input that is no JSON object */
export async function readFields({ set, stdin }: FieldsGiven, input: Readable = process.stdin): Promise<CommandFields> {
  const fields = new Map<string, unknown>(stdin ? Object.entries(objectIn(await readAll(input))) : []);
  for (const pair of set) {
    const at = pair.indexOf('=');
    if (at < 1) throw new NotUnderstood('--set takes FIELD=VALUE, as --set description="Sells things".');
    fields.set(pair.slice(0, at), valueOf(pair.slice(at + 1)));
  }
  return Object.fromEntries(fields);
}

/** JSON if it is a list, an object, a number, true, false, null or quoted; otherwise the text itself. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function objectIn(text: string): object {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    // Reported below: the parser's message would repeat the input.
  }
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
  throw new GatehouseError('bad-configuration', 'The input is no JSON object, as {"description": "Sells things"}.');
}

/** @throws GatehouseError `bad-configuration` that names each invalid field with the reason */
export function parsed<S extends z.ZodType>(schema: S, fields: CommandFields): z.output<S> {
  const read = readInput(schema, fields);
  if (read.ok) return read.value;
  const lines = read.problems.map((problem) => placedSentence(problem, 'en'));
  throw new GatehouseError('bad-configuration', lines.join('\n'));
}
