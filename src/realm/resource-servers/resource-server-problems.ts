export {};

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'permission-form': NoParams;
    'permission-pattern-form': NoParams;
    'audience-form': NoParams;
    'declared-twice': { readonly name: string };
    /** A permission under the name of a scope of OpenID Connect. */
    'permission-is-scope': { readonly name: string };
    'implied-undeclared': { readonly permission: string; readonly implied: string };
    'pattern-matches-nothing': { readonly pattern: string };
    'implication-circle': { readonly names: readonly string[] };
    'resource-server-built-in': { readonly identifier: string };
  }
}
