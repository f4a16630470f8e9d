/** What was ever done to SAML, and the reason for which it is refused. Each fails if its defence is taken out. */
import { createSecretKey } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decodePosted, decodeRedirected } from '../../../../src/federation/saml/reader/decode.js';
import { readResponse } from '../../../../src/federation/saml/reader/read-response.js';
import { rsaKeys } from '../stand-in/keys.js';
import {
  assertionXml,
  NAME_ID,
  posted,
  response,
  responseXml,
  signedResponse,
  type Written,
} from '../stand-in/response.js';
import { EXCLUSIVE, MORE, signed } from '../stand-in/sign.js';
import { expecting, nameIn, read, short } from './reading.js';

const EVIL_NAME = NAME_ID.replace('ned-1', 'eve');
const stranger = rsaKeys('stranger');
const between = (xml: string, from: string, to: string): string =>
  xml.slice(xml.indexOf(from), xml.indexOf(to) + to.length);
const assertionOf = (xml: string): string => between(xml, '<saml:Assertion', '</saml:Assertion>');
const signatureOf = (xml: string): string => between(xml, '<ds:Signature', '</ds:Signature>');

describe('wrapping a signed assertion', () => {
  const real = response();
  const signedAssertion = assertionOf(real);
  const evil = (id = '_evil'): string => assertionXml({ assertionId: id, nameId: EVIL_NAME });
  const around = (content: string): string => real.replace(signedAssertion, content);
  const withoutSignature = (xml: string): string => xml.replace(signatureOf(xml), '');
  const inObject = (xml: string, more: string): string =>
    xml.replace('</ds:Signature>', `<ds:Object>${more}</ds:Object></ds:Signature>`);
  const signatureIn = (assertion: string, signature: string): string =>
    assertion.replace('</saml:Issuer>', `</saml:Issuer>${signature}`);

  test.each([
    ['in front of the signed one', evil() + signedAssertion, 'saml-assertion-count'],
    ['behind the signed one', signedAssertion + evil(), 'saml-assertion-count'],
    [
      'around the signed one',
      evil().replace('</saml:Assertion>', `${signedAssertion}</saml:Assertion>`),
      'saml-not-signed',
    ],
    [
      'with its signature, and the signed one in the signature',
      signatureIn(evil(), inObject(signatureOf(real), withoutSignature(signedAssertion))),
      'saml-signature-shape',
    ],
    [
      'with its signature, and the signed one in the extensions',
      signatureIn(evil(), signatureOf(real)).replace(
        '</saml:Assertion>',
        `<e>${withoutSignature(signedAssertion)}</e></saml:Assertion>`,
      ),
      'saml-signature-shape',
    ],
    ['of the same id', evil('_assertion1') + signedAssertion, 'saml-xml-duplicate-id'],
    ['of the same id, with the signature of it', signatureIn(evil('_assertion1'), signatureOf(real)), 'saml-signature'],
    [
      'with the signed one below an unknown element beside it',
      `<x:Extensions xmlns:x="urn:x">${signedAssertion}</x:Extensions>${evil()}`,
      'saml-not-signed',
    ],
  ])('puts another one %s', (_where, content, reason) => {
    expect(short(around(content))).toBe(reason);
    expect(nameIn(around(content))).toBeUndefined();
  });

  test('puts a loose statement beside it, which says nothing', () => {
    const loose =
      '<saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>eve@x.test</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>';
    const said = read(around(signedAssertion + loose));
    expect(said).toMatchObject({ assertion: { attributes: new Map([['mail', ['ned@partner.test']]]) } });
  });
});

describe('wrapping a signed response', () => {
  const real = response({ sign: 'response' });
  const forResponse = { signed: 'response' } as const;
  const evil = responseXml(assertionXml({ nameId: EVIL_NAME, assertionId: '_evil' }), { id: '_evil-response' });
  const withoutSignature = real.replace(signatureOf(real), '');

  test.each([
    ['around it', evil.replace('</samlp:Response>', `${real}</samlp:Response>`), 'saml-not-signed'],
    [
      'around it, with its signature',
      evil
        .replace('</saml:Issuer>', `</saml:Issuer>${signatureOf(real)}`)
        .replace('</samlp:Response>', `${withoutSignature}</samlp:Response>`),
      'saml-signature-shape',
    ],
    [
      'around it in the signature',
      evil.replace(
        '</saml:Issuer>',
        `</saml:Issuer>${signatureOf(real).replace('</ds:Signature>', `<ds:Object>${withoutSignature}</ds:Object></ds:Signature>`)}`,
      ),
      'saml-signature-shape',
    ],
    [
      'of its id',
      evil.replace('_evil-response', '_response1').replace('</saml:Issuer>', `</saml:Issuer>${signatureOf(real)}`),
      'saml-signature',
    ],
    [
      'in it',
      real.replace(
        '</samlp:Response>',
        `${assertionXml({ nameId: EVIL_NAME, assertionId: '_evil' })}</samlp:Response>`,
      ),
      'saml-signature',
    ],
    ['with another name in it', real.replace('ned-1', 'eve'), 'saml-signature'],
    [
      'whose signature is not its child',
      real.replace(signatureOf(real), '').replace('</samlp:Response>', `<e>${signatureOf(real)}</e></samlp:Response>`),
      'saml-not-signed',
    ],
    [
      'with two signatures',
      real.replace(signatureOf(real), signatureOf(real) + signatureOf(real)),
      'saml-signature-shape',
    ],
  ])('puts another one %s', (_where, xml, reason) => {
    expect(short(xml, forResponse)).toBe(reason);
  });
});

