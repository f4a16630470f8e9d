import type { UpstreamIdentity } from '../../../identity/userstores/password-connector.js';
import { claimTexts } from '../client/claim-values.js';
import { ProviderFailure } from '../client/faults.js';
import { keptRefreshToken } from '../client/refreshing.js';
import { listedEmail } from './email-claims.js';
import { joinedText } from './joined-text.js';
import { valueAt } from './json-path.js';
import type { OAuth2Client } from './oauth2-client.js';
import { profileClaims } from './profile-claims.js';
import { isError } from './provider-api.js';
import { readGroups } from './read-groups.js';

export interface AuthorizedPerson {
  readonly identity: UpstreamIdentity;
  /** Some claims were left out, since there were too many. */
  readonly isCut: boolean;
}

interface PersonTokens {
  readonly access_token: string;
  readonly refresh_token?: string;
}

/**
 * Who somebody is, by the provider's API. The access token is forgotten after that.
 *
 * @param wanted the claims that the mapping reads
 * @throws ProviderFailure
 */
export async function readPerson(
  client: OAuth2Client,
  wanted: readonly string[],
  tokens: PersonTokens,
): Promise<AuthorizedPerson> {
  const { connection, subject: rules } = client.settings;
  const api = client.api(tokens.access_token);
  const [profile, address, groups] = await Promise.all([
    api.object(rules.profile),
    rules.emails && listedEmail(api, rules.emails),
    rules.groups && readGroups(api, rules.groups),
  ]);
  const subject = joinedText(rules.id.map((path) => valueAt(Object.fromEntries(profile), path)));
  if (subject === undefined) throw new ProviderFailure(isError(profile) ? 'userinfo-refused' : 'subject-invalid');
  const { claims, isCut } = claimTexts(profileClaims(rules, { subject, profile, address }), wanted);
  const kept = keptRefreshToken(connection, tokens.refresh_token);
  return { identity: { subject, claims, ...(groups && { groups }), ...kept }, isCut };
}
