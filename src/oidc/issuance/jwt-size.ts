import type { TokenAlgorithm } from '../../realm/keys/token-algorithm.js';
import { signerFor, type SigningKey } from '../../realm/keys/ring-key.js';

/**
 * How long the signed JWT will be, in bytes (RFC 7515 7.1), before it is signed.
 *
 * @param header what its header has besides `alg` and `kid`
 */
export function jwtBytes(
  payload: object,
  { alg, signing, header = {} }: { alg: TokenAlgorithm; signing: readonly SigningKey[]; header?: object },
): number {
  const key = signerFor(alg, signing);
  const signature = key?.kty === 'RSA' ? base64Bytes(key.n) : CURVE_BYTES;
  const parts = [bytesOf({ alg, ...header, ...(key && { kid: key.kid }) }), bytesOf(payload), signature];
  return parts.map(encoded).reduce((sum, length) => sum + length + 1, -1);
}

/** The length of ES256 and Ed25519 signatures. */
const CURVE_BYTES = 64;
const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));
const base64Bytes = (text: string): number => Math.floor((text.length * 3) / 4);
/** In base64url, without padding. */
const encoded = (bytes: number): number => Math.ceil((bytes * 4) / 3);
