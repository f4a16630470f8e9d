import type { Endpoint } from '../endpoints/endpoints.js';

/** Why what was sent can authenticate nobody, and what a 401 says of how it is done. */
export interface NotAuthenticated {
  readonly description: string;
  readonly reason: 'client-missing' | 'authentication-malformed' | 'not-authenticated';
  readonly challenge: boolean;
}

/**
 * RFC 6749 5.2: a request without client authentication, or with a kind that is not offered, is answered `invalid_client`. If the Authorization
 * header was used, the status is 401 with a challenge. The library calls both a faulty request, and accepts a public client's bare
 * `client_id` everywhere. It still judges the kinds that it knows: Basic, and a secret or an assertion in the body.
 */
export function notAuthenticated(
  wanted: Endpoint['client'],
  authorization: string,
  fields: readonly (readonly [name: string, value: string])[],
): NotAuthenticated | undefined {
  if (wanted === undefined) return undefined;
  const has = (wantedName: string): boolean => fields.some(([name, value]) => name === wantedName && value !== '');
  if (has('client_secret') || has('client_assertion')) return undefined;
  if (authorization !== '') {
    return /^basic /i.test(authorization)
      ? undefined
      : {
          description: 'the Authorization header is for Basic client authentication',
          reason: 'authentication-malformed',
          challenge: true,
        };
  }
  if (wanted === 'authenticated')
    return { description: 'the client must authenticate', reason: 'not-authenticated', challenge: true };
  return has('client_id')
    ? undefined
    : { description: 'no client authentication was sent', reason: 'client-missing', challenge: false };
}
