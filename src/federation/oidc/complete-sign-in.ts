import * as openid from 'openid-client';
import type { RedirectParts } from '../contract/connector-kind.js';
import type { RedirectAnswer } from '../contract/redirect-connector.js';
import { checkAnswer } from './client/check-answer.js';
import { ProviderFailure } from './client/faults.js';
import { readPending } from './client/pending-sign-in.js';
import type { OidcSettings } from './settings/oidc-settings.js';
import type { DiscoveredProvider, Provider } from './provider.js';
import { readTokens, type ToldByTokens } from './read-tokens.js';
import { hintOf } from './sign-out/sign-out-address.js';
import { namesInUserField } from './user-field.js';

export interface CompletedSignIn extends ToldByTokens {
  readonly signOutHint?: string;
}

/**
 * Redeems the code of an answer (Core 3.1.3), and reads who signed in.
 *
 * @throws ProviderFailure, or an error of the library
 */
export async function completeSignIn(
  provider: Provider,
  parts: Pick<RedirectParts<OidcSettings>, 'settings' | 'addresses' | 'claims'>,
  answer: RedirectAnswer,
): Promise<CompletedSignIn> {
  const { settings, addresses, claims: wanted = [] } = parts;
  const { begins = () => undefined } = answer;
  begins('answer');
  const pending = readPending(answer.kept);
  const discovered = await provider.discovered();
  const client = await provider.client(discovered);
  checkIssuer(answer, discovered);
  checkAnswer(answer);
  const url = new URL(addresses.callback);
  url.search = answer.query.toString();
  // An error is all there is of such an answer.
  if (answer.query.has('code')) begins('tokens');
  const tokens = await openid.authorizationCodeGrant(client, url, {
    expectedState: answer.state,
    ...(pending.nonce !== undefined && { expectedNonce: pending.nonce }),
    ...(pending.codeVerifier !== undefined && { pkceCodeVerifier: pending.codeVerifier }),
    idTokenExpected: true,
  });
  const fromUser = settings.subject.nameFrom === 'user' ? namesInUserField(answer.query) : undefined;
  const read = { settings, wanted, client, discovered, begins, ...(fromUser && { fromUser }) };
  const hint = hintOf(settings, tokens.id_token);
  return { ...(await readTokens(read, tokens, pending)), ...(hint !== undefined && { signOutHint: hint }) };
}

/** @throws ProviderFailure if the answer is not of this provider (RFC 9207 2.4) */
function checkIssuer({ query }: RedirectAnswer, { metadata }: DiscoveredProvider): void {
  const issuers = query.getAll('iss');
  const isAnnounced = metadata.authorization_response_iss_parameter_supported === true;
  const isOther = issuers.some((issuer) => issuer !== metadata.issuer);
  if (isOther || (isAnnounced && issuers.length !== 1)) throw new ProviderFailure('answer-issuer');
  if (issuers.length > 1) throw new ProviderFailure('answer-invalid');
}
