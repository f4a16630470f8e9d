import { X509Certificate } from 'node:crypto';

/** A certificate as PEM, or as the base64 that metadata has. Undefined if it is none. */
export function certificateIn(text: string): X509Certificate | undefined {
  const base64 = text.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replaceAll(/\s/g, '');
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}
