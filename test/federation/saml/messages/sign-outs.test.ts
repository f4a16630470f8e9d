/** How a connector of the kind `saml` signs out, both ways: what it sends, by which binding, and what it makes of what comes. */
import { createVerify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { now } from '../../../../src/base/clock.js';
import type { BroughtSignOut, BrowserTarget } from '../../../../src/federation/contract/redirect-connector.js';
import { signOutHintText } from '../../../../src/federation/saml/messages/sign-outs.js';
import { sentRequest } from '../../../flows/saml-realm.js';
import {
  ADDRESSES,
  connectorTo,
  ownKey,
  PROVIDER,
  signIn,
  type SamlConnector,
  type WrittenConnector,
} from '../connector.js';
import { rsaKeys } from '../stand-in/keys.js';
import { entityXml } from '../stand-in/metadata.js';
import { logoutRequestXml, logoutResponseXml, redirectedLogout } from '../stand-in/logout.js';

const SLO = 'https://idp.partner.test/slo';
const HINT = signOutHintText({
  nameId: { value: 'ned & "co" <1>', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
  sessionIndex: 's1',
});
const connectorWith = (connection: object = {}, more: Omit<WrittenConnector, 'connection'> = {}) =>
  connectorTo({ ...more, connection: { sloUrl: SLO, logout: 'always', ...connection } });
const targetOf = (connector: SamlConnector, hint = HINT) => connector.signOut?.address({ state: 'our-state', hint });

const asked = (xml: object = {}): string =>
  logoutRequestXml({
    ...{ issuer: PROVIDER, destination: ADDRESSES.signOut, nameId: '<saml:NameID>ned</saml:NameID>', ...xml },
  });
const bring = (
  connector: SamlConnector,
  xml: string,
  how: Parameters<typeof redirectedLogout>[3] = {},
  kind: 'SAMLRequest' | 'SAMLResponse' = 'SAMLRequest',
): Promise<BroughtSignOut> | undefined =>
  connector.readSignOut?.({
    ...{ binding: 'redirect', fields: new Map() },
    query: redirectedLogout('', kind, xml, how).slice(1),
  });
async function answered(
  connector: SamlConnector,
  relayState?: string,
  isDone = true,
): Promise<BrowserTarget | undefined> {
  const said = await bring(connector, asked(), relayState === undefined ? {} : { relayState });
  if (said?.kind !== 'ended') throw new Error(JSON.stringify(said));
  return said.answer(isDone);
}
const answerIn = (url: string): string => sentRequest(new URL(url.replace('SAMLResponse=', 'SAMLRequest='))).xml;

describe('a sign-out that goes on to the provider', () => {
  test('names the person exactly as the provider did, and the session', async () => {
    const url = (await targetOf(connectorWith()))?.url ?? '';
    const { xml, relayState, id } = sentRequest(new URL(url));
    expect(xml).toContain(
      '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">ned &amp; &quot;co&quot; &lt;1&gt;</saml:NameID>' +
        '<samlp:SessionIndex>s1</samlp:SessionIndex></samlp:LogoutRequest>',
    );
    expect(xml).toContain(`Destination="${SLO}"`);
    expect([relayState, id]).toEqual(['our-state', '_our-state']);
    const end = Date.parse(/NotOnOrAfter="([^"]+)"/.exec(xml)?.[1] ?? '');
    expect(end - now()).toBeGreaterThan(0);
  });

  test('is signed, even where requests for sign-ins are not', async () => {
    const { url } = (await targetOf(connectorWith({ signRequests: false }))) ?? { url: '' };
    const [over, signature = ''] = (url.split('?')[1] ?? '').split('&Signature=');
    const verifier = createVerify('sha256').update(over ?? '');
    expect(verifier.verify(rsaKeys('sp').publicKey, decodeURIComponent(signature), 'base64')).toBe(true);
  });

  test('goes by a form where the settings say so, signed in itself', async () => {
    const target = await targetOf(connectorWith({ binding: 'post' }));
    expect(target).toMatchObject({ url: SLO });
    const xml = Buffer.from(target?.form?.get('SAMLRequest') ?? '', 'base64').toString();
    expect(xml).toMatch(/<\/saml:Issuer><ds:Signature.*URI="#_our-state"/s);
    expect(target?.form?.get('RelayState')).toBe('our-state');
  });

  test('goes nowhere without an address, what to say, or a key', async () => {
    expect(await targetOf(connectorTo({ connection: { logout: 'always' } }))).toBeUndefined();
    expect(await connectorWith().signOut?.address({ state: 'our-state' })).toBeUndefined();
    expect(await targetOf(connectorWith(), '{"nameId":{}}')).toBeUndefined();
    const keyless = connectorWith({}, { ownKeys: [ownKey('former', 'sp')] });
    expect(await targetOf(keyless)).toBeUndefined();
    expect(keyless.events).toMatchObject([{ reason: 'no-own-keys' }]);
    expect(connectorWith({ logout: 'never' })).not.toHaveProperty('signOut');
  });

  test('says what a sign-in was told', async () => {
    const nameId =
      '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" SPNameQualifier="group">ned</saml:NameID>';
    const outcome = await signIn(connectorWith(), { nameId, sessionIndex: 's7' });
    expect(outcome).toMatchObject({ kind: 'ok', signOutName: 'ned', upstreamSession: 's7' });
    const { url } = (await targetOf(connectorWith(), outcome.kind === 'ok' ? outcome.signOutHint : '')) ?? { url: '' };
    expect(sentRequest(new URL(url)).xml).toContain(' SPNameQualifier="group">ned<');
  });
});

describe('the answer of the provider', () => {
  const answer = (inResponseTo: string, more: object = {}): string =>
    logoutResponseXml({ ...{ issuer: PROVIDER, destination: ADDRESSES.signOut, inResponseTo }, ...more });

  test('is known by the request that it answers, with `RelayState` or without', async () => {
    const said = { kind: 'answered', state: 'our-state' };
    const connector = connectorWith();
    for (const how of [{}, { relayState: 'our-state' }, { relayState: 'x'.repeat(200) }])
      expect(await bring(connector, answer('_our-state'), how, 'SAMLResponse')).toEqual({ ...said, isDone: true });
  });

  test('is not believed if it is not signed, or says that something is left', async () => {
    const isDone = async (xml: string, how = {}): Promise<unknown> => {
      const said = await bring(connectorWith(), xml, how, 'SAMLResponse');
      return said?.kind === 'answered' ? said.isDone : said;
    };
    expect(await isDone(answer('_our-state'), { key: null })).toBe(false);
    expect(await isDone(answer('_our-state', { status: 'Responder' }))).toBe(false);
  });

  test.each(['', '_', 'our-state', `_${'x'.repeat(81)}`])('is none of ours: to "%s"', async (id) => {
    const refused = { kind: 'refused', reason: 'saml-in-response-to' };
    expect(await bring(connectorWith(), answer(id), {}, 'SAMLResponse')).toEqual(refused);
  });
});

describe('a sign-out at the provider', () => {
  test('says who, of which sessions, and what counts once', async () => {
    const said = await bring(connectorWith(), asked({ sessionIndexes: ['s1', 's2'] }));
    expect(said).toMatchObject({
      ...{ kind: 'ended', signedOut: { who: { by: 'sign-out-name', name: 'ned' }, sessions: ['s1', 's2'] } },
    });
    expect(said?.kind === 'ended' && said.signedOut.once.id).toBe('_logout');
    const all = await bring(connectorWith(), asked());
    expect(all?.kind === 'ended' && 'sessions' in all.signedOut).toBe(false);
  });

  test.each([
    [true, 'Success'],
    [false, 'Responder'],
  ])('is answered, signed, by what was done: %s', async (isDone, status) => {
    const { url } = (await answered(connectorWith(), 'theirs & ours', isDone)) ?? { url: '' };
    expect(new URL(url).searchParams.get('RelayState')).toBe('theirs & ours');
    const xml = answerIn(url);
    expect(xml).toContain(`status:${status}"`);
    expect(xml).toContain('InResponseTo="_logout"');
    expect(xml).toContain(`Destination="${SLO}"`);
    const [over = '', signature = ''] = (url.split('?')[1] ?? '').split('&Signature=');
    const verifier = createVerify('sha256').update(over);
    expect(verifier.verify(rsaKeys('sp').publicKey, decodeURIComponent(signature), 'base64')).toBe(true);
  });

  test('hands `RelayState` back as it came, and leaves out one of more than 80 bytes', async () => {
    const handedBack = async (relayState?: string): Promise<string | null> =>
      new URL((await answered(connectorWith(), relayState))?.url ?? '').searchParams.get('RelayState');
    expect(await handedBack('ü'.repeat(40))).toBe('ü'.repeat(40));
    expect([await handedBack('ü'.repeat(41)), await handedBack()]).toEqual([null, null]);
  });

  test('is answered by a form where the settings say so', async () => {
    const target = await answered(connectorWith({ binding: 'post' }), 'theirs');
    const xml = Buffer.from(target?.form?.get('SAMLResponse') ?? '', 'base64').toString();
    expect(xml).toMatch(/<\/saml:Issuer><ds:Signature/);
    expect([target?.url, target?.form?.get('RelayState')]).toEqual([SLO, 'theirs']);
  });

  test('is answered where the metadata want answers, while requests go elsewhere', async () => {
    const described = connectorTo({
      connection: { logout: 'always', metadataXml: entityXml({ entityId: PROVIDER, slo: SLO }) },
    });
    const url = (await answered(described))?.url ?? '';
    expect(url).toMatch(/^https:\/\/idp\.partner\.test\/slo\/back\?SAMLResponse=/);
    expect(answerIn(url)).toContain(`Destination="${SLO}/back"`);
    expect((await targetOf(described))?.url).toMatch(/^https:\/\/idp\.partner\.test\/slo\?SAMLRequest=/);
  });

  test('has ended what it named even where nothing can answer it', async () => {
    const keyless = connectorWith({}, { ownKeys: [] });
    expect(await answered(keyless)).toBeUndefined();
    expect(keyless.events).toMatchObject([{ reason: 'no-own-keys' }]);
    expect(await answered(connectorTo())).toBeUndefined();
  });
});
