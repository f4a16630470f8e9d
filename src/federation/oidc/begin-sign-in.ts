import * as openid from 'openid-client';
import { now } from '../../base/clock.js';
import type { RedirectRequest } from '../contract/redirect-connector.js';
import type { OidcSettings } from './oidc-settings.js';
import { pendingText } from './client/pending-sign-in.js';
import type { Provider } from './provider.js';

export interface BegunSignIn {
  readonly url: string;
  readonly kept: string;
}

/**
 * The authentication request (Core 3.1.2.1), always with PKCE (RFC 7636) and a nonce.
 *
 * @throws ProviderFailure, or an error of the library
 */
export async function beginSignIn(
  provider: Provider,
  { connection }: OidcSettings,
  request: RedirectRequest,
): Promise<BegunSignIn> {
  const client = provider.client(await provider.discovered());
  const nonce = openid.randomNonce();
  const codeVerifier = openid.randomPKCECodeVerifier();
  const { maxAgeSeconds, loginHint, uiLocales } = request;
  const prompt = promptOf(request);
  const url = openid.buildAuthorizationUrl(client, {
    redirect_uri: request.redirectUri,
    scope: connection.scopes.join(' '),
    state: request.state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(uiLocales !== undefined && { ui_locales: uiLocales }),
    ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
    ...(prompt !== '' && { prompt }),
  });
  const kept = pendingText({
    ...{ nonce, codeVerifier, begunAt: now() },
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  });
  return { url: url.href, kept };
}

/** Some providers ignore `max_age=0`, so it comes with `prompt=login`. */
const promptOf = ({ maxAgeSeconds, choosesAccount }: RedirectRequest): string =>
  [...(maxAgeSeconds === 0 ? ['login'] : []), ...(choosesAccount === true ? ['select_account'] : [])].join(' ');
