export {};

declare module '../../../base/problems/problem.js' {
  interface ProblemParams {
    /** Without a secret, nothing but PKCE and the nonce says that an answer is for this sign-in. */
    'oidc-switch-needs-secret': { readonly setting: 'pkce' | 'nonce' };
    /** A way to prove who the client is needs a setting. */
    'oidc-proof-needs': { readonly setting: string; readonly authentication: string };
    /** Nothing uses this setting. */
    'oidc-proof-unused': { readonly setting: string; readonly authentication: string };
    'oidc-parameter-reserved': { readonly name: string };
    /** `prompt=none` would never let anybody sign in. */
    'oidc-prompt-none': NoParams;
    'oidc-tenants-missing': NoParams;
    'oidc-tenant-form': NoParams;
    /** The issuer has a place for one tenant. */
    'oidc-one-tenant': NoParams;
  }
}
