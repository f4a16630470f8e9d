import type { Context } from 'koa';
import type { z } from 'zod';
import type { Problem } from '../../base/problems/problem.js';
import { readInput } from '../../base/problems/read-input.js';
import { fieldProblem } from './field-problem.js';
import { readJsonBody } from '../request/json-body.js';
import type { ApiRefusal } from './refusal.js';

/** The most bytes of a body, unless an operation sets another limit. */
const BODY_LIMIT = 64 * 1024;

/** How an operation reads its body. */
export interface BodyRules {
  /** In bytes. */
  readonly limit?: number;
  /** The status of a body that is not declared as JSON; 415 if absent. A standard may ask for 400. */
  readonly otherType?: 400;
}

type InputPart<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: ApiRefusal };

/** The JSON body of a request, or why there is none. */
export async function readBody(
  ctx: Context,
  { limit = BODY_LIMIT, otherType }: BodyRules,
): Promise<InputPart<unknown>> {
  if (otherType === undefined && ctx.request.type.toLowerCase() !== 'application/json') {
    return refused({
      code: 'unsupported-media-type',
      detail: 'Send the body as JSON (Content-Type: application/json).',
    });
  }
  const body = await readJsonBody(ctx.req, limit);
  if (body.kind === 'json') return { ok: true, value: body.value };
  const detail = {
    'not-json': 'The body is JSON (Content-Type: application/json), in UTF-8, and nests no deeper than 16.',
    'too-large': `The body has at most ${limit / 1024} KiB: send less at once.`,
  }[body.code];
  return refused({ code: body.code, detail });
}

/** Validates a part of the request by its schema: the value that the schema returns, or the problems of its fields. */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): InputPart<z.output<S>> {
  const read = readInput(schema, value);
  return read.ok ? read : refused(invalidInput(read.problems));
}

/** The refusal of an input with these problems. The detail has the first of them in one line: `action.name: it is missing.` */
export function invalidInput(found: readonly Problem[]): ApiRefusal {
  const problems = found.slice(0, MOST_PROBLEMS).map(fieldProblem);
  return { code: 'invalid', detail: problems.map(({ path, detail }) => `${path}: ${detail}`).join(' '), problems };
}

/** The query parameters by name. A repeated parameter is a list, which no schema of a single value accepts. */
export const queryOf = (ctx: Context): Readonly<Record<string, unknown>> => ({ ...ctx.query });

/** Limits the response: a small request must not cause one of many times its size. */
const MOST_PROBLEMS = 5;

const refused = (refusal: ApiRefusal): InputPart<never> => ({ ok: false, refusal });
