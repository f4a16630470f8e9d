import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import type { TestKeys } from './keys.js';

const XENC = 'http://www.w3.org/2001/04/xmlenc#';
const XENC11 = 'http://www.w3.org/2009/xmlenc11#';

export interface Encryption {
  readonly keys: Pick<TestKeys, 'publicKey'>;
  /** The end of its URI. Default: `aes256-gcm`. */
  readonly algorithm?: keyof typeof CIPHERS;
  /** Default: `rsa-oaep-mgf1p`. */
  readonly keyAlgorithm?: 'rsa-oaep-mgf1p' | 'rsa-1_5' | 'rsa-oaep';
  /** Where the key stands: in `KeyInfo` of the content, beside it, or beside it with a reference to it. */
  readonly place?: 'nested' | 'beside' | 'referred';
}

const CIPHERS = {
  'aes128-gcm': { name: 'aes-128-gcm', uri: `${XENC11}aes128-gcm`, key: 16, iv: 12 },
  'aes256-gcm': { name: 'aes-256-gcm', uri: `${XENC11}aes256-gcm`, key: 32, iv: 12 },
  'aes128-cbc': { name: 'aes-128-cbc', uri: `${XENC}aes128-cbc`, key: 16, iv: 16 },
  'aes256-cbc': { name: 'aes-256-cbc', uri: `${XENC}aes256-cbc`, key: 32, iv: 16 },
  'tripledes-cbc': { name: 'des-ede3-cbc', uri: `${XENC}tripledes-cbc`, key: 24, iv: 8 },
} as const;

/** `EncryptedData`, with the `EncryptedKey` that opens it (XML Encryption 1.1). */
export function encryptedXml(content: string, encryption: Encryption): string {
  const { keys, algorithm = 'aes256-gcm', keyAlgorithm = 'rsa-oaep-mgf1p', place = 'nested' } = encryption;
  const { name, uri, key: length, iv: ivLength } = CIPHERS[algorithm];
  const [key, iv] = [randomBytes(length), randomBytes(ivLength)];
  const cipher = createCipheriv(name, key, iv);
  const sealed = [iv, cipher.update(content, 'utf8'), cipher.final()];
  const tag = 'getAuthTag' in cipher && name.endsWith('gcm') ? [(cipher as { getAuthTag(): Buffer }).getAuthTag()] : [];
  const padding = keyAlgorithm === 'rsa-1_5' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt(
    { key: keys.publicKey, padding, ...(keyAlgorithm !== 'rsa-1_5' && { oaepHash: 'sha1' }) },
    key,
  );
  const keyUri = keyAlgorithm === 'rsa-oaep' ? `${XENC11}rsa-oaep` : `${XENC}${keyAlgorithm}`;
  const encryptedKey =
    `<xenc:EncryptedKey xmlns:xenc="${XENC}" Id="_key1"><xenc:EncryptionMethod Algorithm="${keyUri}">` +
    '<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/></xenc:EncryptionMethod>' +
    `<xenc:CipherData><xenc:CipherValue>${wrapped.toString('base64')}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`;
  const retrieval = '<ds:RetrievalMethod Type="http://www.w3.org/2001/04/xmlenc#EncryptedKey" URI="#_key1"/>';
  const info = { nested: encryptedKey, beside: '', referred: retrieval }[place];
  return (
    `<xenc:EncryptedData xmlns:xenc="${XENC}" Type="${XENC}Element"><xenc:EncryptionMethod Algorithm="${uri}"/>` +
    (info === '' ? '' : `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${info}</ds:KeyInfo>`) +
    `<xenc:CipherData><xenc:CipherValue>${Buffer.concat([...sealed, ...tag]).toString('base64')}</xenc:CipherValue></xenc:CipherData>` +
    `</xenc:EncryptedData>${place === 'nested' ? '' : encryptedKey}`
  );
}
