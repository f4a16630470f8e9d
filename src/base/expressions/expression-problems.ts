/** Why an expression is refused. */
export type ExpressionFault =
  | { readonly is: 'too-long'; readonly most: number }
  | { readonly is: 'nested-too-deeply' }
  | { readonly is: 'unreadable' }
  /** `said` are the words of the library of expressions, which are English. */
  | { readonly is: 'wrong'; readonly said: string }
  | { readonly is: 'no-condition'; readonly type: string }
  | { readonly is: 'no-text'; readonly type: string }
  | { readonly is: 'too-dear'; readonly steps: number; readonly most: number }
  | { readonly is: 'bytes' }
  | { readonly is: 'optional-fields' }
  | { readonly is: 'timestamp' }
  | { readonly is: 'zone'; readonly name: string }
  | { readonly is: 'name-in-use'; readonly name: string; readonly test: string }
  | {
      readonly is: 'unknown-name';
      readonly what: 'function' | 'variable';
      readonly name: string;
      readonly meant?: string;
      readonly known: readonly string[];
    };

declare module '../problems/problem.js' {
  interface ProblemParams {
    /** `variables`: those that it may look at, where naming them helps. */
    expression: { readonly fault: ExpressionFault; readonly variables?: readonly string[] };
  }
}
