import * as openid from 'openid-client';
import type { UpstreamIdentity } from '../../../identity/userstores/password-connector.js';
import { ProviderFailure } from '../client/faults.js';
import { type AskedRefresh, canBeKept } from '../client/refreshing.js';
import type { OAuth2Client } from './oauth2-client.js';
import { readPerson } from './read-person.js';

/**
 * Asks the provider again about a user by a refresh token (RFC 6749 6).
 *
 * @param wanted the claims that the mapping reads
 * @param asked the user as a link has them, and the token that came with them last
 * @throws ProviderFailure, also if the provider tells of somebody else; or an error of the library
 */
export async function refreshPerson(
  client: OAuth2Client,
  wanted: readonly string[],
  { subject, refreshToken, comes }: AskedRefresh,
): Promise<UpstreamIdentity> {
  const { access_token, refresh_token: next } = await openid.refreshTokenGrant(client.configuration(), refreshToken);
  if (canBeKept(next)) comes(next);
  // A provider that does not rotate its tokens sends none.
  const { identity } = await readPerson(client, wanted, { access_token, refresh_token: next ?? refreshToken });
  if (identity.subject !== subject) throw new ProviderFailure('refresh-subject');
  return identity;
}
