import { clientInput, type ClientInput } from './client-input.js';

/** The client of the account pages (`/account`). */
export const ACCOUNT_CLIENT = 'gatehouse-account';
/** The callback path below the issuer. */
export const ACCOUNT_CALLBACK = '/account/callback';

/**
 * The client as bootstrap creates it in each realm and every start updates it: it belongs to the issuer, and nobody else
 * changes it.
 */
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
