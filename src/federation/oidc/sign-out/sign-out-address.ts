import { seconds } from '../../../base/clock.js';
import type { RedirectParts } from '../../contract/connector-kind.js';
import type { BrowserTarget, UpstreamSignOutRequest } from '../../contract/redirect-connector.js';
import type { OidcSettings } from '../settings/oidc-settings.js';
import type { Provider } from '../provider.js';

/** In characters. A longer ID token is not kept: the provider then asks the person. */
const LONGEST_HINT = 4096;

/** A sign-out here never waits longer for the provider's document. */
const PATIENCE = seconds(2);

/** The ID token, as far as a sign-out will need it. */
export const hintOf = ({ connection }: OidcSettings, idToken: string | undefined): string | undefined =>
  connection.logout === 'never' || idToken === undefined || idToken.length > LONGEST_HINT ? undefined : idToken;

/**
 * Where the browser signs out at the provider (OpenID Connect RP-Initiated Logout 1.0 2). Undefined if its document names no address, or
 * does not come in time.
 *
 * @throws ProviderFailure
 */
export async function signOutAddress(
  provider: Provider,
  { settings, addresses }: Pick<RedirectParts<OidcSettings>, 'settings' | 'addresses'>,
  { state, hint }: UpstreamSignOutRequest,
): Promise<BrowserTarget | undefined> {
  const found = await inTime(provider.discoveredForStranger());
  const { issuer, end_session_endpoint: endpoint } = found?.metadata ?? {};
  if (endpoint === undefined || (issuer?.startsWith('https:') && !endpoint.startsWith('https:'))) return undefined;
  const url = new URL(endpoint);
  const { clientId } = settings.connection;
  const params = { client_id: clientId, post_logout_redirect_uri: addresses.signedOut, state };
  for (const [name, value] of Object.entries({ ...params, ...(hint !== undefined && { id_token_hint: hint }) }))
    url.searchParams.set(name, value);
  return { url: url.href };
}

function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const timer = setTimeout(() => resolve(undefined), PATIENCE);
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
