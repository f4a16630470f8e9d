import type { JWTPayload } from 'jose';
import { now } from '../../base/clock.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { signatureVerifier } from '../access-tokens/verify-signature.js';

/**
 * Reads JWT access tokens. Gives the claims if we signed the token for this issuer, its type is one of access tokens (RFC 9068 4), and it
 * has not expired. Otherwise it gives undefined. It does not check revocation. A resource server may choose the type `JWT`, which ID tokens
 * could have too, so callers also look for the record that each access token has.
 */
export function jwtReader(issuer: string, signing: readonly SigningKey[]) {
  const verified = signatureVerifier(signing);
  return async (presented: string): Promise<JWTPayload | undefined> => {
    const token = verified(presented);
    if (!token) return undefined;
    const { header, payload } = token;
    const isTyped = header['typ'] === 'at+jwt' || header['typ'] === 'JWT';
    return isTyped &&
      payload['iss'] === issuer &&
      isCurrent(payload) &&
      typeof payload['jti'] === 'string' &&
      typeof payload['client_id'] === 'string'
      ? payload
      : undefined;
  };
}

/** RFC 7519 4.1.4 and 4.1.5, by our own clock. */
function isCurrent({ exp, nbf }: Readonly<Record<string, unknown>>): boolean {
  const at = Math.floor(now() / 1000);
  return typeof exp === 'number' && exp > at && (nbf === undefined || (typeof nbf === 'number' && nbf <= at));
}
