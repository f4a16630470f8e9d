/** People link an account at another OpenID provider in a browser: from the account pages, over the provider's page, and back. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { by, ldapRealm } from '../flows/ldap-realm.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { startUpstream, type Upstream } from '../support/upstream-op.js';

const OURS = 'a password of ours';
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#3367d6"/></svg>';
const browser = useBrowser();
const realm = ldapRealm('sqlite');
const host = useInProcessHost({ ...realm, env: { ...realm.env, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' } });
let upstream: Upstream;

beforeAll(async () => {
  const redirectUris = ['google', 'partner'].map((id) => `${host.issuer}/connector/${id}/callback`);
  upstream = await startUpstream({ redirectUris });
  for (const [id, displayName, logo] of [
    ['google', 'Google', `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`],
    ['partner', 'Partner Inc.', undefined],
  ]) {
    const input = connectorInput.parse({
      ...{ id, displayName, kind: 'oidc', secret: upstream.clientSecret, linking: 'ask' },
      ...(logo !== undefined && { logo }),
      connection: { issuer: upstream.issuer, clientId: upstream.clientId },
      mapping: { profile: [{ field: 'username', from: 'email' }], emailTrust: 'claim' },
    });
    expect(await host.parts.connectors.create(by, input)).toMatchObject({ ok: true });
  }
});
afterAll(() => upstream.stop());

async function opened(username: string, locale = 'en-GB'): Promise<Page> {
  const password = { clear: OURS, generated: false };
  expect(await host.parts.users.create(by, { username, password })).toMatchObject({ ok: true });
  const page = await browser.newPerson({ locale });
  await page.goto(`${host.issuer}/account/links`);
  await page.locator('[name=identifier]').fill(username);
  await page.locator('[name=password]').fill(OURS);
  await page.locator('button[type=submit]').first().click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  return page;
}
const connect = async (page: Page, words = 'Connect Google'): Promise<void> => {
  await page.getByRole('button', { name: words, exact: true }).click();
  await page.waitForURL(`${upstream.issuer}/**`);
};
const status = (page: Page) => page.getByRole('status').innerText();

test('an account of the provider is linked, and signs the person in', async () => {
  const page = await opened('ada');
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['Connect another account']);
  expect(await violations(page)).toEqual([]);
  await browser.screenshot(page, 'own-links');
  await connect(page);
  await page.locator('[name=login]').fill('ada');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Linked accounts' }).waitFor();
  expect(await status(page)).toContain('The account is linked.');
  expect(await page.getByRole('region', { name: 'Google' }).innerText()).toContain('Linked on');
  expect(await page.getByRole('button', { name: /^Connect/ }).allInnerTexts()).toEqual(['Connect Partner Inc.']);
  expect(await violations(page)).toEqual([]);
  await browser.screenshot(page, 'own-links-done');

  const other = await browser.newPerson();
  await other.goto(`${host.issuer}/account/links`);
  await other.getByRole('link', { name: 'Continue with Google' }).click();
  await other.locator('[name=login]').fill('ada');
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByText('Signed in as ada').waitFor();
});

test('who cancels there reads so, and can try again; "Back" does no harm', async () => {
  const page = await opened('bo');
  await connect(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').innerText()).toContain('Nothing was linked: you were not signed in there.');
  expect(await violations(page)).toEqual([]);
  await connect(page);
  await page.locator('[name=login]').fill('bo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('status').waitFor();
  await page.goBack();
  await page.goto(`${host.issuer}/account/links`);
  expect(await page.getByRole('button', { name: 'Remove the link to Google' }).count()).toBe(1);
});

test('the page is in German, too', async () => {
  const page = await opened('carl', 'de-DE');
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['Weiteres Konto verknüpfen']);
  await connect(page, 'Google verknüpfen');
  await page.locator('[name=login]').fill('ada');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').innerText()).toContain('Jenes Konto ist mit einem anderen Benutzer verknüpft');
  expect(await violations(page)).toEqual([]);
  await browser.screenshot(page, 'own-links-of-another');
});
