/** What a message about a sign-out must be. Each refused one is honest but for one thing. */
import { describe, expect, test } from '@jest/globals';
import { minutes, seconds } from '../../../../src/base/clock.js';
import type { BroughtMessage } from '../../../../src/federation/contract/redirect-connector.js';
import { readSignOutMessage } from '../../../../src/federation/saml/messages/read-sign-out.js';
import type { ReadSignOutMessage } from '../../../../src/federation/saml/reader/reader.js';
import { expecting } from '../reader/reading.js';
import { encryptedXml, type Encryption } from '../stand-in/encrypt.js';
import { ecKeys, rsaKeys } from '../stand-in/keys.js';
import { logoutRequestXml, logoutResponseXml, type LogoutWritten, redirectedLogout } from '../stand-in/logout.js';
import { IDP, posted, SP } from '../stand-in/response.js';
import { MORE, signed } from '../stand-in/sign.js';

const SLO = 'https://id.example.com/connector/partner/sign-out';
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const at = Date.UTC(2026, 11, 1, 12);
const SKEW = seconds(120);
const NAME = '<saml:NameID>ned-1</saml:NameID>';
const text = (instant: number): string => new Date(instant).toISOString();

const request = (written: LogoutWritten = {}): string =>
  logoutRequestXml({ issuer: IDP, destination: SLO, issuedAt: at, nameId: NAME, sign: true, ...written });
const answer = (written: Partial<Parameters<typeof logoutResponseXml>[0]> = {}): string =>
  logoutResponseXml({ issuer: IDP, destination: SLO, issuedAt: at, inResponseTo: '_ours', ...written });

const read = (message: BroughtMessage, changes: Parameters<typeof expecting>[0] = {}): ReadSignOutMessage =>
  readSignOutMessage(message, expecting({ address: SLO, entityId: SP, at, clockSkew: SKEW, ...changes }));
const byForm = (fields: Readonly<Record<string, string>>, changes?: Parameters<typeof expecting>[0]) =>
  read({ binding: 'post', query: '', fields: new Map(Object.entries(fields)) }, changes);
const byFormRequest = (xml: string, changes?: Parameters<typeof expecting>[0]) =>
  byForm({ SAMLRequest: posted(xml) }, changes);
const byFormAnswer = (xml: string) => byForm({ SAMLResponse: posted(xml) });

type How = Parameters<typeof redirectedLogout>[3];
const queryOf = (xml: string, how: How = {}, kind: 'SAMLRequest' | 'SAMLResponse' = 'SAMLRequest'): string =>
  redirectedLogout(SLO, kind, xml, how).slice(SLO.length + 1);
const byQuery = (query: string, changes?: Parameters<typeof expecting>[0]) =>
  read({ binding: 'redirect', query, fields: new Map() }, changes);
const unsigned = (written: LogoutWritten = {}): string => request({ sign: false, ...written });
const short = (said: ReadSignOutMessage): string => (said.kind === 'refused' ? said.reason : said.kind);

describe('a request is read', () => {
  const said = { kind: 'request', id: '_logout', nameId: { value: 'ned-1' }, sessionIndexes: [] };

  test('from a form, signed in itself, and from an address, signed beside it', () => {
    expect(byFormRequest(request())).toMatchObject(said);
    expect(byQuery(queryOf(unsigned()))).toMatchObject(said);
    expect(byQuery(queryOf(unsigned(), { relayState: 'a b+c%&=' }))).toMatchObject(said);
  });

  test('by any key of the provider, also of an elliptic curve', () => {
    const { privateKey, publicKey } = ecKeys();
    const changes = { signingKeys: [rsaKeys().publicKey, publicKey] };
    const xml = signed(unsigned(), '/*', { key: privateKey, algorithm: `${MORE}ecdsa-sha256` });
    expect(short(byFormRequest(xml, changes))).toBe('request');
  });

  test('with the name as it was written, and the sessions', () => {
    const nameId = `<saml:NameID Format="${PERSISTENT}" NameQualifier="${IDP}" SPNameQualifier="group">ned-1</saml:NameID>`;
    expect(byFormRequest(request({ nameId, sessionIndexes: ['s1', 's2'] }))).toMatchObject({
      nameId: { value: 'ned-1', format: PERSISTENT, nameQualifier: IDP, spNameQualifier: 'group' },
      sessionIndexes: ['s1', 's2'],
    });
  });

  test.each(['aes256-gcm', 'aes128-cbc'] as const)('with a name that is encrypted by %s', (algorithm) => {
    expect(byFormRequest(request({ nameId: encryptedName({ keys: rsaKeys('sp'), algorithm }) }))).toMatchObject(said);
  });

  test('with the time from which it counts no more: its own end, and ten minutes at most', () => {
    const ends = (written: LogoutWritten): number => {
      const message = byFormRequest(request(written));
      return message.kind === 'request' ? message.expiresAt - at : Number.NaN;
    };
    expect(ends({ notOnOrAfter: text(at + minutes(5)) })).toBe(minutes(5) + SKEW);
    expect(ends({})).toBe(minutes(10) + SKEW);
    expect(ends({ notOnOrAfter: text(at + minutes(500)) })).toBe(minutes(10) + SKEW);
  });

  test('until its end and within the skew of clocks, and not at the end itself', () => {
    const ending = (before: number): string => short(byFormRequest(request({ notOnOrAfter: text(at - before) })));
    expect([ending(SKEW - 1), ending(SKEW)]).toEqual(['request', 'saml-time']);
    const issued = (issuedAt: number): string => short(byFormRequest(request({ issuedAt })));
    expect([issued(at + SKEW), issued(at + SKEW + 1)]).toEqual(['request', 'saml-issue-instant']);
    const oldest = at - minutes(10) - SKEW;
    expect([issued(oldest + 1), issued(oldest)]).toEqual(['request', 'saml-issue-instant']);
  });
});

