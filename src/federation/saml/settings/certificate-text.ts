import { X509Certificate } from 'node:crypto';

/** A certificate as PEM, or as the base64 that metadata has. Undefined if it is none, several, or has a key of an unknown kind. */
export function certificateIn(text: string): X509Certificate | undefined {
  if (text.split('-----BEGIN').length > 2) return undefined;
  const base64 = text.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replaceAll(/\s/g, '');
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'));
    // Whoever reads a key that OpenSSL does not know finds out only here.
    return certificate.publicKey.type === 'public' ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** Its kind of key, such as `rsa 1024`. */
export const keyName = ({
  publicKey: { asymmetricKeyType: type, asymmetricKeyDetails: details },
}: X509Certificate): string =>
  [type, details?.namedCurve ?? details?.modulusLength].filter((part) => part !== undefined).join(' ');
