import * as openid from 'openid-client';
import { now } from '../../base/clock.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import { ProviderFailure } from './client/faults.js';
import { type AskedRefresh, canBeKept } from './client/refreshing.js';
import type { OidcSettings } from './settings/oidc-settings.js';
import type { Provider } from './provider.js';
import { readTokens, readUserinfoAlone } from './read-tokens.js';

/**
 * Asks the provider again about a user by a refresh token (RFC 6749 6, Core 12).
 *
 * @param wanted the claims that the mapping reads
 * @param asked the user as a link has them, and the token that came with them last
 * @throws ProviderFailure, also if the provider tells of somebody else; or an error of the library
 */
export async function refreshIdentity(
  provider: Provider,
  settings: OidcSettings,
  wanted: readonly string[],
  asked: AskedRefresh,
): Promise<UpstreamIdentity> {
  const { subject, refreshToken, comes } = asked;
  const begunAt = now();
  const discovered = await provider.discovered();
  const client = await provider.client(discovered);
  const tokens = await openid.refreshTokenGrant(client, refreshToken);
  const { refresh_token: next } = tokens;
  if (canBeKept(next)) comes(next);
  const reading = { settings, wanted, client, discovered };
  // A provider that does not rotate its tokens sends none.
  const given = {
    ...{ access_token: tokens.access_token, refresh_token: next ?? refreshToken },
    claims: () => tokens.claims(),
  };
  const { identity } = given.claims()
    ? await readTokens(reading, given, { begunAt })
    : await readUserinfoAlone(reading, given, subject);
  const { otherSubject } = identity;
  if (identity.subject !== subject && otherSubject !== subject) throw new ProviderFailure('refresh-subject');
  return identity;
}
