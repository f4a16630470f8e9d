/** People sign in and out at SimpleSAMLphp, which is another site, in Chromium. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { OwnKeyStep } from '../../src/federation/connectors/own-keys.js';
import { connectorAddresses } from '../../src/federation/connectors/connector-addresses.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { by, ldapRealm } from '../flows/ldap-realm.js';
import { listening, type Listening } from '../http/listening.js';
import { made } from '../identity/identity-store.js';
import { application, ask, type Asked, claimsOf, exchange } from '../support/application.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import type { SimpleSamlPhp } from '../support/simplesamlphp.js';
import type { ServiceProvider } from '../../examples/federation/saml-provider.ts';
import { addUniversity, OUTGOING, ourMetadata, signInThere, startUniversity } from './saml-university.js';

const browser = useBrowser();
/** A connector each, with what SimpleSAMLphp does for it beyond what its metadata say. */
const VARIANTS: Readonly<Record<string, { connection: object; there?: Omit<ServiceProvider, 'metadata'> }>> = {
  uni: { connection: { logout: 'always', idpInitiated: { client: 'shop' } } },
  posting: { connection: { binding: 'post', logout: 'always' }, there: { signsOutBy: 'post' } },
  sealed: { connection: { encryption: 'required' }, there: { encrypts: true } },
  outer: { connection: { signed: 'response' }, there: { signsResponse: true } },
  fleeting: { connection: { nameIdFormat: 'unspecified' }, there: { nameIdFormat: 'transient' } },
  quiet: { connection: { handsOnPromptNone: true } },
  careless: { connection: {}, there: { signsSignOuts: false } },
};