function encryptedName(encryption: Encryption, name = NAME): string {
  const whole = name.replace('NameID', 'NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"');
  return `<saml:EncryptedID>${encryptedXml(whole, encryption)}</saml:EncryptedID>`;
}

describe('a request is refused', () => {
  const stranger = rsaKeys('stranger');
  const wrong: readonly (readonly [string, LogoutWritten, string])[] = [
    ['of another provider', { issuer: 'https://other.test' }, 'saml-issuer'],
    ['for another address', { destination: 'https://other.test/sign-out' }, 'saml-destination'],
    ['for the address of sign-ins', { destination: SLO.replace('sign-out', 'callback') }, 'saml-destination'],
    ['for no address', { destination: null }, 'saml-destination'],
    ['for two addresses', { destination: `${SLO}" Destination="https://other.test` }, 'saml-xml'],
    ['without an id', { id: '' }, 'saml-message'],
    ['with an endless id', { id: `_${'x'.repeat(255)}` }, 'saml-message'],
    ['about nobody', { nameId: '' }, 'saml-subject'],
    ['about nobody with a name', { nameId: '<saml:NameID> </saml:NameID>' }, 'saml-subject'],
    ['about two people', { nameId: NAME + NAME }, 'saml-subject'],
    [
      'about two people, one encrypted',
      { nameId: NAME + encryptedName({ keys: rsaKeys('sp') }, NAME.replace('ned', 'eve')) },
      'saml-subject',
    ],
    ['about a name that others encrypted', { nameId: encryptedName({ keys: stranger }) }, 'saml-decryption'],
    [
      'about a name encrypted with RSA 1.5',
      { nameId: encryptedName({ keys: rsaKeys('sp'), keyAlgorithm: 'rsa-1_5' }) },
      'saml-decryption',
    ],
    [
      'about a name that a comment splits',
      { nameId: '<saml:NameID>ned-1<!-- -->.evil</saml:NameID>' },
      'saml-text-split',
    ],
    ['with very many sessions', { sessionIndexes: Array.from({ length: 51 }, (_, n) => `s${n}`) }, 'saml-message'],
    ['with an end that is none', { notOnOrAfter: 'soon' }, 'saml-time'],
  ];
  test.each(wrong)('%s', (_what, written, reason) => {
    // What the signer of a test does not sign, the address signs.
    expect(short(byQuery(queryOf(unsigned(written))))).toBe(reason);
  });

  test('of another version', () => {
    expect(short(byQuery(queryOf(unsigned().replace('Version="2.0"', 'Version="1.1"'))))).toBe('saml-version');
  });

  test('that nobody signed, by either binding', () => {
    expect(short(byFormRequest(unsigned()))).toBe('saml-not-signed');
    expect(short(byQuery(queryOf(unsigned(), { key: null })))).toBe('saml-not-signed');
  });

  test('from an address whose message is signed in itself alone', () => {
    expect(short(byQuery(queryOf(request(), { key: null })))).toBe('saml-not-signed');
  });

  test('that somebody else signed, which may be a new key', () => {
    const other = signed(unsigned(), '/*', { key: stranger.privateKey, certificate: stranger.certificate });
    for (const said of [byFormRequest(other), byQuery(queryOf(unsigned(), { key: stranger.privateKey }))])
      expect(said).toEqual({ kind: 'refused', reason: 'saml-signature', unknownKey: true });
  });

  test('that was changed after it was signed', () => {
    expect(short(byFormRequest(request().replace('ned-1', 'eve-1')))).toBe('saml-signature');
    const [one, two] = [queryOf(unsigned()), queryOf(unsigned({ nameId: NAME.replace('ned', 'eve') }))];
    const signature = one.slice(one.indexOf('&SigAlg'));
    expect(short(byQuery(`${two.slice(0, two.indexOf('&SigAlg'))}${signature}`))).toBe('saml-signature');
  });

  test('whose `RelayState` was changed, left out or put in', () => {
    const query = queryOf(unsigned(), { relayState: 'theirs' });
    for (const changed of [query.replace('theirs', 'mine'), query.replace('&RelayState=theirs', '')])
      expect(short(byQuery(changed))).toBe('saml-signature');
    expect(short(byQuery(`${queryOf(unsigned())}&RelayState=mine`))).toBe('saml-signature');
  });

  test('that stands twice, however the second one is spelled', () => {
    const query = queryOf(unsigned());
    const evil = encodeURIComponent(posted(request()));
    for (const more of [
      `SAMLRequest=${evil}`,
      `SAMLResponse=${evil}`,
      `%53AMLRequest=${evil}`,
      'SigAlg=x',
      'Signature=x',
    ])
      for (const twice of [`${query}&${more}`, `${more}&${query}`]) expect(short(byQuery(twice))).toBe('saml-query');
  });

  test('whose name is spelled otherwise than what was signed', () => {
    expect(short(byQuery(queryOf(unsigned()).replace('SAMLRequest=', '%53AMLRequest=')))).toBe('saml-query');
  });

  test('beside an answer, or as one', () => {
    expect(short(byForm({ SAMLRequest: posted(request()), SAMLResponse: posted(answer()) }))).toBe('saml-message');
    expect(short(byFormAnswer(request()))).toBe('saml-message');
    expect(short(byQuery(queryOf(unsigned(), {}, 'SAMLResponse')))).toBe('saml-message');
    expect(short(byForm({}))).toBe('saml-message');
    expect(short(byQuery(''))).toBe('saml-query');
  });

  test.each(['http://www.w3.org/2000/09/xmldsig#rsa-sha1', `${MORE}rsa-md5`])('signed by %s', (algorithm) => {
    expect(short(byQuery(queryOf(unsigned(), { algorithm })))).toBe('saml-signature-algorithm');
    const xml = signed(unsigned(), '/*', { key: rsaKeys().privateKey, algorithm });
    expect(short(byFormRequest(xml))).toBe('saml-signature-algorithm');
  });

  test('around which a signed one stands', () => {
    const evil = unsigned({ id: '_evil', nameId: NAME.replace('ned', 'eve') });
    const wrapped = evil.replace(
      '</samlp:LogoutRequest>',
      `<samlp:Extensions>${request()}</samlp:Extensions></samlp:LogoutRequest>`,
    );
    expect(short(byFormRequest(wrapped))).toBe('saml-not-signed');
    const [moved = ''] = /<ds:Signature.*<\/ds:Signature>/s.exec(request()) ?? [];
    const taken = wrapped.replace('</saml:Issuer>', `</saml:Issuer>${moved}`);
    expect(short(byFormRequest(taken))).toBe('saml-signature-shape');
  });

  test('that is a bomb, or no message', () => {
    const bomb = unsigned({ nameId: `<saml:NameID>${' '.repeat(2_000_000)}</saml:NameID>` });
    expect(short(byQuery(queryOf(bomb)))).toBe('saml-too-long');
    expect(short(byFormRequest(`<!DOCTYPE x>${request()}`))).toBe('saml-xml-forbidden');
    expect(short(byForm({ SAMLRequest: '***' }))).toBe('saml-encoding');
  });
});

