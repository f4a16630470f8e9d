import { hash } from 'node:crypto';
import * as openid from 'openid-client';
import { now } from '../../../base/clock.js';
import type { RedirectRequest } from '../../contract/redirect-connector.js';
import { ProviderFailure } from '../client/faults.js';
import { pendingText } from '../client/pending-sign-in.js';
import type { OAuth2Client } from './oauth2-client.js';

export interface BegunAuthorization {
  readonly url: string;
  readonly kept: string;
}

/**
 * The authorization request (RFC 6749 4.1.1), with PKCE (RFC 7636) unless the settings say otherwise.
 *
 * @throws ProviderFailure, or an error of the library
 */
export async function beginAuthorization(
  client: OAuth2Client,
  callback: string,
  request: RedirectRequest,
): Promise<BegunAuthorization> {
  const { connection } = client.settings;
  const { state, maxAgeSeconds, loginHint, choosesAccount } = request;
  // OAuth 2 has no way to confirm when somebody signed in. The browser does not leave for an answer that will be refused.
  if (maxAgeSeconds !== undefined) throw new ProviderFailure('auth-time-missing');
  const { scopes, pkce, parameters, selectAccount } = connection;
  const codeVerifier = openid.randomPKCECodeVerifier();
  const url = openid.buildAuthorizationUrl(client.configuration(), {
    ...Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
    ...(connection.loginHint !== undefined && loginHint !== undefined && { [connection.loginHint]: loginHint }),
    ...(selectAccount && choosesAccount === true && { [selectAccount.name]: selectAccount.value }),
    redirect_uri: callback,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    state,
    ...(pkce && {
      code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }),
  });
  return { url: url.href, kept: pendingText({ nonce: nonceOf(state), codeVerifier, begunAt: now() }) };
}

/** OAuth 2 has no nonce. What is kept is bound to its own sign-in by the state instead. */
export const nonceOf = (state: string): string => hash('sha256', state, 'base64url');
