import { problem, type Problem } from '../../base/problems/problem.js';
import { isAppOrigin } from './client-uris.js';
import { COMPUTED_CLAIMS } from '../claims/computed-claims.js';
import type { Client } from './client.js';
import { sectorIsOpen } from './client-sector.js';

/** A client as requested; only the fields that these rules read. */
export type ClientFields = Pick<
  Client,
  | 'authentication'
  | 'jwks'
  | 'jwksUri'
  | 'redirectUris'
  | 'grantTypes'
  | 'resourceServers'
  | 'defaultResourceServer'
  | 'introspects'
  | 'claims'
  | 'scopes'
  | 'firstParty'
  | 'subjectType'
  | 'sectorIdentifier'
  | 'pkce'
  | 'rotateRefreshTokens'
  | 'offlineAccess'
  | 'localhostAnyPort'
  | 'applicationType'
  | 'allowedOrigins'
>;

/** The contradictions of a client. Pure; empty if there are none. */
export function contradictions(client: ClientFields): readonly Problem[] {
  return [...grants(client), ...keys(client), ...subjects(client), ...claims(client)];
}

function* grants(client: ClientFields): Iterable<Problem> {
  const granted = new Set(client.grantTypes);
  if (granted.has('authorization_code') && client.redirectUris.length === 0) {
    yield problem('sign-in-needs-redirect-uri', ['redirectUris'], {});
  }
  if (granted.has('refresh_token') && !granted.has('authorization_code')) {
    yield problem('refresh-without-code', ['grantTypes'], {});
  }
  if (granted.has('client_credentials') && client.authentication === 'none') {
    // RFC 6749 4.4: only a client that authenticates may act for itself.
    yield problem('credentials-without-authentication', ['grantTypes'], {});
  }
  if (client.pkce === 'exempt' && client.authentication === 'none') {
    // RFC 9700 2.1.1: nothing else protects a public client's code from theft.
    yield problem('exempt-without-authentication', ['pkce'], {});
  }
  if (!client.rotateRefreshTokens && client.authentication === 'none') {
    // RFC 9700 4.14.2: a public client's refresh token is bound to a sender or rotates.
    yield problem('rotation-without-authentication', ['rotateRefreshTokens'], {});
  }
  if (client.offlineAccess && !client.firstParty) {
    yield problem('offline-not-first-party', ['offlineAccess'], {});
  }
  if (client.localhostAnyPort && client.applicationType !== 'native') {
    yield problem('any-port-not-native', ['localhostAnyPort'], {});
  }
  if (client.applicationType === 'web' && client.allowedOrigins.some(isAppOrigin)) {
    // Any application on any device may have such an origin; for a web client an origin identifies the site.
    yield problem('app-origin-not-native', ['allowedOrigins'], {});
  }
  if (client.introspects?.length && client.authentication === 'none') {
    // RFC 7662 2.1: only authenticated callers may introspect.
    yield problem('introspects-without-authentication', ['introspects'], {});
  }
  const meant = client.defaultResourceServer;
  if (meant !== undefined && !client.resourceServers.includes(meant)) {
    yield problem('default-resource-server-unlisted', ['defaultResourceServer'], {});
  }
}

function* keys({ authentication, jwks, jwksUri }: ClientFields): Iterable<Problem> {
  if (jwks && jwksUri !== undefined) {
    yield problem('keys-in-two-places', ['jwksUri'], {});
  }
  if (authentication === 'private_key_jwt' && !jwks && jwksUri === undefined) {
    yield problem('keys-missing', ['jwks'], {});
  }
  const ids = jwks?.keys.map(({ kid }) => kid) ?? [];
  if (new Set(ids).size < ids.length) {
    yield problem('key-ids-not-unique', ['jwks'], {});
  }
}

function* subjects(client: ClientFields): Iterable<Problem> {
  if (client.subjectType === 'public' && client.sectorIdentifier !== undefined) {
    yield problem('sector-without-pairwise', ['sectorIdentifier'], {});
  }
  if (client.subjectType === 'pairwise' && client.sectorIdentifier === undefined && sectorIsOpen(client)) {
    yield problem('sector-open', ['sectorIdentifier'], {});
  }
}

function* claims(client: ClientFields): Iterable<Problem> {
  for (const { value, claim, resourceServer } of client.claims ?? []) {
    const scope = COMPUTED_CLAIMS[value].scope;
    if (!client.scopes.includes(scope)) {
      yield problem('claim-without-scope', ['claims'], { scope, claim });
    }
    if (resourceServer === undefined) continue;
    if (!client.resourceServers.includes(resourceServer)) {
      yield problem('claim-of-other-resource-server', ['claims'], { claim, resourceServer });
    }
    if (!client.firstParty) {
      // A client with a consent page gets permissions through scopes of that API, in access tokens for it.
      yield problem('permission-claim-not-first-party', ['claims'], {});
    }
  }
}
