import * as openid from 'openid-client';
import { type Instant, seconds } from '../../base/clock.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { RedirectAnswer } from '../contract/redirect-connector.js';
import { claimTexts, groupsOf, type JsonClaims } from './client/claim-values.js';
import { ProviderFailure } from './client/faults.js';
import { checkTenant } from './admitted-claims.js';
import { checkIdToken, type CheckedIdToken } from './id-token-claims.js';
import { faultOf } from './client/library-faults.js';
import type { OidcSettings } from './oidc-settings.js';
import { readPending } from './client/pending-sign-in.js';
import type { DiscoveredProvider, Provider } from './provider.js';
import { hintOf } from './sign-out.js';
import { subjectOfToken } from './subject-of-token.js';
import { namesInUserField } from './user-field.js';
import { mergedClaims, withVerifiedEmail } from './verified-email.js';

export interface CompletedSignIn {
  readonly identity: UpstreamIdentity;
  readonly authenticatedAt?: Instant;
  readonly upstreamSession?: string;
  readonly signOutHint?: string;
  /** Some claims were left out, since there were too many. */
  readonly isCut: boolean;
}

/**
 * Redeems the code of an answer (Core 3.1.3), and reads who signed in.
 *
 * @param wanted the claims that the mapping reads
 * @throws ProviderFailure, or an error of the library
 */
export async function completeSignIn(
  provider: Provider,
  settings: OidcSettings,
  wanted: readonly string[],
  answer: RedirectAnswer,
): Promise<CompletedSignIn> {
  const { begins = () => undefined } = answer;
  begins('answer');
  const pending = readPending(answer.kept);
  const discovered = await provider.discovered();
  const client = await provider.client(discovered);
  checkAnswer(answer, discovered);
  const url = new URL(answer.redirectUri);
  url.search = answer.query.toString();
  // An error is all there is of such an answer.
  if (answer.query.has('code')) begins('tokens');
  const tokens = await openid.authorizationCodeGrant(client, url, {
    expectedState: answer.state,
    ...(pending.nonce !== undefined && { expectedNonce: pending.nonce }),
    ...(pending.codeVerifier !== undefined && { pkceCodeVerifier: pending.codeVerifier }),
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new ProviderFailure('no-id-token');
  const token = checkIdToken(claims, settings.connection.clientId, pending);
  const idToken: JsonClaims = new Map(Object.entries(claims));
  checkTenant(idToken, settings, discovered.metadata);
  const subject = subjectOfToken(idToken, settings.subject.id);
  const { groups } = settings.subject;
  const asked = [...wanted, ...(groups === undefined ? [] : [groups])];
  const isComplete = asked.every((name) => idToken.has(name));
  const hasUserinfo = discovered.metadata.userinfo_endpoint !== undefined;
  const isAsked = !isComplete && hasUserinfo;
  if (isAsked) begins('userinfo');
  const told = isAsked ? mergedClaims(idToken, await readUserinfo(client, tokens.access_token, token.sub)) : idToken;
  begins('identity');
  const named = settings.subject.nameFrom === 'user' ? new Map([...namesInUserField(answer.query), ...told]) : told;
  const hint = hintOf(settings, tokens.id_token);
  return {
    ...signedIn({ ...token, subject }, withVerifiedEmail(named, settings.subject.emailVerified), asked, groups),
    ...(hint !== undefined && { signOutHint: hint }),
  };
}

/**
 * The library makes these checks too, and more. Made here, each has a reason of its own.
 *
 * @throws ProviderFailure if the answer is not of this provider (RFC 9207 2.4), or not to this request
 */
function checkAnswer({ query, state }: RedirectAnswer, { metadata }: DiscoveredProvider): void {
  const issuers = query.getAll('iss');
  const isAnnounced = metadata.authorization_response_iss_parameter_supported === true;
  const isOther = issuers.some((issuer) => issuer !== metadata.issuer);
  if (isOther || (isAnnounced && issuers.length !== 1)) throw new ProviderFailure('answer-issuer');
  if (query.get('state') !== state) throw new ProviderFailure('answer-state');
  const isOnce = ['iss', 'state', 'code', 'error'].every((name) => query.getAll(name).length <= 1);
  const isCode = !['id_token', 'token', 'access_token', 'response'].some((name) => query.has(name));
  const isWhole = Boolean(query.get('code')) !== Boolean(query.get('error'));
  if (!isOnce || !isCode || !isWhole) throw new ProviderFailure('answer-invalid');
}

/** Core 5.3.2: only what is told of the same subject. The library compares. */
async function readUserinfo(client: openid.Configuration, token: string, subject: string): Promise<JsonClaims> {
  try {
    return new Map(Object.entries(await openid.fetchUserInfo(client, token, subject)));
  } catch (error) {
    // A challenge means here that the access token is refused, not the client.
    throw faultOf(error).reason === 'client-refused' ? new ProviderFailure('userinfo-refused') : error;
  }
}

function signedIn(
  { subject, level, methods, authTime, session }: CheckedIdToken & { readonly subject: string },
  source: JsonClaims,
  asked: readonly string[],
  groupsClaim: string | undefined,
): CompletedSignIn {
  const { claims, isCut } = claimTexts(source, asked);
  const groups = groupsClaim === undefined ? undefined : groupsOf(source, groupsClaim);
  const identity = {
    ...{ subject, claims },
    ...(groups && { groups }),
    ...(level !== undefined && { level }),
    ...(methods && { methods }),
  };
  return {
    ...{ identity, isCut },
    ...(authTime !== undefined && { authenticatedAt: seconds(authTime) }),
    ...(session !== undefined && { upstreamSession: session }),
  };
}