describe('text that programs read differently', () => {
  test.each([
    ['a comment in a name', 'ned<!-- -->-1'],
    ['a CDATA section in a name', 'ned<![CDATA[-1]]>'],
  ])('such as %s', (_what, text) => {
    expect(short(response({ nameId: NAME_ID.replace('ned-1', text) }))).toBe('saml-text-split');
    // Also where it was put in afterwards: canonicalization leaves comments out.
    expect(short(response().replace('ned-1', text))).toBe('saml-text-split');
    expect(short(response({ attributes: { mail: [`ned@partner.test${text}`] } }))).toBe('saml-text-split');
  });

  test('is taken where it says nothing', () => {
    expect(short(response().replace('<samlp:Status>', '<!-- a comment --><samlp:Status>'))).toBe('verified');
  });
});

describe('XML that does more than it says', () => {
  const doctype = (content: string): string => `<!DOCTYPE r [${content}]>${response()}`;
  const plain = (text: string): string => `<r xmlns="urn:x">${text}</r>`;

  test.each([
    [
      'an external entity',
      doctype('<!ENTITY x SYSTEM "file:///etc/passwd">').replace('ned-1', '&x;'),
      'saml-xml-forbidden',
    ],
    [
      'an entity bomb',
      doctype(`<!ENTITY a "${'a'.repeat(100)}"><!ENTITY b "&a;&a;&a;&a;">`).replace('ned-1', '&b;'),
      'saml-xml-forbidden',
    ],
    ['a DOCTYPE without entities', `<!DOCTYPE r>${response()}`, 'saml-xml-forbidden'],
    ['a default of an attribute', doctype('<!ATTLIST r a CDATA "x">'), 'saml-xml-forbidden'],
    ['an entity that nobody declared', response().replace('ned-1', '&x;'), 'saml-xml'],
    ['a processing instruction', response().replace('ned-1', 'ned<?x y?>-1'), 'saml-xml-forbidden'],
    ['a style sheet', `<?xml-stylesheet href="x"?>${response()}`, 'saml-xml-forbidden'],
    ['two thousand elements and more', plain('<a/>'.repeat(2001)), 'saml-xml-limits'],
    ['elements in elements in elements', plain('<a>'.repeat(40) + '</a>'.repeat(40)), 'saml-xml-limits'],
    [
      'forty attributes of one element',
      `<r xmlns="urn:x" ${Array.from({ length: 40 }, (_, n) => `a${n}=""`).join(' ')}/>`,
      'saml-xml-limits',
    ],
    [
      'five thousand attributes of many',
      plain(
        Array.from({ length: 400 }, () => `<a ${Array.from({ length: 20 }, (_, n) => `a${n}=""`).join(' ')}/>`).join(
          '',
        ),
      ),
      'saml-xml-limits',
    ],
    ['another encoding', `<?xml version="1.0" encoding="UTF-16"?>${response()}`, 'saml-encoding'],
    ['two roots', response() + response(), 'saml-xml'],
    ['an end too early', response().slice(0, -20), 'saml-xml'],
    ['nothing', '', 'saml-encoding'],
    ['another element', plain(''), 'saml-message'],
    ['more than 256 KB', plain('x'.repeat(256 * 1024)), 'saml-too-long'],
  ])('such as %s', (_what, xml, reason) => {
    expect(short(xml)).toBe(reason);
  });

  test('also inside what is encrypted', () => {
    const xml = response({ encrypted: { keys: rsaKeys('sp') }, beforeSigning: (inner) => `<!DOCTYPE r>${inner}` });
    expect(short(xml)).toBe('saml-decryption');
  });

  test('such as bytes that are no base64 and no UTF-8', () => {
    const reasonOf = (text: string) => {
      const said = readResponse(text, expecting());
      return said.kind === 'refused' ? said.reason : said.kind;
    };
    for (const text of ['!!!', 'a', '<x/>', '/w==', 'a'.repeat(500_000)])
      expect(reasonOf(text)).toBe(text.length > 1000 ? 'saml-too-long' : 'saml-encoding');
    // As many providers write it.
    expect(reasonOf(posted(response()).replaceAll(/(.{76})/g, '$1\r\n'))).toBe('verified');
  });

  test('such as 250 KB that become 200 MB', () => {
    const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024)).toString('base64');
    expect(bomb.length).toBeGreaterThan(250_000);
    const before = process.memoryUsage().rss;
    expect(() => decodeRedirected(bomb)).toThrow('saml-too-long');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    expect(() => decodeRedirected(Buffer.from('no DEFLATE').toString('base64'))).toThrow('saml-encoding');
    expect(decodePosted(posted('<a/>'))).toBe('<a/>');
  });
});

