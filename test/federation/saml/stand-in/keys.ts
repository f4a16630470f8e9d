import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { days, now } from '../../../../src/base/clock.js';
import { selfSigned } from '../../../../src/federation/saml/keys/certificate.js';

export interface TestKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface CertifiedKeys extends TestKeys {
  /** DER. */
  readonly certificate: Buffer;
}

const made = new Map<string, CertifiedKeys>();

/** The same at each call of a run, since they take a while. @param name of the certificate */
export function rsaKeys(name = 'idp', modulusLength = 2048): CertifiedKeys {
  const known = made.get(name);
  if (known) return known;
  const pair = generateKeyPairSync('rsa', { modulusLength });
  const certificate = selfSigned(pair, name, { from: now() - days(1), until: now() + days(365) });
  const keys = { ...pair, certificate };
  made.set(name, keys);
  return keys;
}

export const ecKeys = (namedCurve = 'prime256v1'): TestKeys => generateKeyPairSync('ec', { namedCurve });

export const pemOf = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
