import * as openid from 'openid-client';
import { type Instant, seconds } from '../../base/clock.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { AnswerPart } from '../contract/redirect-connector.js';
import { checkTenant } from './admitted-claims.js';
import { claimTexts, groupsOf, type JsonClaims } from './client/claim-values.js';
import { ProviderFailure } from './client/faults.js';
import { faultOf } from './client/library-faults.js';
import type { PendingSignIn } from './client/pending-sign-in.js';
import { keptRefreshToken } from './client/refreshing.js';
import { checkIdToken, type CheckedIdToken } from './id-token-claims.js';
import type { OidcSettings } from './settings/oidc-settings.js';
import type { DiscoveredProvider } from './provider.js';
import { nameOfId, subjectOfToken } from './subject-of-token.js';
import { USUAL_ID } from '../../identity/links/identity-link.js';
import { mergedClaims, withVerifiedEmail } from './verified-email.js';

export interface ToldByTokens {
  readonly identity: UpstreamIdentity;
  readonly authenticatedAt?: Instant;
  readonly upstreamSession?: string;
  readonly signOutName?: string;
  /** Some claims were left out, since there were too many. */
  readonly isCut: boolean;
}

export interface TokenReading {
  readonly settings: OidcSettings;
  /** The claims that the mapping reads. */
  readonly wanted: readonly string[];
  readonly client: openid.Configuration;
  readonly discovered: DiscoveredProvider;
  /** Claims that come with the answer, unsigned: any other claim of the name comes first. */
  readonly fromUser?: JsonClaims;
  readonly begins?: (part: AnswerPart) => void;
}

export interface GivenTokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  claims(): Readonly<Record<string, unknown>> | undefined;
}

/**
 * Who somebody is, by the tokens of a provider. The library has verified the ID token: its signature, issuer, audience and end, and the
 * nonce of a sign-in.
 *
 * @param asked what the ID token answers to
 * @throws ProviderFailure, or an error of the library
 */
export async function readTokens(
  reading: TokenReading,
  tokens: GivenTokens,
  asked: PendingSignIn,
): Promise<ToldByTokens> {
  const { settings, wanted, client, discovered, fromUser, begins = () => undefined } = reading;
  const claims = tokens.claims();
  if (!claims) throw new ProviderFailure('no-id-token');
  const token = checkIdToken(claims, settings.connection.clientId, asked);
  const idToken: JsonClaims = new Map(Object.entries(claims));
  checkTenant(idToken, settings, discovered.metadata);
  const subject = subjectOfToken(idToken, settings.subject.id);
  const names = claimsAskedFor(settings, wanted);
  const isComplete = names.every((name) => idToken.has(name));
  const isAsked = !isComplete && discovered.metadata.userinfo_endpoint !== undefined;
  if (isAsked) begins('userinfo');
  const told = isAsked ? mergedClaims(idToken, await readUserinfo(client, tokens.access_token, token.sub)) : idToken;
  begins('identity');
  const named = fromUser ? new Map([...fromUser, ...told]) : told;
  const kept = { ...keptRefreshToken(settings.connection, tokens.refresh_token), ...formerSubject(settings, idToken) };
  return toldOf({ ...token, subject }, kept, named, settings, names);
}

/**
 * Who somebody is, by userinfo alone: a refresh need not give an ID token (Core 12.2). The subject is `sub`.
 *
 * @throws ProviderFailure, or an error of the library
 */
export async function readUserinfoAlone(
  { settings, wanted, client, discovered }: TokenReading,
  tokens: GivenTokens,
  subject: string,
): Promise<ToldByTokens> {
  const isSub = settings.subject.id.length === 1 && settings.subject.id[0] === 'sub';
  if (!isSub || discovered.metadata.userinfo_endpoint === undefined) throw new ProviderFailure('no-id-token');
  const told = await readUserinfo(client, tokens.access_token, subject);
  const kept = keptRefreshToken(settings.connection, tokens.refresh_token);
  return toldOf({ subject }, kept, told, settings, claimsAskedFor(settings, wanted));
}

function claimsAskedFor({ subject: { groups } }: OidcSettings, wanted: readonly string[]): readonly string[] {
  return [...wanted, ...(groups === undefined ? [] : [groups])];
}

/** Who the person was by the former id. Without its claims in the token, nobody. */
function formerSubject(
  { subject: { formerId } }: OidcSettings,
  idToken: JsonClaims,
): Pick<UpstreamIdentity, 'otherSubject' | 'otherBy'> {
  return formerId?.every((name) => idToken.has(name)) === true
    ? { otherSubject: subjectOfToken(idToken, formerId), otherBy: nameOfId(formerId) }
    : {};
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

function toldOf(
  { subject, level, methods, authTime, session }: Omit<CheckedIdToken, 'sub'> & { readonly subject: string },
  more: Pick<UpstreamIdentity, 'refreshToken' | 'otherSubject' | 'otherBy'>,
  told: JsonClaims,
  { subject: { id, groups: groupsClaim, emailVerified } }: OidcSettings,
  asked: readonly string[],
): ToldByTokens {
  const source = withVerifiedEmail(told, emailVerified);
  const { claims, isCut } = claimTexts(source, asked);
  const groups = groupsClaim === undefined ? undefined : groupsOf(source, groupsClaim);
  const subjectBy = nameOfId(id);
  const identity = {
    ...{ subject, claims, ...more },
    ...(subjectBy !== USUAL_ID && { subjectBy }),
    ...(groups && { groups }),
    ...(level !== undefined && { level }),
    ...(methods && { methods }),
  };
  return {
    ...{ identity, isCut },
    ...(authTime !== undefined && { authenticatedAt: seconds(authTime) }),
    // A logout token may name the session alone.
    ...(session !== undefined && { upstreamSession: session, signOutName: session }),
  };
}
