/** Whoever has an encrypted assertion of somebody else sends it on, changed again and again, to learn what is in it. */
import { describe, expect, test } from '@jest/globals';
import { type Encryption, encryptedXml } from '../stand-in/encrypt.js';
import { rsaKeys } from '../stand-in/keys.js';
import { assertionXml, response, responseXml, type Written } from '../stand-in/response.js';
import { read, short } from './reading.js';

const keys = rsaKeys('sp');
const XENC = 'http://www.w3.org/2001/04/xmlenc#';

describe('a failure of what anybody may have changed', () => {
  const cbc: Encryption = { keys, algorithm: 'aes128-cbc' };
  const notXml = responseXml(`<saml:EncryptedAssertion>${encryptedXml('no XML', cbc)}</saml:EncryptedAssertion>`);
  const stranger = { key: rsaKeys('stranger').privateKey };

  test.each<readonly [string, Written, string]>([
    ['it is not signed', { sign: 'none' }, 'saml-not-signed'],
    ['only the response is', { sign: 'response' }, 'saml-assertion-not-signed'],
    ['its key is not known', { signing: stranger }, 'saml-signature'],
    ['it answers another request', { confirmationInResponseTo: '_other' }, 'saml-in-response-to'],
    ['it is for somebody else', { audience: 'https://other.test/' }, 'saml-audience'],
  ])('looks like any other, such as where %s', (_what, written, within) => {
    expect(short(response({ encrypted: cbc, ...written }))).toBe(short(notXml));
    // Administrators have to know what to mend.
    expect(read(response({ encrypted: cbc, ...written }))).toMatchObject({ reason: 'saml-decryption', within });
  });

  test('still tells that the provider may have new keys', () => {
    expect(read(response({ encrypted: cbc, signing: stranger }))).toMatchObject({ unknownKey: true });
  });

  test('tells its reason where nobody can have changed it', () => {
    expect(read(response({ encrypted: { keys }, audience: 'https://other.test/' }))).toEqual({
      ...{ kind: 'refused', reason: 'saml-audience' },
    });
  });
});

describe('an algorithm that is not accepted is not used, though an accepted one stands beside it', () => {
  const weak = (encryption: Partial<Encryption>): string =>
    encryptedXml(assertionXml(), { keys, ...encryption }).replace(' Id="_key1"', '');
  /** Elements of a namespace that nobody knows. */
  const foreign = (xml: string, name: string): string =>
    xml
      .replace(new RegExp(`<xenc:${name} xmlns:xenc="[^"]*"`), `<x:${name} xmlns:x="urn:x" xmlns:xenc="${XENC}"`)
      .replace(`</xenc:${name}>`, `</x:${name}>`);
  const innerKey = (xml: string): string => /<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s.exec(xml)?.[0] ?? '';
  /** Cannot be opened: who reads the decoy gives another reason. */
  const locked = response({ sign: 'none', encrypted: { keys: rsaKeys('stranger') } });
  const before = (decoy: string): string =>
    locked.replace('<saml:EncryptedAssertion>', `<saml:EncryptedAssertion>${decoy}`);
  const decoy = (encryption: Partial<Encryption>): string => {
    const xml = weak(encryption);
    return foreign(xml.replace(innerKey(xml), foreign(innerKey(xml), 'EncryptedKey')), 'EncryptedData');
  };

  test.each<readonly [string, string]>([
    ['3DES', before(decoy({ algorithm: 'tripledes-cbc' }))],
    ['AES-CBC', before(decoy({ algorithm: 'aes128-cbc' }))],
    ['RSA 1.5', before(decoy({ keyAlgorithm: 'rsa-1_5' }))],
    ['AES-GCM that is not where it belongs', before(decoy({}))],
    ['a second content', before(weak({}))],
  ])('such as %s', (_what, xml) => {
    expect(short(xml, { signed: 'any' })).toBe('saml-decryption');
  });

  test('nor for its key', () => {
    const rsa15 = response({ sign: 'none', encrypted: { keys, keyAlgorithm: 'rsa-1_5' } });
    const accepted = innerKey(weak({}));
    const hidden = foreign(innerKey(rsa15), 'EncryptedKey');
    const xml = rsa15.replace(innerKey(rsa15), hidden + accepted);
    expect(short(xml, { signed: 'any' })).toBe('saml-decryption');
  });
});