describe('an answer that is about something else', () => {
  const other = 'https://other.test/';
  const cases: readonly (readonly [string, Written, string])[] = [
    ['of another version', { version: '1.1' }, 'saml-version'],
    ['whose assertion is of another version', { assertionVersion: '1.1' }, 'saml-version'],
    ['of another provider', { issuer: other }, 'saml-issuer'],
    ['whose assertion is of another provider', { assertionIssuer: other }, 'saml-issuer'],
    ['whose assertion is of nobody', { assertionIssuer: '' }, 'saml-issuer'],
    ['for another address', { destination: other }, 'saml-destination'],
    [
      'for several addresses',
      { destination: 'https://id.example.com/connector/partner/callback https://x.test' },
      'saml-destination',
    ],
    ['for another recipient', { recipient: other }, 'saml-recipient'],
    ['for no recipient', { recipient: null }, 'saml-recipient'],
    ['for another audience', { audience: other }, 'saml-audience'],
    ['for no audience', { audience: null }, 'saml-audience'],
    ['to another request', { inResponseTo: '_other' }, 'saml-in-response-to'],
    [
      'that says so of itself alone',
      { inResponseTo: '_other', confirmationInResponseTo: '_request1' },
      'saml-in-response-to',
    ],
    ['to no request', { inResponseTo: null }, 'saml-unsolicited'],
    ['whose assertion answers another request', { confirmationInResponseTo: '_other' }, 'saml-in-response-to'],
    ['whose assertion answers no request', { confirmationInResponseTo: null }, 'saml-unsolicited'],
    ['confirmed by a key', { method: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key' }, 'saml-confirmation'],
    ['without a sign-in', { authnStatement: '' }, 'saml-authn-statement'],
    [
      'with a condition that nobody knows',
      { more: { conditions: '<x:Never xmlns:x="urn:x"/>' } },
      'saml-condition-unknown',
    ],
    [
      'for one more audience, which is another',
      {
        more: {
          conditions: `<saml:AudienceRestriction><saml:Audience>${other}</saml:Audience></saml:AudienceRestriction>`,
        },
      },
      'saml-audience',
    ],
    ['with the status that nobody is signed in, and an assertion', { status: 'Requester' }, 'not-signed-in'],
  ];
  test.each(cases)('such as one %s', (_what, written, reason) => {
    expect(short(response(written))).toBe(reason);
  });

  test('such as one of a signed response that leaves out where it goes or whose it is', () => {
    const signedWith = (written: Written) => short(response({ sign: 'response', ...written }), { signed: 'response' });
    expect([signedWith({ destination: null }), signedWith({ issuer: null })]).toEqual([
      'saml-destination',
      'saml-issuer',
    ]);
    // In one that nobody signed, nobody has to say it.
    expect([short(response({ destination: null })), short(response({ issuer: null }))]).toEqual([
      'verified',
      'verified',
    ]);
  });

  test('such as one whose answers differ, where those without a request are taken', () => {
    const taking = { takesUnsolicited: true };
    expect(read(response({ inResponseTo: null }), taking)).toMatchObject({ assertion: { isUnsolicited: true } });
    const stripped = response().replace(' InResponseTo="_request1"', '');
    expect(short(stripped, taking)).toBe('saml-in-response-to');
    expect(short(response({ confirmationInResponseTo: null }), taking)).toBe('saml-in-response-to');
  });
});

describe('a signature that proves nothing', () => {
  const by = (signing: Written['signing']): string => short(response({ signing: { ...signing } }));
  const XENC_SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
  const { certificate } = rsaKeys();

  test('since its algorithms are weak', () => {
    expect(by({ algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })).toBe('saml-signature-algorithm');
    expect(by({ digest: XENC_SHA1 })).toBe('saml-signature-algorithm');
    expect(by({ algorithm: `${MORE}rsa-md5` })).toBe('saml-signature-algorithm');
    expect(by({ canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' })).toBe(
      'saml-signature-algorithm',
    );
    expect(by({ canonicalization: `${EXCLUSIVE}WithComments` })).toBe('saml-signature-algorithm');
    expect(by({ transforms: [EXCLUSIVE] })).toBe('saml-signature-algorithm');
  });

  test('since the public key is no secret', () => {
    const key = createSecretKey(Buffer.from(rsaKeys().publicKey.export({ type: 'spki', format: 'pem' })));
    const xml = response({ signing: { key, algorithm: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1' } });
    expect(short(xml)).toBe('saml-signature-algorithm');
  });

  test('since a stranger brings the certificate', () => {
    expect(by({ key: stranger.privateKey, certificate: stranger.certificate })).toBe('saml-signature');
    expect(by({ key: stranger.privateKey, certificate })).toBe('saml-signature');
    expect(by({ certificate: stranger.certificate })).toBe('verified');
  });

  test('since it is of another kind of key than it says', () => {
    const small = rsaKeys('small', 1024);
    const xml = response({ signing: { key: small.privateKey } });
    expect(short(xml, { signingKeys: [small.publicKey] })).toBe('saml-signature');
  });

  test.each([
    ['two references', (xml: string) => xml.replace(/(<ds:Reference.*<\/ds:Reference>)/s, '$1$1')],
    ['no reference', (xml: string) => xml.replace(/<ds:Reference.*<\/ds:Reference>/s, '')],
    ['a reference to all', (xml: string) => xml.replace('URI="#_assertion1"', 'URI=""')],
    ['a reference to another', (xml: string) => xml.replace('URI="#_assertion1"', 'URI="#_response1"')],
    ['a reference by XPointer', (xml: string) => xml.replace('URI="#_assertion1"', 'URI="#xpointer(/)"')],
    ['two infos', (xml: string) => xml.replace(/(<ds:SignedInfo.*<\/ds:SignedInfo>)/s, '$1$1')],
    ['an object', (xml: string) => xml.replace('</ds:Signature>', '<ds:Object/></ds:Signature>')],
    [
      'an object behind its certificate',
      () => response({ signing: { certificate } }).replace('</ds:Signature>', '<ds:Object/></ds:Signature>'),
    ],
    ['its value split', (xml: string) => xml.replace(/<ds:SignatureValue>/, '<ds:SignatureValue><a/>')],
  ])('since it has %s', (_what, change) => {
    expect(short(change(response()))).toBe('saml-signature-shape');
  });

  test.each([
    ['XSLT', 'http://www.w3.org/TR/1999/REC-xslt-19991116'],
    ['XPath', 'http://www.w3.org/TR/1999/REC-xpath-19991116'],
  ])('since it is over what %s makes', (_what, uri) => {
    const xml = response().replace(
      `Algorithm="${EXCLUSIVE}"/></ds:Transforms>`,
      `Algorithm="${uri}"/></ds:Transforms>`,
    );
    expect(short(xml)).toBe('saml-signature-algorithm');
  });

  test('since one byte was changed', () => {
    expect(short(response().replace('ned@partner.test', 'eve@partner.test'))).toBe('saml-signature');
    expect(read(response().replace('ned@partner.test', 'eve@partner.test'))).not.toHaveProperty('unknownKey');
  });

  test('since it is of the assertion alone, and something else was signed too', () => {
    const twice = signedResponse(response({ signing: { key: stranger.privateKey } }));
    expect(short(twice, { signed: 'any' })).toBe('saml-signature');
    expect(short(signed(response(), "/*[local-name()='Response']", { key: stranger.privateKey }))).toBe(
      'saml-signature',
    );
  });
});

describe('what is encrypted', () => {
  const keys = rsaKeys('sp');
  const by = (
    encrypted: Omit<NonNullable<Written['encrypted']>, 'keys'>,
    sign: Written['sign'] = 'assertion',
  ): string => short(response({ sign, encrypted: { keys, ...encrypted } }), { signed: 'any' });

  test('is opened by no weak algorithm, and every failure looks alike', () => {
    expect(by({ keyAlgorithm: 'rsa-1_5' })).toBe('saml-decryption');
    expect(by({ algorithm: 'tripledes-cbc' })).toBe('saml-decryption');
    expect(by({ algorithm: 'aes128-cbc' }, 'response')).toBe('saml-decryption');
    expect(short(response({ encrypted: { keys: stranger } }))).toBe('saml-decryption');
    const broken = response({ encrypted: { keys } }).replace(/<xenc:CipherValue>.{8}/g, '<xenc:CipherValue>AAAAAAAA');
    expect(short(broken)).toBe('saml-decryption');
    expect(short(response({ encrypted: { keys }, beforeSigning: () => 'no XML', sign: 'none' }))).toBe(
      'saml-decryption',
    );
  });

  test('is not thereby signed', () => {
    expect(by({}, 'none')).toBe('saml-not-signed');
  });
});
