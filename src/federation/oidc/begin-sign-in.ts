import * as openid from 'openid-client';
import { now } from '../../base/clock.js';
import type { RedirectParts } from '../contract/connector-kind.js';
import type { RedirectRequest } from '../contract/redirect-connector.js';
import { ProviderFailure, pushError } from './client/faults.js';
import { pendingText } from './client/pending-sign-in.js';
import type { OidcSettings } from './settings/oidc-settings.js';
import type { Provider, ProviderMetadata } from './provider.js';

export interface BegunSignIn {
  readonly url: string;
  readonly kept: string;
}

/**
 * The authentication request (Core 3.1.2.1), with PKCE (RFC 7636) and a nonce unless the settings leave one out.
 *
 * @throws ProviderFailure, or an error of the library
 */
export async function beginSignIn(
  provider: Provider,
  { settings: { connection }, addresses: { callback } }: Pick<RedirectParts<OidcSettings>, 'settings' | 'addresses'>,
  request: RedirectRequest,
): Promise<BegunSignIn> {
  const discovered = await provider.discovered();
  const client = await provider.client(discovered);
  const nonce = connection.nonce ? openid.randomNonce() : undefined;
  const codeVerifier = connection.pkce ? openid.randomPKCECodeVerifier() : undefined;
  const { maxAgeSeconds, loginHint, uiLocales, wishedLevels } = request;
  const askedAge = askedAgeOf(request);
  const prompt = promptOf(connection, request);
  const parameters = new URLSearchParams({
    redirect_uri: callback,
    scope: connection.scopes.join(' '),
    state: request.state,
    ...(nonce !== undefined && { nonce }),
    ...(codeVerifier !== undefined && {
      code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }),
    ...(connection.responseMode !== undefined && { response_mode: connection.responseMode }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(uiLocales !== undefined && { ui_locales: uiLocales }),
    ...(askedAge !== undefined && { max_age: String(askedAge) }),
    ...(wishedLevels && { acr_values: wishedLevels.join(' ') }),
    ...(prompt !== '' && { prompt }),
  });
  for (const { name, value } of connection.parameters) if (name !== PROMPT) parameters.set(name, value);
  const url = isPushed(connection, discovered.metadata)
    ? await pushed(client, parameters)
    : openid.buildAuthorizationUrl(client, parameters);
  const kept = pendingText({
    begunAt: now(),
    ...(nonce !== undefined && { nonce }),
    ...(codeVerifier !== undefined && { codeVerifier }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  });
  return { url: url.href, kept };
}

/** In seconds: the shorter of what must be and what is wished. */
function askedAgeOf({ maxAgeSeconds, wishedMaxAgeSeconds }: RedirectRequest): number | undefined {
  const ages = [maxAgeSeconds, wishedMaxAgeSeconds].filter((age) => age !== undefined);
  return ages.length === 0 ? undefined : Math.min(...ages);
}

const PROMPT = 'prompt';

/** What the settings always ask for, and what this request needs. Some providers ignore `max_age=0`, so it comes with `prompt=login`. */
function promptOf(
  { parameters }: OidcSettings['connection'],
  { maxAgeSeconds, choosesAccount }: RedirectRequest,
): string {
  const always = parameters.find(({ name }) => name === PROMPT)?.value.split(' ') ?? [];
  const needed = [...(maxAgeSeconds === 0 ? ['login'] : []), ...(choosesAccount === true ? ['select_account'] : [])];
  return [...new Set([...always, ...needed])].join(' ');
}

/** @throws ProviderFailure if it has to be pushed, and the provider takes no pushed requests */
function isPushed({ pushedRequests }: OidcSettings['connection'], metadata: ProviderMetadata): boolean {
  const isOffered = metadata.pushed_authorization_request_endpoint !== undefined;
  const isDemanded = pushedRequests === 'required' || metadata.require_pushed_authorization_requests === true;
  if (isDemanded && !isOffered) throw new ProviderFailure('push-not-offered');
  return isDemanded || (pushedRequests === 'if-offered' && isOffered);
}

/** RFC 9126 2: the browser gets nothing but the name of the request. */
async function pushed(client: openid.Configuration, parameters: URLSearchParams): Promise<URL> {
  try {
    return await openid.buildAuthorizationUrlWithPAR(client, parameters);
  } catch (error) {
    throw error instanceof openid.ResponseBodyError
      ? new ProviderFailure(pushError(error.error), undefined, { cause: error })
      : error;
  }
}
