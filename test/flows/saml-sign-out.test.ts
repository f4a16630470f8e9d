/** Single logout by SAML, from either side, by the browser. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { minutes, now } from '../../src/base/clock.js';
import { TWO_FACTOR } from '../../src/base/authentication-level.js';
import { MOST_FROM_ADDRESS } from '../../src/identity/throttling/redirect-throttle.js';
import { rsaKeys } from '../federation/saml/stand-in/keys.js';
import {
  type LogoutWritten,
  logoutRequestXml,
  logoutResponseXml,
  postedLogout,
  redirectedLogout,
} from '../federation/saml/stand-in/logout.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { signOut } from '../support/sign-out.js';
import { changeConnector, ldapRealm } from './ldap-realm.js';
import {
  addSaml,
  answerTo,
  type AwaySignIn,
  bring as bringSaml,
  goneTo,
  IDP,
  type SamlFields,
  sentRequest,
  signInBySaml,
  SLO,
  tokensAfter,
} from './saml-realm.js';

const NAME = (value: string, more = ''): string =>
  `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"${more}>${value}</saml:NameID>`;
const SIGNED_OUT = 'You are signed out';

type SentSignOut = Parameters<typeof redirectedLogout>[3] & { readonly second?: boolean };

describe.each(['sqlite', 'mongodb'] as const)('a sign-out by SAML, on %s', (store) => {
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(() => addSaml(host, { connection: { logout: 'always' } }));

  async function signedIn(name: string, session: string, more = '') {
    const nameId = NAME(name, more);
    const signed = await signInBySaml(host, { nameId, sessionIndex: session, assertionId: `_${randomUUID()}` });
    await tokensAfter(host, signed);
    return signed.visitor;
  }
  const isSignedIn = async (visitor: Visitor): Promise<boolean> => {
    const { left, url } = await visitor.visit(`${host.issuer}/account`);
    return left === undefined && url.pathname === '/account';
  };
  const address = (): string => `${host.issuer}/connector/partner/sign-out`;
  const request = (written: LogoutWritten): LogoutWritten => ({
    ...{ id: `_${randomUUID()}`, issuer: IDP, destination: address() },
    ...written,
  });
  /** As browsers do: by an address, without a cookie of ours. */
  const bring = (written: LogoutWritten, visitor = new Visitor()) =>
    visitor.visit(
      redirectedLogout(address(), 'SAMLRequest', logoutRequestXml(request(written)), { relayState: 'theirs' }),
    );
  const post = (xml: string) =>
    new Visitor().visit(address(), { method: 'POST', body: new URLSearchParams(postedLogout(xml)) });

  test('that began there ends the session that it names, and nothing else', async () => {
    const [one, two, other] = [await signedIn('ada', 's1'), await signedIn('ada', 's2'), await signedIn('bob', 's1')];
    const { left } = await bring({ nameId: NAME('ada'), sessionIndexes: ['s1'] });
    expect(await Promise.all([one, two, other].map(isSignedIn))).toEqual([false, true, true]);
    const answer = new URL(left ?? '');
    expect(`${answer.origin}${answer.pathname}`).toBe(SLO);
    expect(answer.searchParams.get('RelayState')).toBe('theirs');
    expect(sentRequest(new URL(answer.href.replace('SAMLResponse', 'SAMLRequest'))).xml).toContain('status:Success');
  });

  test('that names no session ends all of the person, also by a form', async () => {
    const [one, two, other] = [await signedIn('cy', 's1'), await signedIn('cy', 's2'), await signedIn('dee', 's1')];
    await post(logoutRequestXml(request({ nameId: NAME('cy'), sessionIndexes: [], sign: true })));
    expect(await Promise.all([one, two, other].map(isSignedIn))).toEqual([false, false, true]);
  });

  test('may leave the format out, and qualifiers', async () => {
    const visitor = await signedIn('eve', 's1', ` NameQualifier="${IDP}"`);
    await bring({ nameId: '<saml:NameID>eve</saml:NameID>', sessionIndexes: ['s1'] });
    expect(await isSignedIn(visitor)).toBe(false);
  });

  describe('ends a sign-in that is under way:', () => {
    const answered = (name: string, session: string) => ({
      ...{ nameId: NAME(name), sessionIndex: session, assertionId: `_${randomUUID()}` },
    });
    const OVER = [410, 'This page is no longer valid'];
    const shown = ({ status, heading }: Page) => [status, heading];

    test('a question waits for its answer', async () => {
      await changeConnector(host, { linking: 'ask' }, 'partner');
      const asking = async (name: string) => (await signInBySaml(host, answered(name, 's1'))).page;
      const [visitor, other] = [await goneTo(host), await goneTo(host)];
      const question = (await signInBySaml(host, answered('gil', 's1'), visitor)).page;
      const elsewhere = (await signInBySaml(host, answered('gil', 's2'), other)).page;
      expect([question.heading, elsewhere.heading]).toEqual([(await asking('someone')).heading, question.heading]);
      await bring({ nameId: NAME('gil'), sessionIndexes: ['s1'] });
      expect(shown(await visitor.visitor.submit(question, { decision: 'new' }))).toEqual(OVER);
      expect(shown(await visitor.visitor.visit(question.url))).toEqual(OVER);
      // Another session there goes on.
      expect((await other.visitor.submit(elsewhere, { decision: 'new' })).left).toBeDefined();
      await changeConnector(host, { linking: 'never' }, 'partner');
    });

    test('a second factor is asked for', async () => {
      const away = await goneTo(host, { acr_values: TWO_FACTOR });
      const { page } = await signInBySaml(host, answered('gus', 's1'), away);
      expect(page.heading).toBe('Set up a second factor');
      await bring({ nameId: NAME('gus'), sessionIndexes: ['s2'] });
      expect((await away.visitor.visit(page.url)).heading).toBe('Set up a second factor');
      await bring({ nameId: NAME('gus'), sessionIndexes: ['s1'] });
      expect(shown(await away.visitor.visit(page.url))).toEqual(OVER);
    });

    test('its answer was taken, and the browser has not come with its ticket', async () => {
      const [away, other] = [await goneTo(host), await goneTo(host)];
      const bringAnswer = ({ request: sent }: AwaySignIn, session: string) =>
        bringSaml(host, answerTo(host, sent, answered('hal', session)), sent.relayState);
      const [ended, lives] = [await bringAnswer(away, 's1'), await bringAnswer(other, 's2')];
      await bring({ nameId: NAME('hal'), sessionIndexes: ['s1'] });
      expect((await away.visitor.visit(ended)).heading).toBe('Sign in');
      expect((await other.visitor.visit(lives)).left).toBeDefined();
    });

    test('it is done, and the browser has not followed yet', async () => {
      const away = await goneTo(host);
      const { request: sent, visitor } = away;
      let at = await bringSaml(host, answerTo(host, sent, answered('ike', 's1')), sent.relayState);
      while (!new URL(at).pathname.startsWith('/auth/')) {
        const { headers } = await visitor.request(at);
        at = new URL(headers.get('location') ?? 'nowhere:', at).href;
      }
      await bring({ nameId: NAME('ike'), sessionIndexes: ['s1'] });
      expect(shown(await visitor.visit(at))).toEqual(OVER);
      expect(await isSignedIn(visitor)).toBe(false);
    });
  });

  const refused: readonly (readonly [string, LogoutWritten, SentSignOut])[] = [
    ['is not signed', {}, { key: null }],
    ['is signed by somebody else', {}, { key: rsaKeys('stranger').privateKey }],
    ['is for another address', { destination: 'https://other.test/' }, {}],
    ['has no destination', { destination: null }, {}],
    ['is of another provider', { issuer: 'https://other.test' }, {}],
    ['is old', { issuedAt: now() - minutes(15) }, {}],
    ['has ended', { notOnOrAfter: new Date(now() - minutes(3)).toISOString() }, {}],
    ['names nobody', { nameId: '' }, {}],
    ['names two', { nameId: NAME('fay') + NAME('gus') }, {}],
    ['names a second message after the signed one', {}, { second: true }],
    ['is signed with SHA-1', {}, { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }],
  ];
  test.each(refused)('ends nothing if it %s', async (_what, written, sent) => {
    const visitor = await signedIn('fay', 's1');
    const xml = logoutRequestXml(request({ nameId: NAME('fay'), sessionIndexes: [], ...written }));
    const victim = logoutRequestXml(request({ nameId: NAME('fay'), sessionIndexes: [] }));
    const { second = false, ...how } = sent;
    const url = redirectedLogout(address(), 'SAMLRequest', second ? victim : xml, how);
    const evil = second ? `${url}&SAMLRequest=${encodeURIComponent('x')}` : url;
    expect((await new Visitor().visit(evil)).status).toBe(400);
    expect(await isSignedIn(visitor)).toBe(true);
  });

  test('by a form ends nothing if it is not signed', async () => {
    const visitor = await signedIn('gil', 's1');
    const page = await post(logoutRequestXml(request({ nameId: NAME('gil'), sessionIndexes: [] })));
    expect([page.status, await isSignedIn(visitor)]).toEqual([400, true]);
  });

  test('counts once', async () => {
    const written = request({ nameId: NAME('hal'), sessionIndexes: [] });
    const url = redirectedLogout(address(), 'SAMLRequest', logoutRequestXml(written), {});
    await signedIn('hal', 's1');
    expect((await new Visitor().visit(url)).left).toBeDefined();
    const again = await signedIn('hal', 's2');
    expect((await new Visitor().visit(url)).status).toBe(400);
    expect(await isSignedIn(again)).toBe(true);
  });

  test('is not looked at for an address that sends thousands', async () => {
    const visitor = await signedIn('kai', 's1');
    const { answerThrottle } = host.parts;
    for (let n = 0; n < MOST_FROM_ADDRESS; n++) answerThrottle.begin('127.0.0.1');
    const written = request({ nameId: NAME('kai'), sessionIndexes: [] });
    const url = redirectedLogout(address(), 'SAMLRequest', logoutRequestXml(written), {});
    expect([(await new Visitor().visit(url)).status, await isSignedIn(visitor)]).toEqual([503, true]);
    await atTime(now() + minutes(6), async () => {
      expect((await new Visitor().visit(url)).left).toBeDefined();
      expect(await isSignedIn(visitor)).toBe(false);
    });
  });

  test('that began here goes on there with the name as it was, and comes back to the application', async () => {
    const visitor = await signedIn('ian', 's9', ' SPNameQualifier="group"');
    const page = await signOut(visitor, host);
    const sent = sentRequest(new URL(page.left ?? 'nowhere:'));
    expect(sent.url.href).toContain(SLO);
    expect(sent.xml).toContain('SPNameQualifier="group">ian</saml:NameID>');
    expect(sent.xml).not.toContain(' NameQualifier=');
    expect(sent.xml).toContain('<samlp:SessionIndex>s9</samlp:SessionIndex>');
    expect(Buffer.byteLength(sent.relayState)).toBeLessThanOrEqual(80);
    expect(await isSignedIn(visitor)).toBe(false);
    const stray = logoutResponseXml({ id: '_r', issuer: IDP, destination: address(), inResponseTo: '_another' });
    const wrong = new URLSearchParams({
      SAMLResponse: Buffer.from(stray).toString('base64'),
      RelayState: sent.relayState,
    });
    expect((await new Visitor().visit(address(), { method: 'POST', body: wrong })).status).toBe(410);
    // Unsigned, by a form, without `RelayState`: it ends our side, and is not believed.
    const xml = logoutResponseXml({ id: '_r', issuer: IDP, destination: address(), inResponseTo: sent.id });
    const body = new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64') });
    expect((await visitor.visit(address(), { method: 'POST', body })).text).toContain(SIGNED_OUT);
    expect((await visitor.visit(address(), { method: 'POST', body })).status).toBe(410);
  });

  test('finds the session of somebody who is known by an attribute, by a name that is new each time', async () => {
    const transient = (value: string): string =>
      `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">${value}</saml:NameID>`;
    const { connection } = (await host.parts.connectors.get('partner')) as SamlFields;
    await changeConnector(host, { connection, subject: { attribute: 'employee' } }, 'partner');
    const enter = (nameId: string) =>
      signInBySaml(host, {
        nameId,
        assertionId: `_${randomUUID()}`,
        attributes: { employee: ['e-1'], mail: ['x@y.test'] },
      });
    const [one, two] = [await enter(transient('t-1')), await enter(transient('t-2'))];
    await Promise.all([one, two].map((each) => tokensAfter(host, each)));
    await bring({ nameId: transient('t-1'), sessionIndexes: [] });
    expect(await Promise.all([one.visitor, two.visitor].map(isSignedIn))).toEqual([false, true]);
    await changeConnector(host, { connection, subject: {} }, 'partner');
    expect((await goneTo(host)).request.id).toMatch(/^_/);
  });
});
