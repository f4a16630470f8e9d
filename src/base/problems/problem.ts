/**
 * The parameters of each problem by its code. Each module declares its codes here by declaration merging, in a file `*-problems.ts` beside
 * what they are about. Parameters are data (names, numbers, codes of closed unions), never sentences and never secrets.
 */
export interface ProblemParams {
  /** The value has none of the forms that are possible here. */
  'no-form-fits': NoParams;
}

/** The parameters of a code that needs none. */
export type NoParams = Readonly<Record<string, never>>;

/** The path from the input to the wrong value, such as `['redirectUris', 1]`. An empty path means the whole input. */
export type ProblemPath = readonly (string | number)[];

interface ProblemOf<Code extends keyof ProblemParams> {
  readonly code: Code;
  readonly path: ProblemPath;
  readonly params: ProblemParams[Code];
}

/** One thing that is wrong. A switch on its code narrows `params` to those of that code. */
export type Problem<Code extends keyof ProblemParams = keyof ProblemParams> = { [C in Code]: ProblemOf<C> }[Code];

export const problem = <Code extends keyof ProblemParams>(
  code: Code,
  path: ProblemPath,
  params: ProblemParams[Code],
): ProblemOf<Code> => ({ code, path, params });

/** Prefixes the path of a problem: a problem of a value becomes one of the object that contains the value. */
export const below = <P extends Problem>(path: ProblemPath, inner: P): P => ({
  ...inner,
  path: [...path, ...inner.path],
});

/** The first problem of this code. */
export function problemOf<Code extends keyof ProblemParams>(
  problems: readonly Problem[],
  code: Code,
): Problem<Code> | undefined {
  // The compiler can't follow a generic code from the union to its member.
  return problems.find((one) => one.code === code) as Problem<Code> | undefined;
}
