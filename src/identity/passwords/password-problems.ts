export {};

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'password-too-long': { readonly most: number };
    'password-too-short': { readonly least: number };
    'password-is-username': NoParams;
    /** A row or a repetition of a few characters. */
    'password-row': NoParams;
    'password-common': NoParams;
    /** It is made of names of the user or of the service. */
    'password-personal': NoParams;
    'password-as-before': NoParams;
    /** Another userstore keeps the user's password. */
    'password-elsewhere': { readonly username: string; readonly userstore: string };
    'signed-out-meanwhile': { readonly id: string };
    'imported-hash-form': NoParams;
    'imported-hash-cost': { readonly bcryptCost: number; readonly iterations: number; readonly memoryMiB: number };
  }
}
