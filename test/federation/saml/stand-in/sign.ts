import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { SignedXml } from 'xml-crypto';

export const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

export interface Signing {
  readonly key: KeyObject;
  /** Default: RSA with SHA-256. */
  readonly algorithm?: string;
  readonly digest?: string;
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  /** Prefixes that are signed wherever they stand (`InclusiveNamespaces`). */
  readonly inclusive?: readonly string[];
  /** DER, for `KeyInfo`. */
  readonly certificate?: Buffer;
}

/** By the ends of their names; only what the library does not bring. */
const HASHES: ReadonlyMap<string, string> = new Map([
  [`${MORE}rsa-sha384`, 'sha384'],
  [`${MORE}ecdsa-sha256`, 'sha256'],
  [`${MORE}ecdsa-sha384`, 'sha384'],
  [`${MORE}ecdsa-sha512`, 'sha512'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-md5', 'md5'],
]);

/**
 * Signs the one element that the path finds. The signature goes after its `Issuer`, where the schema wants it.
 *
 * @param path XPath
 */
export function signed(xml: string, path: string, signing: Signing): string {
  const { key, algorithm = `${MORE}rsa-sha256`, digest = 'http://www.w3.org/2001/04/xmlenc#sha256' } = signing;
  const { canonicalization = EXCLUSIVE, transforms = [ENVELOPED, EXCLUSIVE], certificate } = signing;
  const signer = new SignedXml({
    privateKey: key.type === 'secret' ? key.export() : key.export({ type: 'pkcs8', format: 'pem' }),
    signatureAlgorithm: algorithm,
    canonicalizationAlgorithm: canonicalization,
    ...(certificate && {
      publicCert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    }),
  });
  const hash = HASHES.get(algorithm);
  if (hash !== undefined)
    signer.SignatureAlgorithms[algorithm] = class {
      getAlgorithmName = (): string => algorithm;
      verifySignature = (): never => {
        throw new Error('This one signs.');
      };
      getSignature = (data: unknown): string => {
        const own = createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }));
        const isEc = key.asymmetricKeyType === 'ec';
        return sign(hash, Buffer.from(String(data)), { key: own, ...(isEc && { dsaEncoding: 'ieee-p1363' }) }).toString(
          'base64',
        );
      };
    };
  if (algorithm.endsWith('hmac-sha1')) signer.enableHMAC();
  if (digest.endsWith('sha384'))
    signer.HashAlgorithms[digest] = class {
      getAlgorithmName = (): string => digest;
      getHash = (text: string): string => createHash('sha384').update(text).digest('base64');
    };
  const { inclusive = [] } = signing;
  signer.addReference({
    ...{ xpath: path, transforms: [...transforms], digestAlgorithm: digest },
    ...(inclusive.length > 0 && { inclusiveNamespacesPrefixList: [...inclusive] }),
  });
  // Where the schema wants it, if there is an issuer.
  const after = { reference: `${path}/*[local-name()='Issuer']`, action: 'after' } as const;
  const first = { reference: path, action: 'prepend' } as const;
  try {
    signer.computeSignature(xml, { prefix: 'ds', location: after });
  } catch {
    signer.computeSignature(xml, { prefix: 'ds', location: first });
  }
  return signer.getSignedXml();
}
