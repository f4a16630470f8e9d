import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { der, objectIdentifier, TAG } from '../../../../src/federation/saml/keys/der.js';
import { selfSigned } from '../../../../src/federation/saml/keys/certificate.js';
import { certificateIn } from '../../../../src/federation/saml/settings/certificate-text.js';
import { pemOf, rsaKeys } from '../stand-in/keys.js';

const pair = rsaKeys();
const certified = (name: string, from = Date.UTC(2026, 0), until = Date.UTC(2036, 0)): X509Certificate =>
  new X509Certificate(selfSigned(pair, name, { from, until }));

describe('a certificate of ours', () => {
  test('is for its key, by its key, and as long as it says', () => {
    const certificate = certified('Gatehouse uni', Date.UTC(2026, 11, 1, 4, 5, 6), Date.UTC(2049, 11, 31, 23, 59, 59));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(pair.privateKey)).toBe(true);
    expect(certificate.verify(rsaKeys('other').publicKey)).toBe(false);
    expect([certificate.subject, certificate.issuer]).toEqual(['CN=Gatehouse uni', 'CN=Gatehouse uni']);
    expect([certificate.validFromDate.toISOString(), certificate.validToDate.toISOString()]).toEqual([
      '2026-12-01T04:05:06.000Z',
      '2049-12-31T23:59:59.000Z',
    ]);
  });

  test('writes times from 2050 on with four digits of the year', () => {
    const [from, until] = [Date.UTC(2050, 0), Date.UTC(2060, 5, 7)];
    const { validFromDate, validToDate } = certified('x', from, until);
    expect([validFromDate.getTime(), validToDate.getTime()]).toEqual([from, until]);
  });

  test('has a positive serial number of its own, always of the same length', () => {
    const serials = Array.from({ length: 20 }, () => certified('x').serialNumber);
    expect(new Set(serials).size).toBe(20);
    expect(serials.every((serial) => /^[4-7][0-9A-F]{31}$/.test(serial))).toBe(true);
  });

  test('has a name of at most 64 characters', () => {
    expect(certified('u'.repeat(100)).subject).toBe(`CN=${'u'.repeat(64)}`);
  });
});

test('lengths and identifiers are written as DER has them', () => {
  const header = (length: number): string => der(TAG.null, Buffer.alloc(length)).subarray(0, -length).toString('hex');
  expect([1, 127, 128, 255, 256, 65_536].map(header)).toEqual([
    ...['0501', '057f', '058180', '0581ff', '05820100', '0583010000'],
  ]);
  expect(objectIdentifier('1.2.840.113549.1.1.11').toString('hex')).toBe('06092a864886f70d01010b');
  expect(objectIdentifier('2.5.4.3').toString('hex')).toBe('0603550403');
});

describe('a certificate that somebody writes', () => {
  const one = pemOf(pair.certificate);

  test('may be PEM with any line ends, or base64 alone', () => {
    for (const text of [one, one.replaceAll('\n', '\r\n'), `\n  ${pair.certificate.toString('base64')} `])
      expect(certificateIn(text)?.raw.equals(pair.certificate)).toBe(true);
  });

  test('is one certificate, and no key', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    for (const text of ['', 'x', one + one, publicKey.export({ type: 'spki', format: 'pem' }).toString()])
      expect(certificateIn(text)).toBeUndefined();
  });
});
