import { clientInput, type ClientInput } from './client-input.js';

/** The client that a person's own pages (`/account`) sign people in by. */
export const ACCOUNT_CLIENT = 'gatehouse-account';
/** Below the issuer: where the browser comes back to. */
export const ACCOUNT_CALLBACK = '/account/callback';

/** As bootstrap makes it in each realm, and every start keeps it: it belongs to the issuer, and nobody else changes it. */
export const accountClient = (issuer: string): ClientInput =>
  clientInput.parse({
    id: ACCOUNT_CLIENT,
    name: 'Your account',
    authentication: 'none',
    pkce: 'required',
    idTokenAlgorithm: 'ES256',
    resourceAtToken: 'required',
    firstParty: true,
    redirectUris: [`${issuer}${ACCOUNT_CALLBACK}`],
    initiateLoginUri: `${issuer}/account`,
    grantTypes: ['authorization_code'],
    scopes: ['openid'],
  });