describe('an answer', () => {
  const said = { kind: 'response', inResponseTo: '_ours', isSuccess: true };

  test('is read whether it is signed or not', () => {
    expect(byFormAnswer(answer())).toEqual({ ...said, isSigned: false });
    const xml = signed(answer(), '/*', { key: rsaKeys().privateKey });
    expect(byFormAnswer(xml)).toEqual({ ...said, isSigned: true });
    expect(byQuery(queryOf(answer(), {}, 'SAMLResponse'))).toEqual({ ...said, isSigned: true });
    expect(byFormAnswer(answer({ destination: null }))).toMatchObject(said);
  });

  test.each(['Responder', 'PartialLogout', 'RequestDenied'])('says that it is not done: %s', (status) => {
    expect(byFormAnswer(answer({ status }))).toMatchObject({ isSuccess: false });
  });

  test('is refused if its signature is wrong, or it is of or for somebody else', () => {
    const other = signed(answer(), '/*', { key: rsaKeys('stranger').privateKey });
    expect(short(byFormAnswer(other))).toBe('saml-signature');
    expect(short(byFormAnswer(answer({ issuer: 'https://other.test' })))).toBe('saml-issuer');
    expect(short(byFormAnswer(answer({ destination: 'https://other.test' })))).toBe('saml-destination');
    expect(short(byFormAnswer(answer({ issuedAt: at - minutes(15) })))).toBe('saml-issue-instant');
  });
});
