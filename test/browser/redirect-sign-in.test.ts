/** People sign in at another OpenID provider, as they do: with two tabs, "Back", and second thoughts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { by, changeConnector, corpInput, ldapRealm } from '../flows/ldap-realm.js';
import { listening, type Listening } from '../http/listening.js';
import { application, ask, type Asked, claimsOf, exchange } from '../support/application.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../support/slapd.js';
import { startUpstream, type Upstream } from '../support/upstream-op.js';

const OURS = 'a password of ours';
const browser = useBrowser();
describe.each(['sqlite', 'mongodb'] as const)('on %s', (store) => {
  const realm = ldapRealm(store);
  const host = useInProcessHost({ ...realm, env: { ...realm.env, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' } });
  let callback: Listening;
  let upstream: Upstream;
  let slapd: Slapd;

  beforeAll(async () => {
    callback = await listening((_req, res) => res.end('arrived'));
    slapd = await startSlapd({ entries: person('ada') });
    upstream = await startUpstream({ redirectUris: [`${host.issuer}/connector/google/callback`] });
    const { connectors, clients } = host.parts;
    expect(await connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
    const google = connectorInput.parse({
      ...{ id: 'google', displayName: 'Google', kind: 'oidc', secret: upstream.clientSecret },
      connection: { issuer: upstream.issuer, clientId: upstream.clientId },
      mapping: {
        profile: [
          { field: 'username', from: 'email' },
          { field: 'email', from: 'email' },
          { field: 'name', from: 'name' },
        ],
        groups: [{ exact: 'staff', to: { role: 'seller' } }],
        emailTrust: 'claim',
      },
    });
    expect(await connectors.create(by, google)).toMatchObject({ ok: true });
    const client = clientInput.parse({ ...shop(), authentication: 'none', firstParty: true });
    expect(await clients.create(by, client)).toMatchObject({ ok: true });
  });
  afterAll(async () => {
    await callback.close();
    await upstream.stop();
    await slapd.stop();
  });

  const shop = () => ({
    id: 'shop',
    name: 'The shop',
    applicationType: 'native',
    redirectUris: [`http://127.0.0.1:${callback.port}/callback`],
  });
  const asks = (params: Readonly<Record<string, string>> = {}): Asked =>
    ask(host, { ...application('shop'), redirectUri: shop().redirectUris[0] ?? '' }, params);
  const toGoogle = async (page: Page): Promise<void> => {
    await page.getByRole('link', { name: 'Continue with Google' }).click();
    await page.waitForURL(`${upstream.issuer}/**`);
  };
  const atUpstream = async (page: Page, login: string): Promise<void> => {
    await page.locator('[name=login]').fill(login);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  /** A native application asks every time. */
  const arrived = async (page: Page): Promise<URL> => {
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`http://127.0.0.1:${callback.port}/**`);
    return new URL(page.url());
  };
  const claims = async (asked: Asked, page: Page) => {
    const { body } = await exchange(host, asked, (await arrived(page)).searchParams.get('code') ?? '');
    return claimsOf(body.id_token);
  };
  const withPassword = async (page: Page, name: string, password: string): Promise<void> => {
    await page.getByLabel('Username or e-mail').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();

  let page: Page;
  beforeEach(async () => {
    page = await browser.newPerson();
  });

  test('somebody new signs in with one click and the page of the provider, and is the same person the next time', async () => {
    const asked = asks();
    await page.goto(asked.url.href);
    expect(await violations(page)).toEqual([]);
    await browser.screenshot(page, 'redirect-sign-in');
    await toGoogle(page);
    await atUpstream(page, 'nora');
    const first = await claims(asked, page);
    expect(first).toMatchObject({ idp: 'google', amr: ['fed'], acr: 'urn:gatehouse:acr:password' });
    const user = await host.parts.users.get(String(first['sub']));
    expect(user).toMatchObject({ username: 'nora@upstream.test', email: 'nora@upstream.test', emailVerified: true });
    const other = await browser.newPerson();
    const again = asks();
    await other.goto(again.url.href);
    await toGoogle(other);
    await atUpstream(other, 'nora');
    expect((await claims(again, other))['sub']).toBe(first['sub']);
  });

  test('one person signs in by a password of ours, by a directory and by the provider, and is the same to applications', async () => {
    const { users, links } = host.parts;
    const made = await users.create(by, { username: 'ada', password: { clear: OURS, generated: false } });
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    const entry = await (await host.parts.userstores.directory('corp'))?.test('ada');
    const subject = entry?.find(({ identity }) => identity)?.identity?.subject ?? '';
    for (const link of [
      { connector: 'corp', issuer: '', subject },
      { connector: 'google', issuer: '', subject: 'subject-of-ada' },
    ])
      expect(await links.add(by, made.value.id, link)).toMatchObject({ ok: true });

    const byPassword = asks();
    await page.goto(byPassword.url.href);
    await withPassword(page, 'primary/ada', OURS);
    expect(await claims(byPassword, page)).toMatchObject({ sub: made.value.id, idp: 'primary', amr: ['pwd'] });

    const directory = await browser.newPerson();
    const byDirectory = asks();
    await directory.goto(byDirectory.url.href);
    await withPassword(directory, 'corp/ada', PASSWORD);
    expect(await claims(byDirectory, directory)).toMatchObject({ sub: made.value.id, idp: 'corp', amr: ['pwd'] });

    const elsewhere = await browser.newPerson();
    const byProvider = asks();
    await elsewhere.goto(byProvider.url.href);
    await toGoogle(elsewhere);
    await atUpstream(elsewhere, 'ada');
    expect(await claims(byProvider, elsewhere)).toMatchObject({
      ...{ sub: made.value.id, idp: 'google', amr: ['fed'], acr: 'urn:gatehouse:acr:password' },
    });
  });

  test('who cancels there reads so here, and can try again', async () => {
    const asked = asks();
    await page.goto(asked.url.href);
    await toGoogle(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('You were not signed in there.').waitFor();
    await toGoogle(page);
    await atUpstream(page, 'otto');
    expect(await claims(asked, page)).toMatchObject({ idp: 'google' });
  });

  test('"Back" from the provider leads to our page, whose link works again', async () => {
    const asked = asks();
    await page.goto(asked.url.href);
    await toGoogle(page);
    await page.goBack();
    expect(await heading(page)).toBe('Sign in');
    await toGoogle(page);
    await atUpstream(page, 'paula');
    expect(await claims(asked, page)).toMatchObject({ idp: 'google' });
  });

  test('"Back" after the sign-in leads to a page that says that it is over', async () => {
    await page.goto(asks().url.href);
    await toGoogle(page);
    await atUpstream(page, 'quinn');
    await arrived(page);
    await page.goBack();
    expect(await heading(page)).toBe('This page is no longer valid');
  });

  test('two tabs sign in one after the other, each for its own request', async () => {
    const other = await page.context().newPage();
    const [one, two] = [asks(), asks()];
    await page.goto(one.url.href);
    await other.goto(two.url.href);
    await toGoogle(page);
    await toGoogle(other);
    await atUpstream(other, 'rosa');
    expect(await claims(two, other)).toMatchObject({ idp: 'google' });
    await atUpstream(page, 'rosa');
    expect(await claims(one, page)).toMatchObject({ idp: 'google' });
  });

  test('an application that asks for a fresh sign-in gets one, confirmed by the provider', async () => {
    const asked = asks();
    await page.goto(asked.url.href);
    await toGoogle(page);
    await atUpstream(page, 'sven');
    const first = await claims(asked, page);
    const fresh = asks({ prompt: 'login' });
    await page.goto(fresh.url.href);
    await toGoogle(page);
    // The provider knows this browser, and asks nevertheless.
    await atUpstream(page, 'sven');
    const second = await claims(fresh, page);
    expect([second['sub'], Number(second['auth_time']) >= Number(first['auth_time'])]).toEqual([first['sub'], true]);
  });

  test('who types an address of the provider’s domain goes there from the page of the name, and comes back signed in', async () => {
    await changeConnector(host, { domains: [{ name: 'upstream.test', enforce: true }] }, 'google');
    const asked = asks();
    await page.goto(asked.url.href);
    await page.getByLabel('Username or e-mail').fill('tom@upstream.test');
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    // The provider knows the name already.
    expect(await claims(asked, page)).toMatchObject({ idp: 'google' });

    const hinted = asks({ idp_hint: 'primary', prompt: 'login' });
    const other = await browser.newPerson();
    await other.goto(hinted.url.href);
    await withPassword(other, 'tom@upstream.test', 'a password for nobody');
    expect(await claims(hinted, other)).toMatchObject({ idp: 'google' });
    await changeConnector(host, { domains: [] }, 'google');
  });
});
