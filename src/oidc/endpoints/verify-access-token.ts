import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK, jwtVerify, type JWTPayload } from 'jose';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { TOKEN_ALGORITHMS } from '../../realm/keys/token-algorithm.js';

/**
 * Reads JWT access tokens. Gives the claims if we signed the token for this issuer, its type is one of access tokens (RFC 9068 4), and it
 * has not expired. Otherwise it gives undefined. It does not check revocation. A resource server may choose the type `JWT`, which ID tokens
 * could have too, so callers also look for the record that each access token has.
 */
export function jwtReader(issuer: string, signing: readonly SigningKey[]) {
  const keys = createLocalJWKSet(publicHalves(signing));
  return async (presented: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(presented, keys, {
        issuer,
        algorithms: [...TOKEN_ALGORITHMS],
      });
      const isTyped = protectedHeader.typ === 'at+jwt' || protectedHeader.typ === 'JWT';
      return isTyped && typeof payload.jti === 'string' && typeof payload['client_id'] === 'string'
        ? payload
        : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

const publicHalves = (signing: readonly SigningKey[]): JSONWebKeySet => ({ keys: signing.map(publicHalf) });

function publicHalf(key: SigningKey): JWK {
  const { kty, use, kid } = key;
  switch (key.kty) {
    case 'EC':
      return { kty, use, kid, crv: key.crv, x: key.x, y: key.y };
    case 'OKP':
      return { kty, use, kid, crv: key.crv, x: key.x };
    case 'RSA':
      return { kty, use, kid, n: key.n, e: key.e };
  }
}
