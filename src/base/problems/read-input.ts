import { z } from 'zod';
import type { InputLimit } from './input-problems.js';
import { below, problem, type Problem, type ProblemParams, type ProblemPath } from './problem.js';

/** The value that a schema reads, or everything that is wrong with the input. */
export type InputRead<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** The one way to read an input by its schema. */
export function readInput<S extends z.ZodType>(schema: S, input: unknown): InputRead<z.output<S>> {
  // A wrong type is named by what came instead, which only the input says.
  const read = schema.safeParse(input, { reportInput: true });
  return read.success
    ? { ok: true, value: read.data }
    : { ok: false, problems: read.error.issues.flatMap((issue) => issueProblems(issue)) };
}

/** For `.refine()`: the problem of a value that does not pass. */
export const refusedAs = <Code extends keyof ProblemParams>(
  code: Code,
  params: ProblemParams[Code],
  path?: ProblemPath,
) => ({ params: { problem: problem(code, [], params) }, ...(path && { path: [...path] }) });

/** For `.superRefine()`: refuses a value with the problem that is found in it, if any. */
export const refusing =
  <T>(find: (value: T) => Problem | readonly Problem[] | undefined) =>
  (value: T, context: z.core.$RefinementCtx<T>): void => {
    for (const found of [find(value) ?? []].flat()) context.addIssue(carried(found));
  };

/** The zod issue that carries a problem. */
export const carried = (found: Problem): CarriedIssue => ({
  code: 'custom',
  path: [...found.path],
  params: { problem: { ...found, path: [] } },
});

// An interface has no index signature, which zod asks of issues.
type CarriedIssue = {
  readonly code: 'custom';
  readonly path: PropertyKey[];
  readonly params: { readonly problem: Problem };
};

type Issue = z.core.$ZodIssue;

/** The problems in a zod issue. @param whole the path of the schema in the whole input */
function issueProblems(issue: Issue, whole: ProblemPath = []): readonly Problem[] {
  const path = [...whole, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  switch (issue.code) {
    case 'custom':
      return [below(path, carriedBy(issue) ?? problem('no-form-fits', [], {}))];
    case 'invalid_type':
      return [problem('wrong-type', path, { expected: issue.expected, received: typeOf(issue.input) })];
    case 'invalid_value':
      return [problem('not-an-option', path, { options: issue.values.map(optionOf) })];
    case 'too_small':
      return [problem('too-small', path, limit(issue, issue.minimum))];
    case 'too_big':
      return [problem('too-big', path, limit(issue, issue.maximum))];
    case 'invalid_format':
      return [
        problem('wrong-form', path, {
          form: issue.format,
          ...(issue.pattern !== undefined && { pattern: issue.pattern }),
        }),
      ];
    case 'not_multiple_of':
      return [problem('not-a-multiple', path, { of: issue.divisor })];
    case 'unrecognized_keys':
      return [problem('unknown-fields', path, { fields: issue.keys })];
    case 'invalid_key':
      return [problem('wrong-key', path, { of: issue.origin })];
    case 'invalid_element':
      return [problem('wrong-element', path, { of: issue.origin })];
    case 'invalid_union':
      return meantForm(issue)?.flatMap((inner) => issueProblems(inner, path)) ?? [problem('no-form-fits', path, {})];
  }
}

/** The form that was probably meant: one that reached a rule of ours, or one where only fields are wrong. */
function meantForm({ errors }: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | undefined {
  const ruled = errors.find((inner) => inner.some((issue) => issue.code === 'custom'));
  const meant = ruled ?? errors.find((inner) => inner.length > 0 && inner.every(({ path }) => path.length > 0));
  const odd = errors.flat().find(({ code }) => code === 'unrecognized_keys');
  return meant ?? (odd && [odd]);
}

/** `params` is what {@link carried} and {@link refusedAs} put there, since schemas report problems only through these. */
const carriedBy = ({ params }: Extract<Issue, { code: 'custom' }>): Problem | undefined =>
  (params as { readonly problem?: Problem } | undefined)?.problem;

const limit = (
  issue: { readonly origin: string; readonly inclusive?: boolean },
  most: number | bigint,
): InputLimit => ({
  of: issue.origin,
  limit: typeof most === 'bigint' ? String(most) : most,
  inclusive: issue.inclusive === true,
});

const optionOf = (value: z.core.util.Primitive): string | number | boolean | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value);

const typeOf = (value: unknown): string =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : z.core.util.parsedType(value);
