import * as openid from 'openid-client';
import type { UpstreamIdentity } from '../../../identity/userstores/password-connector.js';
import type { RedirectParts } from '../../contract/connector-kind.js';
import type { RedirectAnswer } from '../../contract/redirect-connector.js';
import { checkAnswer } from '../client/check-answer.js';
import { claimTexts } from '../client/claim-values.js';
import { ProviderFailure } from '../client/faults.js';
import { readPending } from '../client/pending-sign-in.js';
import { nonceOf } from './begin-sign-in.js';
import { listedEmail } from './email-claims.js';
import { joinedText } from './joined-text.js';
import { valueAt } from './json-path.js';
import type { OAuth2Client } from './oauth2-client.js';
import type { OAuth2Settings } from './oauth2-settings.js';
import { profileClaims } from './profile-claims.js';
import { isError } from './provider-api.js';
import { readGroups } from './read-groups.js';

export interface AuthorizedPerson {
  readonly identity: UpstreamIdentity;
  /** Some claims were left out, since there were too many. */
  readonly isCut: boolean;
}

/**
 * Redeems the code of an answer (RFC 6749 4.1.3), and asks the provider's API who signed in.
 *
 * @throws ProviderFailure, or an error of the library
 */
export async function completeAuthorization(
  client: OAuth2Client,
  { addresses, claims: wanted = [] }: Pick<RedirectParts<OAuth2Settings>, 'addresses' | 'claims'>,
  answer: RedirectAnswer,
): Promise<AuthorizedPerson> {
  const { connection, subject: rules } = client.settings;
  const pending = readPending(answer.kept);
  const { codeVerifier } = pending;
  if (pending.nonce !== nonceOf(answer.state) || (connection.pkce && codeVerifier === undefined))
    throw new ProviderFailure('pending-unreadable');
  checkIssuer(answer, connection.issuer);
  checkAnswer(answer);
  const url = new URL(addresses.callback);
  url.search = withoutUnknownIssuer(answer.query, connection.issuer).toString();
  const { access_token: token } = await openid.authorizationCodeGrant(client.configuration(), url, {
    expectedState: answer.state,
    ...(connection.pkce && codeVerifier !== undefined && { pkceCodeVerifier: codeVerifier }),
  });
  const api = client.api(token);
  const [profile, address, groups] = await Promise.all([
    api.object(rules.profile),
    rules.emails && listedEmail(api, rules.emails),
    rules.groups && readGroups(api, rules.groups),
  ]);
  const subject = joinedText(rules.id.map((path) => valueAt(Object.fromEntries(profile), path)));
  if (subject === undefined) throw new ProviderFailure(isError(profile) ? 'userinfo-refused' : 'subject-invalid');
  const { claims, isCut } = claimTexts(profileClaims(rules, { subject, profile, address }), wanted);
  return { identity: { subject, claims, ...(groups && { groups }) }, isCut };
}

/** @throws ProviderFailure if the answer is of another provider (RFC 9207 2.4) */
function checkIssuer({ query }: RedirectAnswer, issuer: string | undefined): void {
  if (issuer !== undefined && query.getAll('iss').some((sent) => sent !== issuer))
    throw new ProviderFailure('answer-issuer');
}

/** RFC 9207 2.4: who does not know the issuer ignores the parameter. */
function withoutUnknownIssuer(query: URLSearchParams, issuer: string | undefined): URLSearchParams {
  const known = new URLSearchParams(query);
  known.delete('iss');
  if (issuer !== undefined && query.has('iss')) known.set('iss', issuer);
  return known;
}
