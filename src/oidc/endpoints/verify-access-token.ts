import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK, jwtVerify, type JWTPayload } from 'jose';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { TOKEN_ALGORITHMS } from '../../realm/keys/token-algorithm.js';

/**
 * Reads access tokens that are JWTs: what one says, if we signed it for this issuer with a type that access tokens have (RFC 9068 4) and its
 * time is not over; undefined for everything else. Whether it has been revoked is another question. The type `JWT`, which a resource server may want,
 * tells little: whoever asks looks for the record that each access token leaves, and an ID token has none.
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
