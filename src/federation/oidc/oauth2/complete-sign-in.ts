import * as openid from 'openid-client';
import type { RedirectParts } from '../../contract/connector-kind.js';
import type { RedirectAnswer } from '../../contract/redirect-connector.js';
import { checkAnswer } from '../client/check-answer.js';
import { ProviderFailure } from '../client/faults.js';
import { readPending } from '../client/pending-sign-in.js';
import { nonceOf } from './begin-sign-in.js';
import type { OAuth2Client } from './oauth2-client.js';
import type { OAuth2Settings } from './oauth2-settings.js';
import { type AuthorizedPerson, readPerson } from './read-person.js';

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
  const { connection } = client.settings;
  const pending = readPending(answer.kept);
  const { codeVerifier } = pending;
  if (pending.nonce !== nonceOf(answer.state) || (connection.pkce && codeVerifier === undefined))
    throw new ProviderFailure('pending-unreadable');
  checkIssuer(answer, connection.issuer);
  checkAnswer(answer);
  const url = new URL(addresses.callback);
  url.search = withoutUnknownIssuer(answer.query, connection.issuer).toString();
  const tokens = await openid.authorizationCodeGrant(client.configuration(), url, {
    expectedState: answer.state,
    ...(connection.pkce && codeVerifier !== undefined && { pkceCodeVerifier: codeVerifier }),
  });
  return readPerson(client, wanted, tokens);
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
