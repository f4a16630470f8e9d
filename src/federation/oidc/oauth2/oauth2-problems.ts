export {};

declare module '../../../base/problems/problem.js' {
  interface ProblemParams {
    /** Of a parameter, header or claim that is decided elsewhere. */
    'oauth2-name-reserved': { readonly name: string };
    /** The client has no secret. */
    'oauth2-needs-secret': { readonly setting: 'pkce' | 'proof' };
    /** Both `email` and `emails`. */
    'oauth2-two-addresses': NoParams;
  }
}
