/** Messages in the query of an address, which is signed as it was sent. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type QueryMessage, readQuery } from '../../../../src/federation/saml/reader/query-signature.js';
import { type RefusedMessage, refusedOr } from '../../../../src/federation/saml/reader/refusals.js';
import { ecKeys, rsaKeys } from '../stand-in/keys.js';
import { redirectedLogout } from '../stand-in/logout.js';
import { MORE } from '../stand-in/sign.js';

type Signed = Parameters<typeof redirectedLogout>[3];

const keys = [rsaKeys('next').publicKey, rsaKeys().publicKey];
const query = (how: Signed = {}): string =>
  redirectedLogout('https://id.test/', 'SAMLRequest', '<a/>', { relayState: 'theirs', ...how }).split('?')[1] ?? '';
const withoutState = redirectedLogout('https://id.test/', 'SAMLRequest', '<a/>', {}).split('?')[1] ?? '';
const read = (text: string, by = keys): QueryMessage | RefusedMessage => refusedOr(() => readQuery(text, by));
const short = (text: string, by = keys): string => {
  const said = read(text, by);
  return said.kind === 'refused' ? said.reason : said.kind;
};
const parts = query().split('&');
const part = (name: string): string => parts.find((each) => each.startsWith(`${name}=`)) ?? '';
const joined = (...names: readonly string[]): string => names.map(part).join('&');

describe('the query of an address', () => {
  test('is read, with what was signed', () => {
    expect(read(query())).toEqual({
      ...{ kind: 'SAMLRequest', message: expect.any(String), relayState: 'theirs', isSigned: true },
    });
    expect(read(query({ key: null }))).toMatchObject({ relayState: 'theirs', isSigned: false });
    const { privateKey, publicKey } = ecKeys('prime256v1');
    expect(short(query(), [rsaKeys().publicKey])).toBe('SAMLRequest');
    // The signature of the stand-in is DER there, which XML Signature does not know.
    expect(short(query({ key: privateKey, algorithm: `${MORE}ecdsa-sha256` }), [publicKey])).toBe('saml-signature');
  });

  test('may have its parts in another order, and others between them, as long as each is what was signed', () => {
    expect(short(joined('Signature', 'SigAlg', 'RelayState', 'SAMLRequest'))).toBe('SAMLRequest');
    expect(short(`a=b&${query()}&utm=1`)).toBe('SAMLRequest');
  });

  test.each([
    ['a second message behind the signed one', `${query()}&SAMLRequest=x`],
    ['a second message before the signed one', `SAMLRequest=x&${query()}`],
    ['a second one that is spelled otherwise', `${query()}&SAML%52equest=x`],
    ['one that is spelled otherwise', query().replace('SAMLRequest', 'SAML%52equest')],
    ['an answer beside the request', `${query()}&SAMLResponse=x`],
    ['a second state', `${query()}&RelayState=x`],
    ['a second algorithm', `${query()}&SigAlg=x`],
    ['a second signature', `${query()}&Signature=x`],
    ['no message', joined('RelayState', 'SigAlg', 'Signature')],
    ['wrong escapes', query({ key: null }).replace('RelayState=theirs', 'RelayState=%zz')],
  ])('has each part once: %s is refused', (_what, text) => {
    expect(short(text)).toBe('saml-query');
  });

  test.each([
    ['another state', query().replace('theirs', 'ours')],
    ['no state any more', joined('SAMLRequest', 'SigAlg', 'Signature')],
    ['a state that was not there', `${withoutState}&RelayState=ours`],
    ['another message', query().replace('SAMLRequest=', 'SAMLRequest=A')],
    ['the same message under another name', query().replace('SAMLRequest=', 'SAMLResponse=')],
    ['the same message, escaped otherwise', query().replace('theirs', '%74heirs')],
    ['no signature any more', joined('SAMLRequest', 'RelayState', 'SigAlg')],
    ['the key of a stranger', query({ key: rsaKeys('stranger').privateKey })],
  ])('proves nothing with %s', (_what, text) => {
    expect(read(text)).toMatchObject({ reason: 'saml-signature', unknownKey: true });
  });

  test('is signed by accepted algorithms alone', () => {
    const weak = `${joined('SAMLRequest', 'RelayState')}&SigAlg=`;
    const hmac = `${weak}${encodeURIComponent('http://www.w3.org/2000/09/xmldsig#hmac-sha1')}`;
    const key = rsaKeys().publicKey.export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha1', key).update(hmac).digest('base64');
    expect(short(`${hmac}&Signature=${encodeURIComponent(mac)}`)).toBe('saml-signature-algorithm');
    expect(short(query({ algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }))).toBe('saml-signature-algorithm');
    expect(short(joined('SAMLRequest', 'RelayState', 'Signature'))).toBe('saml-signature-algorithm');
    expect(short(`${query()}&SAMLEncoding=x`)).toBe('saml-encoding');
  });
});
