import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify, type JWTPayload } from 'jose';
import type { ResourceServer } from '../realm/resource-server.js';
import type { SigningKey } from '../realm/ring-key.js';

/**
 * Reads access tokens that are JWTs: what one says, if we signed it for this issuer with a type that access tokens have (RFC 9068 4) and its
 * time is not over; undefined for everything else. Whether it has been revoked is another question. The type `JWT`, which a resource server may want,
 * tells little: whoever asks looks for the record that each access token leaves, and an ID token has none.
 */
export function jwtReader(issuer: string, signing: readonly SigningKey[]) {
  const keys = createLocalJWKSet(publicHalves(signing));
  return async (presented: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(presented, keys, { issuer, algorithms: ALGORITHMS });
      return TYPES.includes(protectedHeader.typ) ? payload : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

/** As `jwtType` of a resource server has them. */
const TYPES: readonly (string | undefined)[] = ['at+jwt', 'JWT'] satisfies readonly ResourceServer['jwtType'][];
const ALGORITHMS = ['ES256', 'RS256', 'PS256'];

const publicHalves = (signing: readonly SigningKey[]): JSONWebKeySet => ({
  keys: signing.map((key) => {
    const { kty, use, kid } = key;
    return key.kty === 'EC'
      ? { kty, use, kid, crv: key.crv, x: key.x, y: key.y }
      : { kty, use, kid, n: key.n, e: key.e };
  }),
});
