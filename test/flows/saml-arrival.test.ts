/** Sign-ins that begin at the identity provider: off by default, for one application, and behind a question. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { minutes, now, seconds } from '../../src/base/clock.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { NAME_ID, posted, timeText, type Written } from '../federation/saml/stand-in/response.js';
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
    const stranger = { id: 'stranger', displayName: 'Stranger Inc.' };
    await addSaml(host, { ...stranger, connection: { idpInitiated: { client: 'portal' } } });
    for (const id of ['portal', 'other-portal']) {
      const input = clientInput.parse({
        ...{ id, name: id, authentication: 'none', firstParty: true, initiateLoginUri: LOGIN },
        redirectUris: [application(id).redirectUri],
      });
      made(await host.parts.clients.create(by, input));
    }
  });

  const unsolicited = (written: Written = {}, connector?: string): string =>
    answerTo(host, { id: '' }, { inResponseTo: null, assertionId: `_${randomUUID()}`, ...written }, connector);
  /** A form of another site, in this browser. */
  const arrive = (visitor: Visitor, xml = unsolicited(), connector?: string) =>
    visitor.visit(acsOf(host, connector), {
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

  test('takes no press that is not of the page which this browser saw', async () => {
    const visitor = new Visitor();
    const [question, other] = [await arrive(visitor), await arrive(new Visitor())];
    const posts = (fields: Readonly<Record<string, string>>) =>
      visitor.visit(question.action, { method: 'POST', body: new URLSearchParams({ ...question.fields, ...fields }) });
    expect((await posts({ csrf: '' })).status).toBe(410);
    expect((await posts({ csrf: other.fields['csrf'] ?? '' })).status).toBe(410);
    // The page of one answer is none of another.
    expect((await posts({ ticket: other.fields['ticket'] ?? '' })).status).toBe(410);
    expect((await ownSignIn(visitor)).page.heading).toBe('Sign in');
    expect((await visitor.submit(question)).left).toContain(LOGIN);
  });

  test('is not asked about by a program that only looks at the address', async () => {
    const { url } = await arrive(new Visitor());
    const looked = await new Visitor().request(url, { method: 'HEAD' });
    expect([looked.status, looked.headers.get('set-cookie')]).toEqual([404, null]);
  });

  test('is nothing to an application that offers no such connector', async () => {
    const { clients } = host.parts;
    const offers = async (connectors: string[] | null) =>
      made(await clients.update(by, 'portal', { connectors }, (await clients.get('portal'))?.version ?? 0));
    const people = async () => (await host.parts.users.listByUserstore('partner', { limit: 100 })).rows.length;
    const before = await people();
    await offers(['primary']);
    const visitor = new Visitor();
    await visitor.submit(await arrive(visitor, unsolicited({ nameId: NAME_ID.replace('ned-1', 'new') })));
    expect((await ownSignIn(visitor)).page.heading).toBe('Sign in');
    // Nor does anybody get an account by it.
    expect(await people()).toBe(before);
    await offers(null);
  });

  test('waits while an application asks whether somebody is signed in', async () => {
    const visitor = new Visitor();
    await visitor.submit(await arrive(visitor));
    const silent = await visitor.visit(ask(host, portal, { prompt: 'none' }).url);
    expect(new URL(silent.left ?? 'none:').searchParams.get('error')).toBe('login_required');
    expect((await ownSignIn(visitor)).page.left).toBeDefined();
  });

  test('is for the application that the connector names', async () => {
    const visitor = new Visitor();
    await visitor.submit(await arrive(visitor));
    expect((await ownSignIn(visitor, application('other-portal'))).page.heading).toBe('Sign in');
  });

  test('does not stand for the new sign-in that an application asks for', async () => {
    const asking = async (params: Readonly<Record<string, string>>, age = minutes(10)) => {
      const visitor = new Visitor();
      await visitor.submit(await arrive(visitor, unsolicited({ authnInstant: timeText(now() - age) })));
      const { url } = ask(host, portal, params);
      return (await visitor.visit(url)).left !== undefined;
    };
    expect(await asking({ prompt: 'login' })).toBe(false);
    expect(await asking({ max_age: '0' })).toBe(false);
    expect(await asking({ max_age: '300' })).toBe(false);
    expect(await asking({ max_age: '900' })).toBe(true);
    // A clock that is ahead proves nothing.
    expect(await asking({ prompt: 'login' }, -seconds(30))).toBe(false);
  });

  test('is by whom the button named, whoever is signed in here', async () => {
    const visitor = new Visitor();
    const other = unsolicited({ nameId: NAME_ID.replace('ned-1', 'conseil-1') });
    const subjectOf = async (xml?: string) => {
      await visitor.submit(await arrive(visitor, xml));
      const { asked, page } = await ownSignIn(visitor);
      const left = page.left === undefined ? await visitor.submit(page) : page;
      return claimsOf((await exchange(host, asked, codeOf(left))).body.id_token)['sub'];
    };
    const ned = await subjectOf();
    expect(await subjectOf(other)).not.toBe(ned);
    expect(await subjectOf()).toBe(ned);
    // Nor goes somebody on as ned who pressed for another, whose answer does not do.
    const old = unsolicited({ authnInstant: timeText(now() - minutes(10)) });
    await visitor.submit(await arrive(visitor, old));
    const page = await visitor.visit(ask(host, portal, { max_age: '300' }).url);
    expect([page.left, page.heading]).toEqual([undefined, 'Sign in']);
    // The application that is not meant has its session as ever.
    await visitor.submit(await arrive(visitor, other));
    const { page: elsewhere, asked } = await ownSignIn(visitor, application('other-portal'));
    const { body } = await exchange(host, asked, codeOf(elsewhere));
    expect(claimsOf(body.id_token)['sub']).toBe(ned);
  });

  test('is of the connector that proved it: another provider says nothing of its people', async () => {
    const question = await arrive(new Visitor(), unsolicited({}, 'stranger'), 'stranger');
    expect(question.heading).toBe('Continue to portal?');
    const visitor = new Visitor();
    const moved = new URL(question.url.href.replace('/stranger/', '/partner/'));
    expect((await visitor.visit(moved)).status).toBe(400);
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
    const { status, text } = await arrive(new Visitor());
    expect([status, text]).toEqual([400, expect.stringContaining('Go to the application that you want to use')]);
    await changeConnector(host, { connection: { ...without, idpInitiated: { client: 'portal' } } }, 'partner');
  });
});
