import { createHash, type KeyObject, verify } from 'node:crypto';
import type { HashAlgorithm, SignatureAlgorithm, SignedXml } from 'xml-crypto';

/** How a signature is made. None but these is accepted: no SHA-1, no MD5, no HMAC, whatever a message says. */
interface SignatureRule {
  readonly key: 'rsa' | 'ec';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

/** RFC 9231 2.3, XML Signature 1.1 6.4. */
const SIGNATURES: ReadonlyMap<string, SignatureRule> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { key: 'rsa', hash: 'sha256' }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', { key: 'rsa', hash: 'sha384' }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { key: 'rsa', hash: 'sha512' }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', { key: 'ec', hash: 'sha256' }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384', { key: 'ec', hash: 'sha384' }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512', { key: 'ec', hash: 'sha512' }],
]);

const DIGESTS: ReadonlyMap<string, 'sha256' | 'sha384' | 'sha512'> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

export const isSignatureAlgorithm = (uri: string): boolean => SIGNATURES.has(uri);
export const isDigestAlgorithm = (uri: string): boolean => DIGESTS.has(uri);

/** The kinds of keys that signatures can be verified with, and that are long enough to mean something. */
export function isVerifyingKey({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= SHORTEST_RSA;
  return type === 'ec' && CURVES.has(details?.namedCurve ?? '');
}

/** In bits (NIST SP 800-131A). */
const SHORTEST_RSA = 2048;
/** P-256, P-384 and P-521, by OpenSSL's names. */
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** Whether one of the keys verifies it. A key of another type than the algorithm's never does. @param algorithm one of the accepted ones */
export function isSignedBy(algorithm: string, keys: readonly KeyObject[], data: string, signature: Buffer): boolean {
  const rule = SIGNATURES.get(algorithm);
  if (!rule) return false;
  return keys.some(
    (key) =>
      key.asymmetricKeyType === rule.key &&
      isVerifyingKey(key) &&
      // XML Signature writes the two numbers of ECDSA one after the other.
      verify(rule.hash, Buffer.from(data), { key, ...(rule.key === 'ec' && { dsaEncoding: 'ieee-p1363' }) }, signature),
  );
}

/** Lets xml-crypto use these algorithms and keys, and nothing of its own but the two transforms. */
export function restrict(signed: SignedXml, keys: readonly KeyObject[]): void {
  const signatures = [...SIGNATURES.keys()].map((uri): [string, new () => SignatureAlgorithm] => [
    uri,
    class {
      getAlgorithmName = (): string => uri;
      getSignature = (): never => {
        throw new Error('These algorithms only verify.');
      };
      verifySignature = (material: string, _key: unknown, value: string): boolean =>
        isSignedBy(uri, keys, material, Buffer.from(value, 'base64'));
    },
  ]);
  const digests = [...DIGESTS].map(([uri, hash]): [string, new () => HashAlgorithm] => [
    uri,
    class {
      getAlgorithmName = (): string => uri;
      getHash = (xml: string): string => createHash(hash).update(xml).digest('base64');
    },
  ]);
  signed.SignatureAlgorithms = Object.fromEntries(signatures);
  signed.HashAlgorithms = Object.fromEntries(digests);
  const transforms = Object.entries(signed.CanonicalizationAlgorithms);
  signed.CanonicalizationAlgorithms = Object.fromEntries(
    transforms.filter(([uri]) => uri === EXCLUSIVE || uri === ENVELOPED),
  );
}