describe.each(['sqlite', 'mongodb'] as const)('at SimpleSAMLphp, on %s', (store) => {
  const realm = ldapRealm(store);
  const host = useInProcessHost({
    ...realm,
    env: { ...realm.env, ...OUTGOING },
  });
  let callback: Listening;
  let provider: SimpleSamlPhp;

  beforeAll(async () => {
    callback = await listening((_req, res) => res.end('arrived'));
    provider = await startUniversity('ada', 'ben', 'cy');
    for (const [id, { connection }] of Object.entries(VARIANTS))
      await addUniversity(host, provider, { id, connection });
    await readMetadataThere();
    const client = clientInput.parse({ ...shop(), authentication: 'none', firstParty: true });
    made(await host.parts.clients.create(by, client));
  });
  afterAll(async () => {
    await callback.close();
    await provider.stop();
  });

  /** The provider reads what our connectors say of themselves now. */
  const readMetadataThere = async (): Promise<void> => {
    const known: ServiceProvider[] = [];
    for (const [id, { there }] of Object.entries(VARIANTS)) known.push({ ...(await ourMetadata(host, id)), ...there });
    provider.knows(...known);
  };
  const shop = () => ({
    ...{ id: 'shop', name: 'The shop' },
    redirectUris: [`http://127.0.0.1:${callback.port}/callback`],
    postLogoutRedirectUris: [`http://127.0.0.1:${callback.port}/bye`],
    initiateLoginUri: `http://127.0.0.1:${callback.port}/login`,
  });
  const asks = (params: Readonly<Record<string, string>> = {}): Asked =>
    ask(host, { ...application('shop'), redirectUri: shop().redirectUris[0] ?? '' }, params);
  const toProvider = async (page: Page, variant = 'uni'): Promise<void> => {
    await page.getByRole('link', { name: `Continue with University ${variant}` }).click();
    await page.waitForURL(`${provider.url}/**`);
  };
  const arrived = async (page: Page): Promise<URL> => {
    await page.waitForURL(`http://127.0.0.1:${callback.port}/**`);
    return new URL(page.url());
  };
  const claims = async (asked: Asked, page: Page) => {
    const { body } = await exchange(host, asked, (await arrived(page)).searchParams.get('code') ?? '');
    const told: Readonly<Record<string, unknown>> = claimsOf(body.id_token);
    return { ...told, sub: told['sub'], idp: told['idp'], idToken: body.id_token };
  };
  /** The answer of the provider, once the browser brings it. */
  const brought = async (page: Page, variant = 'uni') => {
    const { callback: address } = connectorAddresses(new URL(host.issuer), variant);
    const request = await page.waitForRequest((each) => each.url() === address && each.method() === 'POST');
    const { cookie, 'sec-fetch-site': site } = await request.allHeaders();
    const fields = new URLSearchParams(request.postData() ?? '');
    return { cookie, site, xml: Buffer.from(fields.get('SAMLResponse') ?? '', 'base64').toString() };
  };
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
  /** @param ended where it leads in the end */
  const signOutThere = async (page: Page, ended: string): Promise<void> => {
    const there = `${provider.url}/saml2/idp/SingleLogoutService.php`;
    await page.goto(`${there}?ReturnTo=${encodeURIComponent(ended)}`);
  };
  const hasSession = async (page: Page): Promise<boolean> => {
    await page.goto(`${host.issuer}/account`);
    return (await heading(page)) !== 'Sign in';
  };

  let page: Page;
  beforeEach(async () => {
    page = await browser.newPerson();
  });

  test.each([
    ['uni', ['assertion']],
    ['posting', ['assertion']],
    ['sealed', ['encrypted']],
    ['outer', ['response']],
  ])('somebody signs in by %s and is somebody at the application', async (variant, came) => {
    const asked = asks();
    await page.goto(asked.url.href);
    await toProvider(page, variant);
    const bringing = brought(page, variant);
    await signInThere(page, 'ada');
    const { cookie, site, xml } = await bringing;
    expect({ cookie, site, came: protectionOf(xml) }).toEqual({ cookie: undefined, site: 'cross-site', came });
    const first = await claims(asked, page);
    expect(first).toMatchObject({ idp: variant, amr: ['fed'] });
    // Again, on another machine.
    const other = await browser.newPerson();
    const again = asks();
    await other.goto(again.url.href);
    await toProvider(other, variant);
    await signInThere(other, 'ada');
    expect((await claims(again, other)).sub).toBe(first.sub);
  });

  test('no sign-in fails while our key is rolled over, whenever the provider reads our metadata', async () => {
    const { connectors, ownKeys } = host.parts;
    const roll = async (step: OwnKeyStep): Promise<void> => {
      made(await ownKeys.roll(by, 'sealed', step, (await connectors.get('sealed'))?.version ?? 0));
    };
    const signIn = async (): Promise<unknown> => {
      const other = await browser.newPerson();
      const asked = asks();
      await other.goto(asked.url.href);
      await toProvider(other, 'sealed');
      await signInThere(other, 'cy');
      return (await claims(asked, other)).sub;
    };
    const subs = [await signIn()];
    await roll('prepare');
    await readMetadataThere();
    subs.push(await signIn());
    await roll('activate');
    // Signed by the new key, and encrypted for the former one.
    subs.push(await signIn());
    await readMetadataThere();
    subs.push(await signIn());
    await roll('retire');
    subs.push(await signIn());
    expect(new Set(subs).size).toBe(1);
  });

  test('prompt=none is answered by the session there', async () => {
    const passively = { prompt: 'none', idp_hint: 'quiet' };
    const bringing = brought(page, 'quiet');
    await page.goto(asks(passively).url.href);
    expect((await bringing).xml).toContain('urn:oasis:names:tc:SAML:2.0:status:NoPassive');
    expect((await arrived(page)).searchParams.get('error')).toBe('login_required');
    const first = asks();
    await page.goto(first.url.href);
    await toProvider(page, 'quiet');
    await signInThere(page, 'cy');
    const { sub } = await claims(first, page);
    await page.context().clearCookies({ domain: new URL(host.issuer).hostname });
    const again = asks(passively);
    await page.goto(again.url.href);
    expect((await claims(again, page)).sub).toBe(sub);
  });

  test('a name that is new each time is nobody', async () => {
    await page.goto(asks().url.href);
    await toProvider(page, 'fleeting');
    await signInThere(page, 'ben');
    await page.waitForURL(`${host.issuer}/**`);
    expect(await page.getByRole('alert').innerText()).not.toBe('');
    expect(await violations(page)).toEqual([]);
  });

  test('"Back" and a second tab lead somewhere sensible', async () => {
    const asked = asks();
    await page.goto(asked.url.href);
    await toProvider(page);
    await page.goBack();
    expect(await heading(page)).toBe('Sign in');
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await toProvider(tab);
    await toProvider(page);
    await signInThere(page, 'ben');
    expect((await claims(asked, page)).idp).toBe('uni');
    await signInThere(tab, 'ben');
    await tab.waitForURL((url) => !url.href.startsWith(provider.url));
    expect(new URL(tab.url()).origin).toBe(new URL(host.issuer).origin);
  });

  test('whoever comes back and cancels is signed in by no answer that comes later', async () => {
    await page.goto(asks().url.href);
    await toProvider(page);
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await page.goBack();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await arrived(page)).searchParams.get('error')).toBe('access_denied');
    await signInThere(tab, 'ben');
    await tab.waitForURL(`${host.issuer}/**`);
    expect(await violations(tab)).toEqual([]);
    expect(await hasSession(tab)).toBe(false);
  });

  test('somebody who has to prove themselves anew is asked there again', async () => {
    await page.goto(asks().url.href);
    await toProvider(page);
    await signInThere(page, 'cy');
    await arrived(page);
    const asked = asks({ prompt: 'login' });
    await page.goto(asked.url.href);
    await toProvider(page);
    expect(await page.locator('#password').count()).toBe(1);
    await signInThere(page, 'cy');
    expect((await claims(asked, page)).idp).toBe('uni');
  });

  test.each(['uni', 'posting'])('a sign-out here ends the session there, and comes back, by %s', async (variant) => {
    const asked = asks();
    await page.goto(asked.url.href);
    await toProvider(page, variant);
    await signInThere(page, 'cy');
    const { idToken } = await claims(asked, page);
    const bye = shop().postLogoutRedirectUris[0] ?? '';
    const params = { id_token_hint: idToken, post_logout_redirect_uri: bye, client_id: 'shop' };
    await page.goto(`${host.issuer}/session/end?${new URLSearchParams(params)}`);
    const question = page.getByRole('button', { name: 'Sign out' });
    if (await question.isVisible()) await question.click();
    await page.waitForURL(`${bye}**`);
    expect(await hasSession(page)).toBe(false);
    await page.goto(asks().url.href);
    await toProvider(page, variant);
    expect(await page.locator('#password').count()).toBe(1);
  });

  test.each(['uni', 'posting'])('a sign-out there ends that session here and no other, by %s', async (variant) => {
    const others = await browser.newPerson();
    for (const [each, login] of [
      [page, 'ben'],
      [others, 'ada'],
    ] as const) {
      await each.goto(asks().url.href);
      await toProvider(each, variant);
      await signInThere(each, login);
      await arrived(each);
      expect(await hasSession(each)).toBe(true);
    }
    const { signOut } = connectorAddresses(new URL(host.issuer), variant);
    const told = page.waitForResponse((response) => response.url().startsWith(signOut));
    const start = `${provider.url}/module.php/core/frontpage_welcome.php`;
    await signOutThere(page, start);
    expect((await told).request().method()).toBe(variant === 'posting' ? 'POST' : 'GET');
    await page.waitForURL(start);
    expect([await hasSession(page), await hasSession(others)]).toEqual([false, true]);
  });

  test('a sign-out there that is not signed ends nothing', async () => {
    await page.goto(asks().url.href);
    await toProvider(page, 'careless');
    await signInThere(page, 'ben');
    await arrived(page);
    await signOutThere(page, `${provider.url}/`);
    await page.waitForURL(`${connectorAddresses(new URL(host.issuer), 'careless').signOut}?**`);
    expect(await violations(page)).toEqual([]);
    expect(await hasSession(page)).toBe(true);
  });

  test('a sign-in that begins there is asked about, and leads to the application', async () => {
    const entityId = connectorAddresses(new URL(host.issuer), 'uni').description;
    await page.goto(
      `${provider.url}/saml2/idp/SSOService.php?spentityid=${encodeURIComponent(entityId)}&RelayState=${encodeURIComponent('https://evil.test/')}`,
    );
    await signInThere(page, 'ada');
    await page.waitForURL(`${host.issuer}/**`);
    expect(await heading(page)).toBe('Continue to The shop?');
    expect(await violations(page)).toEqual([]);
    await browser.screenshot(page, 'arrived');
    await page.getByRole('button', { name: 'Continue as' }).click();
    await page.waitForURL(`http://127.0.0.1:${callback.port}/login**`);
    const asked = asks();
    await page.goto(asked.url.href);
    expect((await claims(asked, page)).idp).toBe('uni');
  });
});

/** What protects the assertion of a response. */
function protectionOf(xml: string): readonly string[] {
  const [around = '', assertion = ''] = xml.split('<saml:Assertion');
  if (around.includes('<saml:EncryptedAssertion')) return ['encrypted'];
  const signed = { response: around, assertion };
  return Object.entries(signed).flatMap(([name, part]) => (part.includes('<ds:Signature') ? [name] : []));
}
