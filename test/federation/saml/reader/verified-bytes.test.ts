/** Two programs read a message: one verifies it, and ours. What the first one verified is all that counts. */
import { describe, expect, test } from '@jest/globals';
import { encryptedXml } from '../stand-in/encrypt.js';
import { rsaKeys } from '../stand-in/keys.js';
import { NAME_ID, response, type Written } from '../stand-in/response.js';
import { nameIn, read, short } from './reading.js';

describe('what was verified is read, and not what was sent', () => {
  // The library takes these characters for line breaks, as XML 1.1 does. In XML 1.0 they are none.
  test.each([
    ['U+2028', '\u2028'],
    ['U+0085', '\u0085'],
  ])('where a stranger puts %s in place of a line break', (_name, character) => {
    const written = { nameId: NAME_ID.replace('ned-1', 'ned\n1'), attributes: { address: ['Street\nTown'] } };
    for (const sign of ['assertion', 'response'] as const) {
      const changed = response({ ...written, sign }).replaceAll(/(?<=ned|Street)\n/g, character);
      expect(changed).toContain(`ned${character}1`);
      expect(read(changed, { signed: sign })).toMatchObject({
        assertion: { nameId: { value: 'ned\n1' }, attributes: new Map([['address', ['Street\nTown']]]) },
      });
    }
  });
});

describe('an encrypted name identifier', () => {
  const keys = rsaKeys('sp');
  const named = (content: string, algorithm: 'aes256-gcm' | 'aes128-cbc' = 'aes256-gcm'): Written => ({
    nameId: `<saml:EncryptedID>${encryptedXml(content, { keys, algorithm })}</saml:EncryptedID>`,
  });
  const declared = NAME_ID.replace('<saml:NameID', '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"');

  test.each(['aes256-gcm', 'aes128-cbc'] as const)('by %s is opened', (algorithm) => {
    const said = read(response(named(declared, algorithm)));
    expect(said).toMatchObject({ assertion: { nameId: { value: 'ned-1' }, wasEncrypted: false } });
  });

  test('is nobody, if it is of another element, for another key, or beside another one', () => {
    expect(short(response(named(declared.replaceAll('NameID', 'Issuer'))))).toBe('saml-decryption');
    expect(short(response(named(declared.replace('urn:oasis', 'urn:x'))))).toBe('saml-decryption');
    const stranger = { decryptionKeys: [rsaKeys('stranger').privateKey] };
    expect(short(response(named(declared)), stranger)).toBe('saml-decryption');
    expect(short(response({ nameId: `${NAME_ID}${named(declared).nameId ?? ''}` }))).toBe('saml-subject');
    expect(nameIn(response({ ...named(declared), sign: 'none' }))).toBeUndefined();
  });
});

test('an assertion has one set of conditions and one statement of a sign-in', () => {
  const changed = (change: (xml: string) => string): string => short(response({ beforeSigning: change }));
  const [conditions, statement] = [
    /(<saml:Conditions.*<\/saml:Conditions>)/,
    /(<saml:AuthnStatement.*<\/saml:AuthnStatement>)/,
  ];
  expect(changed((xml) => xml.replace(conditions, ''))).toBe('saml-conditions');
  expect(changed((xml) => xml.replace(conditions, '$1$1'))).toBe('saml-conditions');
  expect(changed((xml) => xml.replace(statement, '$1$1'))).toBe('saml-authn-statement');
});

test('prefixes that are always signed are some, and not thousands', () => {
  const withPrefixes = (count: number) =>
    response({ signing: { inclusive: Array.from({ length: count }, (_, n) => `p${n}`) } });
  expect(short(withPrefixes(20))).toBe('verified');
  expect(short(withPrefixes(400))).toBe('saml-signature-shape');
});
