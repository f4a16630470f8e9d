import type { Client } from './client.js';

/** The fault of a URI. */
export type UriFault =
  | { readonly is: 'odd-characters' }
  | { readonly is: 'not-ascii' }
  | { readonly is: 'not-https' }
  | { readonly is: 'not-absolute' }
  | { readonly is: 'user-or-password' }
  | { readonly is: 'fragment-never-sent' }
  | { readonly is: 'fragment-in-redirect' }
  | { readonly is: 'wildcard' }
  | { readonly is: 'parameter-of-answer'; readonly parameter: string }
  | { readonly is: 'without-host' }
  | { readonly is: 'plain-http' }
  | { readonly is: 'https-or-loopback' }
  | { readonly is: 'scheme-of-native' }
  | { readonly is: 'private-scheme' }
  | { readonly is: 'not-an-origin' }
  | { readonly is: 'origin-otherwise'; readonly origin: string };

/** A client that authenticates by no secret. */
interface WithoutSecret {
  readonly client: string;
  readonly authentication: Client['authentication'];
}

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    uri: { readonly uri: string; readonly fault: UriFault };
    'client-id-form': NoParams;
    'sector-form': NoParams;
    'userstore-name-form': NoParams;
    'same-thing-twice': NoParams;
    'client-id-taken': { readonly id: string };
    'client-built-in': { readonly id: string };
    'client-unknown-resource-server': { readonly client: string; readonly resourceServer: string };
    'client-has-no-secret': WithoutSecret;
    'client-can-have-no-secret': WithoutSecret;
    'client-secrets-full': { readonly client: string; readonly secrets: number };
    'client-secret-unknown': { readonly client: string; readonly secret: string };
    /** `client`: absent where the place says whose it is. */
    'secret-too-short': { readonly least: number; readonly client?: string };
    'secret-few-characters': { readonly least: number; readonly client?: string };
    'secret-repetition': { readonly client?: string };
    'sign-in-needs-redirect-uri': NoParams;
    'refresh-without-code': NoParams;
    'credentials-without-authentication': NoParams;
    'exempt-without-authentication': NoParams;
    'rotation-without-authentication': NoParams;
    'offline-not-first-party': NoParams;
    'any-port-not-native': NoParams;
    'app-origin-not-native': NoParams;
    'introspects-without-authentication': NoParams;
    'default-resource-server-unlisted': NoParams;
    'keys-in-two-places': NoParams;
    'keys-missing': NoParams;
    'key-ids-not-unique': NoParams;
    'key-number-form': { readonly most: number };
    'key-id-form': NoParams;
    'rsa-key-too-short': { readonly least: number };
    'no-public-key': NoParams;
    'sector-without-pairwise': NoParams;
    'sector-open': NoParams;
    'claim-without-scope': { readonly scope: string; readonly claim: string };
    'claim-of-other-resource-server': { readonly claim: string; readonly resourceServer: string };
    'permission-claim-not-first-party': NoParams;
  }
}
