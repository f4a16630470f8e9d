import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify, type JWTPayload } from 'jose';
import type { SigningKey } from '../realm/ring-key.js';

/**
 * Reads access tokens that are JWTs: what one says, if we signed it for this issuer as an access token (RFC 9068 4) and its
 * time is not over; undefined for everything else. Whether it has been revoked is another question.
 */
export function jwtReader(issuer: string, signing: readonly SigningKey[]) {
  const keys = createLocalJWKSet(publicHalves(signing));
  return async (presented: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload } = await jwtVerify(presented, keys, { issuer, typ: 'at+jwt', algorithms: ALGORITHMS });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

const ALGORITHMS = ['ES256', 'RS256', 'PS256'];

const publicHalves = (signing: readonly SigningKey[]): JSONWebKeySet => ({
  keys: signing.map((key) => {
    const { kty, use, kid } = key;
    return key.kty === 'EC'
      ? { kty, use, kid, crv: key.crv, x: key.x, y: key.y }
      : { kty, use, kid, n: key.n, e: key.e };
  }),
});
