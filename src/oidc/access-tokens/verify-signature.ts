import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { derSignature } from '../../base/crypto/ecdsa-signature.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';

/** The header and the payload of a token that one of our keys signed. */
export interface SignedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

type Verify = (data: Buffer, signature: Buffer, key: KeyObject) => boolean;

const PKCS1: Verify = (data, signature, key) =>
  verify('sha256', data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
const PSS: Verify = (data, signature, key) =>
  verify(
    'sha256',
    data,
    { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
    signature,
  );
const ECDSA: Verify = (data, signature, key) => {
  const der = derSignature(signature);
  return der !== undefined && verify('sha256', data, key, der);
};
const EDDSA: Verify = (data, signature, key) => verify(null, data, key, signature);

/** A key verifies the algorithms of its type only (RFC 8725 3.1), whatever the token says. */
const ALGORITHMS: Readonly<Record<SigningKey['kty'], ReadonlyMap<unknown, Verify>>> = {
  EC: new Map([['ES256', ECDSA]]),
  OKP: new Map([['EdDSA', EDDSA]]),
  RSA: new Map([
    ['RS256', PKCS1],
    ['PS256', PSS],
  ]),
};

/**
 * Verifies JWTs in compact form (RFC 7515 7.1) that these keys signed. Undefined for anything else, such as a token that names
 * no key, another algorithm than its key's, or an extension (`crit`). Judges no claim. It is synchronous: a verification by
 * WebCrypto takes twice the time.
 */
export function signatureVerifier(signing: readonly SigningKey[]): (token: string) => SignedToken | undefined {
  const keys = new Map<unknown, { readonly key: KeyObject; readonly algorithms: ReadonlyMap<unknown, Verify> }>(
    signing.map((jwk) => [
      jwk.kid,
      { key: createPublicKey({ key: jwk, format: 'jwk' }), algorithms: ALGORITHMS[jwk.kty] },
    ]),
  );
  return (token) => {
    const [head = '', body = '', signed = '', ...rest] = token.split('.', 4);
    const header = jsonObject(head);
    const signature = decoded(signed);
    if (!header || !signature || rest.length > 0 || 'crit' in header) return undefined;
    const known = keys.get(header['kid']);
    const isSignedBy = known?.algorithms.get(header['alg']);
    const data = Buffer.from(token.slice(0, head.length + 1 + body.length), 'latin1');
    if (!known || !isSignedBy?.(data, signature, known.key)) return undefined;
    const payload = jsonObject(body);
    return payload && { header, payload };
  };
}

/** Base64url in its one spelling, without padding: Node's decoder skips what it does not know. */
function decoded(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function jsonObject(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = decoded(part);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
