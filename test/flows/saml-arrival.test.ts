/** Sign-ins that begin at the identity provider: off by default, for one application, and behind a question. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { posted } from '../federation/saml/stand-in/response.js';
import { made } from '../identity/identity-store.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector, ldapRealm } from './ldap-realm.js';
import { acsOf, addSaml, answerTo, type SamlFields } from './saml-realm.js';

const portal = application('portal');
const LOGIN = 'https://portal.test/login';
const EVIL = 'https://evil.test/';

describe.each(['sqlite', 'mongodb'] as const)('a sign-in that begins at the provider, on %s', (store) => {
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    await addSaml(host, { connection: { idpInitiated: { client: 'portal' } } });
    for (const id of ['portal', 'other-portal']) {
      const input = clientInput.parse({
        ...{ id, name: id, authentication: 'none', firstParty: true, initiateLoginUri: LOGIN },
        redirectUris: [application(id).redirectUri],
      });
      made(await host.parts.clients.create(by, input));
    }
  });

  const unsolicited = (): string => answerTo(host, { id: '' }, { inResponseTo: null, assertionId: `_${randomUUID()}` });
  /** A form of another site, in this browser. */
  const arrive = (visitor: Visitor, xml = unsolicited()) =>
    visitor.visit(acsOf(host), {
      method: 'POST',
      body: new URLSearchParams({ SAMLResponse: posted(xml), RelayState: EVIL }),
    });
  async function ownSignIn(visitor: Visitor, at = portal) {
    const asked = ask(host, at);
    return { asked, page: await visitor.visit(asked.url) };
  }

  test('asks who the person is, and then signs them in at the application', async () => {
    const visitor = new Visitor();
    const question = await arrive(visitor);
    expect([question.heading, question.text]).toEqual([
      'Continue to portal?',
      expect.stringContaining('Continue as ned-1'),
    ]);
    const going = await visitor.submit(question);
    expect(going.left).toBe(`${LOGIN}?iss=${encodeURIComponent(host.issuer)}`);
    const { asked, page } = await ownSignIn(visitor);
    const { body } = await exchange(host, asked, codeOf(page));
    expect(claimsOf(body.id_token)).toMatchObject({ idp: 'partner', amr: ['fed'] });
    // Once.
    expect((await visitor.submit(question)).status).toBe(410);
  });

  test('signs nobody in who did not press the button', async () => {
    const visitor = new Visitor();
    await arrive(visitor);
    expect((await ownSignIn(visitor)).page.heading).toBe('Sign in');
  });

  test('takes no press of a button on another site, which brings no cookie', async () => {
    const attacker = new Visitor();
    const question = await arrive(attacker);
    const victim = new Visitor();
    const pressed = await victim.visit(question.action, { method: 'POST', body: new URLSearchParams(question.fields) });
    expect(pressed.status).toBe(410);
    expect((await ownSignIn(victim)).page.heading).toBe('Sign in');
  });

  test('is for the application that the connector names', async () => {
    const visitor = new Visitor();
    await visitor.submit(await arrive(visitor));
    expect((await ownSignIn(visitor, application('other-portal'))).page.heading).toBe('Sign in');
  });

  test('counts once, whatever browser brings it', async () => {
    const xml = unsolicited();
    const [one, two] = [new Visitor(), new Visitor()];
    await one.submit(await arrive(one, xml));
    await two.submit(await arrive(two, xml));
    const pages = [(await ownSignIn(one)).page, (await ownSignIn(two)).page];
    expect(pages.map(({ left }) => left !== undefined)).toEqual([true, false]);
  });

  test('is refused where the connector does not allow it', async () => {
    const { connection } = (await host.parts.connectors.get('partner')) as SamlFields;
    const { idpInitiated: _, ...without } = connection as Record<string, unknown>;
    await changeConnector(host, { connection: without }, 'partner');
    expect((await arrive(new Visitor())).status).toBe(410);
    await changeConnector(host, { connection: { ...without, idpInitiated: { client: 'portal' } } }, 'partner');
  });
});
