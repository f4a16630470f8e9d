/** JWTs as Gatehouse and its clients sign them. */
import { createPublicKey } from 'node:crypto';
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { makeKey, type SigningKey } from '../../src/realm/keys/ring-key.js';

/** A new key for this algorithm. */
export async function newSigningKey(algorithm: 'ES256' | 'EdDSA' = 'ES256'): Promise<SigningKey> {
  const key = await makeKey(algorithm, 0, 0);
  if (key.algorithm === 'HMAC') throw new Error('It is no signing key.');
  return key.jwk;
}

/** A JWT of these claims, by this key. */
export const signedJwt = async (claims: JWTPayload, key: SigningKey, header: object = { typ: 'at+jwt' }) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header }).sign(await importJWK(key, 'ES256'));

/** The part of a key that is published. */
export const publicHalf = (key: SigningKey): JWK => ({
  ...createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' }),
  kid: key.kid,
});
