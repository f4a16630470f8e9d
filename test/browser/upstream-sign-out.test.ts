/** A sign-out that goes on to another OpenID provider, in a browser: through both questions, and back. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { by, changeConnector } from '../flows/ldap-realm.js';
import { registered, succeeded, useUpstreamRealm } from '../flows/sign-out-realm.js';
import { listening, type Listening } from '../http/listening.js';
import { application, ask } from '../support/application.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';

const browser = useBrowser();
const realm = useUpstreamRealm('sqlite');
const { host } = realm;
let shop: Listening;
const address = (path: string): string => `http://127.0.0.1:${shop.port}${path}`;

beforeAll(async () => {
  shop = await listening((_req, res) => res.end('the shop'));
  const input = clientInput.parse({
    ...{ id: 'store', name: 'The shop', authentication: 'none', firstParty: true, applicationType: 'native' },
    ...{ redirectUris: [address('/callback')], postLogoutRedirectUris: [address('/bye')] },
  });
  succeeded(await host.parts.clients.create(by, input));
});
afterAll(() => shop.close());

let page: Page;
beforeEach(async () => {
  await realm.upstream.setLogout({ returnTo: registered(host).returnTo });
  page = await browser.newPerson();
});

const setLogout = (logout: 'ask' | 'always'): Promise<void> => {
  const { issuer, clientId } = realm.upstream;
  return changeConnector(host, { connection: { issuer, clientId, logout } }, 'partner');
};
async function signedIn(login: string): Promise<void> {
  await page.goto(ask(host, { ...application('store'), redirectUri: address('/callback') }).url.href);
  await page.getByRole('link', { name: 'Continue with Partner Inc.' }).click();
  await page.locator('[name=login]').fill(login);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(address('/**'));
}
const signOutHere = async (query = ''): Promise<void> => {
  await page.goto(`${host.issuer}/session/end${query}`);
  await page.getByRole('button', { name: 'Sign out' }).click();
};
const signOutThere = async (): Promise<void> => {
  await page.waitForURL(`${realm.upstream.issuer}/**`);
  await page.getByRole('button', { name: 'Sign out' }).click();
};
const heading = () => page.getByRole('heading', { level: 1 }).innerText();

test('the page after a sign-out offers the sign-out at the provider, which leads back', async () => {
  await setLogout('ask');
  await signedIn('ada');
  await signOutHere();
  const link = page.getByRole('link', { name: 'Sign out at Partner Inc. too' });
  await link.waitFor();
  expect([await heading(), await violations(page)]).toEqual(['You are signed out', []]);
  await browser.screenshot(page, 'upstream-sign-out');
  await link.click();
  await signOutThere();
  await page.waitForURL(`${host.issuer}/connector/partner/signed-out?**`);
  expect([await heading(), await link.count()]).toEqual(['You are signed out', 0]);
});

test('a sign-out that always goes on leads through the provider to the application', async () => {
  await setLogout('always');
  await signedIn('bea');
  await signOutHere(
    `?${new URLSearchParams({ client_id: 'store', post_logout_redirect_uri: address('/bye'), state: 's' })}`,
  );
  await signOutThere();
  await page.waitForURL(`${address('/bye')}?state=s`);
});
