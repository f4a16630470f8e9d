/** Our messages, as a provider reads and verifies them. */
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { now } from '../../../../src/base/clock.js';
import { parseXml } from '../../../../src/federation/saml/reader/xml.js';
import { verifiedElement, WrittenMessage } from '../../../../src/federation/saml/reader/verify.js';
import { authnRequest } from '../../../../src/federation/saml/requests/authn-request.js';
import { requestId } from '../../../../src/federation/saml/requests/request-id.js';
import { send } from '../../../../src/federation/saml/requests/send.js';
import { ADDRESSES, begun, connectorTo, ownKey, PROVIDER, STATE } from '../connector.js';
import { rsaKeys } from '../stand-in/keys.js';
import { entityXml } from '../stand-in/metadata.js';

const ours = createPublicKey(ownKey('current', 'sp').privateKey);
const isSignedBy = (url: URL, key = ours): boolean => {
  const [signed = '', signature = ''] = url.search.slice(1).split('&Signature=');
  return verify('sha256', Buffer.from(signed), key, Buffer.from(decodeURIComponent(signature), 'base64'));
};

describe('a request by an address', () => {
  test('is signed over the characters that are sent, by the current key', async () => {
    const keys = [ownKey('next', 'sp-next'), ownKey('current', 'sp'), ownKey('former', 'sp-former')];
    const { url } = (await begun(connectorTo({ ownKeys: keys }))).sent;
    expect([...url.searchParams.keys()]).toEqual(['SAMLRequest', 'RelayState', 'SigAlg', 'Signature']);
    expect(url.searchParams.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    expect([isSignedBy(url), isSignedBy(url, rsaKeys('sp-next').publicKey)]).toEqual([true, false]);
    url.search = url.search.replace('RelayState=uid', 'RelayState=uie');
    expect(isSignedBy(url)).toBe(false);
  });

  test('keeps what the address of the provider has already, and signs nothing that is no part of SAML', async () => {
    const connection = { ssoUrl: 'https://idp.partner.test/sso?tenant=a%20b', loginHintParameter: 'login_hint' };
    const { url } = (await begun(connectorTo({ connection }), { loginHint: 'a&b=c' })).sent;
    expect([...url.searchParams.entries()].slice(0, 2)).toEqual([
      ['tenant', 'a b'],
      ['login_hint', 'a&b=c'],
    ]);
    const signed = new URL(url);
    signed.search = url.search.slice(url.search.indexOf('SAMLRequest='));
    expect(isSignedBy(signed)).toBe(true);
  });

  test('is signed where the provider wants that, whatever the settings say', async () => {
    const isSigned = async (connection: object): Promise<boolean> =>
      (await begun(connectorTo({ connection: { signRequests: false, ...connection } }))).sent.url.searchParams.has(
        'Signature',
      );
    const wanted = entityXml({ entityId: PROVIDER, wantsSigned: true });
    expect([await isSigned({}), await isSigned({ metadataXml: wanted })]).toEqual([false, true]);
  });
});

test('a request by a form is signed as a whole, and says which certificate to look at', async () => {
  const outcome = await connectorTo({ connection: { binding: 'post' } }).begin({ state: STATE });
  if (outcome.kind !== 'begun') throw new Error(outcome.reason);
  const xml = Buffer.from(outcome.form?.get('SAMLRequest') ?? '', 'base64').toString();
  const root = { element: parseXml(xml), path: [] };
  expect(verifiedElement(new WrittenMessage(xml), root, [ours])?.element.name).toBe('AuthnRequest');
  const changed = xml.replace(ADDRESSES.callback, 'https://evil.test/callback');
  expect(() => verifiedElement(new WrittenMessage(changed), { element: parseXml(changed), path: [] }, [ours])).toThrow(
    'saml-signature',
  );
  const [, base64 = ''] = /<ds:X509Certificate>([^<]*)</.exec(xml) ?? [];
  expect(new X509Certificate(Buffer.from(base64, 'base64')).subject).toBe('CN=sp');
});

describe('what is asked', () => {
  const asked = async (request: Parameters<typeof begun>[1]): Promise<string> =>
    (await begun(connectorTo(), request)).sent.xml;

  test('is nothing, unless somebody wants it', async () => {
    const root = parseXml(await asked({ loginHint: 'ned', uiLocales: 'de' }));
    expect(Object.fromEntries(root.attributes)).toEqual({
      ...{
        ID: expect.stringMatching(/^_[0-9a-f]{64}$/),
        Version: '2.0',
        AssertionConsumerServiceURL: ADDRESSES.callback,
      },
      ...{ Destination: 'https://idp.partner.test/sso', IssueInstant: expect.stringMatching(/^[-0-9T:]{19}Z$/) },
      ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
    });
    expect(root.children).toMatchObject([{ name: 'Issuer', children: [ADDRESSES.description] }]);
  });

  test.each([
    [{ maxAgeSeconds: 0 }, 'ForceAuthn="true"'],
    [{ wishedMaxAgeSeconds: 60 }, 'ForceAuthn="true"'],
    [{ choosesAccount: true }, 'ForceAuthn="true"'],
    [{ passive: true }, 'IsPassive="true"'],
  ] as const)('for %j is %s', async (request, attribute) => {
    expect(await asked(request)).toContain(attribute);
  });

  test('is escaped, whoever wrote it', () => {
    const issuer = 'https://id.test/?a=1&b="<x>';
    const parts = { id: '_1', at: now(), issuer, destination: `${issuer}\n`, callback: issuer };
    const xml = authnRequest({ ...parts, isForced: false, isPassive: false, contextClasses: ['<!--'] });
    const { attributes } = parseXml(xml);
    expect([attributes.get('Destination'), attributes.get('AssertionConsumerServiceURL')]).toEqual([
      `${issuer}\n`,
      issuer,
    ]);
    expect(xml).not.toContain('<!--');
  });
});

test('the id of a request cannot be made without the private key, and is another one for each state', () => {
  const [one, other] = [ownKey('current', 'sp'), ownKey('current', 'sp-other')];
  const ids = [requestId(one, 'a'), requestId(one, 'a'), requestId(one, 'b'), requestId(other, 'a')];
  expect([new Set(ids).size, ids[0] === ids[1]]).toEqual([3, true]);
});

test('a message without a relay state carries none', () => {
  const parts = { id: '_1', at: now(), issuer: 'i', destination: 'd', callback: 'c' };
  const xml = authnRequest({ ...parts, isForced: false, isPassive: false });
  const to = { url: 'https://idp.test/slo', binding: 'redirect' } as const;
  const { searchParams } = new URL(send({ kind: 'SAMLResponse', xml }, to, undefined).url);
  expect([...searchParams.keys()]).toEqual(['SAMLResponse']);
});
