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

interface Contradiction {
  readonly path: keyof ClientFields;
  readonly message: string;
}

/** The contradictions of a client, each as a sentence. Pure; empty if there are none. */
export function contradictions(client: ClientFields): readonly Contradiction[] {
  return [...grants(client), ...keys(client), ...subjects(client), ...claims(client)];
}

function* grants(client: ClientFields): Iterable<Contradiction> {
  const granted = new Set(client.grantTypes);
  if (granted.has('authorization_code') && client.redirectUris.length === 0) {
    yield {
      path: 'redirectUris',
      message: 'A client that signs people in (authorization_code) needs a redirect URI.',
    };
  }
  if (granted.has('refresh_token') && !granted.has('authorization_code')) {
    yield { path: 'grantTypes', message: 'A refresh_token comes of an authorization_code: name both, or neither.' };
  }
  if (granted.has('client_credentials') && client.authentication === 'none') {
    // RFC 6749 4.4: only a client that authenticates may act for itself.
    yield { path: 'grantTypes', message: 'A client without authentication cannot have client_credentials.' };
  }
  if (client.pkce === 'exempt' && client.authentication === 'none') {
    // RFC 9700 2.1.1: nothing else protects a public client's code from theft.
    yield { path: 'pkce', message: 'A client without authentication has nothing but PKCE: it cannot be exempt.' };
  }
  if (!client.rotateRefreshTokens && client.authentication === 'none') {
    // RFC 9700 4.14.2: a public client's refresh token is bound to a sender or rotates.
    yield {
      path: 'rotateRefreshTokens',
      message: 'The refresh tokens of a client without authentication always rotate.',
    };
  }
  if (client.offlineAccess && !client.firstParty) {
    yield {
      path: 'offlineAccess',
      message: 'Only a first-party client has offline_access without consent; others get it by the consent page.',
    };
  }
  if (client.localhostAnyPort && client.applicationType !== 'native') {
    yield { path: 'localhostAnyPort', message: 'Only a native client may come back to any port of localhost.' };
  }
  if (client.applicationType === 'web' && client.allowedOrigins.some(isAppOrigin)) {
    // Any application on any device may have such an origin; for a web client an origin identifies the site.
    yield {
      path: 'allowedOrigins',
      message: 'Origins of hybrid applications and extensions are for native clients (applicationType: native).',
    };
  }
  if (client.introspects?.length && client.authentication === 'none') {
    // RFC 7662 2.1: only authenticated callers may introspect.
    yield {
      path: 'introspects',
      message: 'A client without authentication cannot be a resource server that introspects.',
    };
  }
  const meant = client.defaultResourceServer;
  if (meant !== undefined && !client.resourceServers.includes(meant)) {
    yield {
      path: 'defaultResourceServer',
      message: 'The default resource server must be one of resourceServers.',
    };
  }
}

function* keys({ authentication, jwks, jwksUri }: ClientFields): Iterable<Contradiction> {
  if (jwks && jwksUri !== undefined) {
    yield { path: 'jwksUri', message: "A client's keys are in jwks or at jwksUri, not both." };
  }
  if (authentication === 'private_key_jwt' && !jwks && jwksUri === undefined) {
    yield { path: 'jwks', message: 'A client that authenticates by private_key_jwt needs its keys: jwks, or jwksUri.' };
  }
  const ids = jwks?.keys.map(({ kid }) => kid) ?? [];
  if (new Set(ids).size < ids.length) {
    yield { path: 'jwks', message: 'Of several keys each needs a kid of its own.' };
  }
}

function* subjects(client: ClientFields): Iterable<Contradiction> {
  if (client.subjectType === 'public' && client.sectorIdentifier !== undefined) {
    yield { path: 'sectorIdentifier', message: 'A sector means something for subjectType pairwise alone.' };
  }
  if (client.subjectType === 'pairwise' && client.sectorIdentifier === undefined && sectorIsOpen(client)) {
    yield {
      path: 'sectorIdentifier',
      message: "Its redirect URIs don't say which sector it belongs to: name a host of yours.",
    };
  }
}

function* claims(client: ClientFields): Iterable<Contradiction> {
  for (const { value, claim, resourceServer } of client.claims ?? []) {
    const scope = COMPUTED_CLAIMS[value].scope;
    if (!client.scopes.includes(scope)) {
      yield { path: 'claims', message: `The scope ${scope} releases ${claim}, and the client may not ask for it.` };
    }
    if (resourceServer === undefined) continue;
    if (!client.resourceServers.includes(resourceServer)) {
      yield {
        path: 'claims',
        message: `${claim} are permissions of ${resourceServer}, which is none of resourceServers.`,
      };
    }
    if (!client.firstParty) {
      // A client with a consent page gets permissions through scopes of that API, in access tokens for it.
      yield { path: 'claims', message: 'Only a first-party client is told permissions in its own claims.' };
    }
  }
}
