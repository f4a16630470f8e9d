import type { MissingFact } from './limitation.js';

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'limitation-unknown': { readonly kind: string; readonly meant?: string; readonly known: readonly string[] };
    'limitation-without-value': { readonly kind: string };
    'limitation-of-group-by-group': NoParams;
    /** A question lacks this fact, so what depends on it is not granted. */
    'fact-unknown': { readonly fact: MissingFact };
    'client-limitation-form': NoParams;
    'connector-form': NoParams;
    'country-form': NoParams;
    'group-limitation-form': NoParams;
    'level-form': { readonly levels: readonly string[] };
    'network-form': { readonly value: string };
    'owner-form': { readonly self: string };
    'pair-form': NoParams;
    'sessions-form': NoParams;
    'time-form': NoParams;
    'userstore-form': NoParams;
  }
}
