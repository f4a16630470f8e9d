import { describe, expect, test } from '@jest/globals';
import { minutes, now, seconds } from '../../../../src/base/clock.js';
import { ecKeys, rsaKeys } from '../stand-in/keys.js';
import { NAME_ID, response, SP, timeText, type Written } from '../stand-in/response.js';
import { MORE } from '../stand-in/sign.js';
import { type Expecting, nameIn, read, short } from './reading.js';

const sp = rsaKeys('sp');

describe('a response is read', () => {
  test('with who signed in, how, until when, and what was signed', () => {
    const issuedAt = Math.floor(now() / 1000) * 1000;
    const written = { issuedAt, attributes: { mail: ['ned@partner.test'], groups: ['staff', 'chess'] } };
    expect(read(response(written))).toEqual({
      kind: 'verified',
      assertion: {
        id: '_assertion1',
        expiresAt: issuedAt + minutes(7),
        nameId: { value: 'ned-1', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
        attributes: new Map([
          ['mail', ['ned@partner.test']],
          ['groups', ['staff', 'chess']],
        ]),
        sessionIndex: 'session-1',
        authenticatedAt: issuedAt,
        contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        signed: { response: false, assertion: true },
        ...{ wasEncrypted: false, isUnsolicited: false },
      },
    });
  });

  test.each([
    ['assertion', 'assertion', { response: false, assertion: true }],
    ['assertion', 'both', { response: true, assertion: true }],
    ['response', 'response', { response: true, assertion: false }],
    ['response', 'both', { response: true, assertion: true }],
    ['both', 'both', { response: true, assertion: true }],
    ['any', 'assertion', { response: false, assertion: true }],
    ['any', 'response', { response: true, assertion: false }],
  ] as const)('where the settings want %s signed, and %s is', (signed, sign, expected) => {
    expect(read(response({ sign }), { signed })).toMatchObject({ assertion: { signed: expected } });
  });

  test.each([
    ['assertion', 'response', 'saml-assertion-not-signed'],
    ['response', 'assertion', 'saml-response-not-signed'],
    ['both', 'assertion', 'saml-response-not-signed'],
    ['both', 'response', 'saml-assertion-not-signed'],
    ['any', 'none', 'saml-not-signed'],
    ['response', 'none', 'saml-not-signed'],
  ] as const)('not where the settings want %s signed, and only %s is', (signed, sign, reason) => {
    expect(short(response({ sign }), { signed })).toBe(reason);
  });

  test.each(['rsa-sha384', 'rsa-sha512'])('signed by %s', (name) => {
    expect(short(response({ signing: { algorithm: `${MORE}${name}`, digest: `${MORE}sha384` } }))).toBe('verified');
  });

  test.each([
    ['ecdsa-sha256', 'prime256v1'],
    ['ecdsa-sha384', 'secp384r1'],
    ['ecdsa-sha512', 'secp521r1'],
  ])('signed by %s', (name, curve) => {
    const { privateKey, publicKey } = ecKeys(curve);
    const xml = response({ signing: { key: privateKey, algorithm: `${MORE}${name}` } });
    expect(short(xml, { signingKeys: [rsaKeys().publicKey, publicKey] })).toBe('verified');
  });

  test('as Java and .NET write it: with types of values, prefixes that are always signed, and default namespaces', () => {
    const typed = (xml: string): string =>
      xml
        .replace('<samlp:Response', '<samlp:Response xmlns:xs="http://www.w3.org/2001/XMLSchema"')
        .replaceAll(
          '<saml:AttributeValue>',
          '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">',
        );
    const inclusive = response({ beforeSigning: typed, signing: { inclusive: ['xs', 'xsi'] } });
    expect(inclusive).toContain('InclusiveNamespaces');
    expect(short(inclusive)).toBe('verified');
    expect(
      short(response({ sign: 'both', beforeSigning: typed, signing: { inclusive: ['xs'] } }), { signed: 'both' }),
    ).toBe('verified');
    const unprefixed = (xml: string): string =>
      xml
        .replaceAll('<saml:', '<')
        .replaceAll('</saml:', '</')
        .replaceAll('<Assertion', '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"')
        .replace('<Issuer>', '<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">');
    expect(short(response({ beforeSigning: unprefixed }))).toBe('verified');
  });

  test('signed by the second of the keys of the provider', () => {
    const signingKeys = [rsaKeys('next').publicKey, rsaKeys().publicKey];
    expect(short(response(), { signingKeys })).toBe('verified');
    expect(short(response({ sign: 'both' }), { signingKeys, signed: 'both' })).toBe('verified');
  });

  test('not of a key that is not known, and the reader says so', () => {
    expect(read(response(), { signingKeys: [rsaKeys('next').publicKey] })).toEqual({
      ...{ kind: 'refused', reason: 'saml-signature', unknownKey: true },
    });
    expect(read(response(), { signingKeys: [] })).toMatchObject({ unknownKey: true });
  });
});

describe('an encrypted assertion is read', () => {
  test.each([
    ['aes128-gcm', 'rsa-oaep-mgf1p', 'nested'],
    ['aes256-gcm', 'rsa-oaep', 'nested'],
    ['aes128-cbc', 'rsa-oaep-mgf1p', 'beside'],
    ['aes256-cbc', 'rsa-oaep-mgf1p', 'referred'],
  ] as const)('by %s and %s, with the key %s', (algorithm, keyAlgorithm, place) => {
    const xml = response({ encrypted: { keys: sp, algorithm, keyAlgorithm, place } });
    expect(read(xml)).toMatchObject({ assertion: { nameId: { value: 'ned-1' }, wasEncrypted: true } });
  });

  test('by any key of ours', () => {
    const xml = response({ encrypted: { keys: sp } });
    expect(short(xml, { decryptionKeys: [rsaKeys('other').privateKey, sp.privateKey] })).toBe('verified');
    expect(short(xml, { decryptionKeys: [rsaKeys('other').privateKey] })).toBe('saml-decryption');
  });

  test('in a signed response, if nobody can have changed what is encrypted', () => {
    const inResponse = (algorithm: 'aes256-gcm' | 'aes128-cbc') =>
      response({ sign: 'response', encrypted: { keys: sp, algorithm } });
    expect(short(inResponse('aes256-gcm'), { signed: 'response' })).toBe('verified');
    expect(short(inResponse('aes128-cbc'), { signed: 'response' })).toBe('saml-decryption');
  });
});

describe('times', () => {
  const at = Date.UTC(2026, 5, 1, 12);
  const reading = (written: Written, changes: Expecting = {}) =>
    short(response({ issuedAt: at, ...written }), { at, ...changes });

  test('may differ by the skew of clocks, and end before `NotOnOrAfter`', () => {
    const clockSkew = seconds(60);
    const ends = { notOnOrAfter: timeText(at - seconds(60)) };
    expect(reading({ notBefore: timeText(at + 31) }, { clockSkew })).toBe('verified');
    expect(reading({ notBefore: timeText(at + seconds(60)) }, { clockSkew })).toBe('verified');
    expect(reading({ notBefore: timeText(at + seconds(60) + 1) }, { clockSkew })).toBe('saml-time');
    expect(reading(ends, { clockSkew })).toBe('saml-time');
    expect(reading(ends, { clockSkew: seconds(60) + 1 })).toBe('verified');
  });

  test('of the confirmation, the session and the sign-in count too', () => {
    expect(reading({ confirmationNotOnOrAfter: timeText(at - minutes(2)) })).toBe('saml-time');
    expect(reading({ confirmationNotOnOrAfter: null })).toBe('saml-confirmation');
    expect(reading({ sessionNotOnOrAfter: timeText(at - minutes(2)) })).toBe('saml-session-ended');
    expect(reading({ sessionNotOnOrAfter: timeText(at) })).toBe('saml-session-ended');
    expect(reading({ authnInstant: timeText(at + minutes(3)) })).toBe('saml-authn-statement');
    expect(read(response({ sessionNotOnOrAfter: timeText(at + minutes(9)), issuedAt: at }), { at })).toMatchObject({
      assertion: { sessionEndsAt: at + minutes(9) },
    });
  });

  test('make a message too old or too new', () => {
    expect(reading({ issuedAt: at + minutes(3), notBefore: null })).toBe('saml-issue-instant');
    expect(reading({ assertionIssuedAt: at + minutes(3) })).toBe('saml-issue-instant');
    expect(reading({ assertionIssuedAt: at - minutes(63) })).toBe('saml-issue-instant');
    const long = { notBefore: null, notOnOrAfter: null, confirmationNotOnOrAfter: timeText(at + minutes(5)) };
    expect(reading({ ...long, issuedAt: at - minutes(61), authnInstant: timeText(at) })).toBe('verified');
    expect(reading({ ...long, issuedAt: at - minutes(63), authnInstant: timeText(at) })).toBe('saml-issue-instant');
  });

  test.each([
    '2026-06-01T12:00:00',
    '2026-06-01',
    'now',
    '2026-13-01T12:00:00Z',
    '2026-02-30T12:00:00Z',
    '+12026-06-01T12:00:00Z',
    '',
  ])('that are written as %s are none', (authnInstant) => {
    expect(reading({ authnInstant })).toBe('saml-authn-statement');
  });

  test.each([
    '2026-06-01T12:00:00Z',
    '2026-06-01T12:00:00.1Z',
    '2026-06-01T12:00:00.123456789Z',
    '2026-06-01T12:00:00+00:00',
  ])('may be written as %s', (authnInstant) => {
    expect(reading({ authnInstant })).toBe('verified');
  });
});

describe('attributes', () => {
  const attributesOf = (statements: string, attributes: Written['attributes'] = {}) => {
    const said = read(response({ attributes, more: { statements } }));
    return said.kind === 'verified' ? Object.fromEntries(said.assertion.attributes) : said;
  };
  const statement = (content: string): string => `<saml:AttributeStatement>${content}</saml:AttributeStatement>`;
  const named = (name: string, content: string): string => `<saml:Attribute Name="${name}">${content}</saml:Attribute>`;
  const value = (text: string): string => `<saml:AttributeValue>${text}</saml:AttributeValue>`;

  test('of one name are one, and those without text are none', () => {
    const twice = named('a', value('1')) + named('a', value('2') + value(' ') + value(''));
    expect(attributesOf(statement(twice + named('b', '')))).toEqual({ a: ['1', '2'] });
  });

  test('may hold a name identifier, and no other elements', () => {
    const content = named('targeted', value('<saml:NameID>t-1</saml:NameID>')) + named('odd', value('<b>1</b>'));
    expect(attributesOf(statement(content))).toEqual({ targeted: ['t-1'] });
  });

  test('with names of programs are only names', () => {
    const read = attributesOf('', { __proto__x: ['a'], constructor: ['b'], nameID: ['eve'], toString: ['c'] });
    expect(read).toEqual({ __proto__x: ['a'], constructor: ['b'], nameID: ['eve'], toString: ['c'] });
  });

  test('and names that differ by a space that is none in XML are different ones', () => {
    const named = (text: string) => nameIn(response({ nameId: NAME_ID.replace('ned-1', text) }));
    expect(['\n  ned-1\t', 'ned-1\u00a0', '\ufeffned-1'].map(named)).toEqual(['ned-1', 'ned-1\u00a0', '\ufeffned-1']);
    const values = ['\n  ned\t', 'ned\u00a0', '\u3000'];
    expect(attributesOf('', { uid: values })).toEqual({ uid: ['ned', 'ned\u00a0', '\u3000'] });
    expect(short(response({ audience: `${SP}\u00a0` }))).toBe('saml-audience');
  });

  test('are never who somebody is', () => {
    expect(nameIn(response({ nameId: '', attributes: { nameID: ['eve'], NameID: ['eve'] } }))).toBeUndefined();
    expect(short(response({ nameId: '', attributes: { nameID: ['eve'] } }))).toBe('verified');
    expect(short(response({ nameId: NAME_ID + NAME_ID }))).toBe('saml-subject');
  });
});
