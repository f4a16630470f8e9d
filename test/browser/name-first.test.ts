/** The name on one page and the password on the next, in a real browser. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { listening, type Listening } from '../http/listening.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { userstoreRealm } from '../flows/userstore-realm.js';
import { application, ask } from '../support/application.js';
import { violations } from '../support/axe.js';
import { useBrowser } from '../support/browser.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
const PASSWORD = 'a password of ours';
const browser = useBrowser();
let callback: Listening;
const host = useInProcessHost(
  userstoreRealm('sqlite', [{ id: 'corp', domains: ['corp.test'], authenticate: async () => ({ kind: 'unknown' }) }]),
);
beforeAll(async () => {
  callback = await listening((_req, res) => res.end('arrived'));
  const password = { clear: PASSWORD, generated: false };
  for (const username of ['paul', 'petra']) {
    expect(await host.parts.users.create(by, { username, password })).toMatchObject({ ok: true });
  }
  const client = clientInput.parse({ ...shop(), authentication: 'none', firstParty: true });
  expect(await host.parts.clients.create(by, client)).toMatchObject({ ok: true });
});
afterAll(() => callback.close());

const shop = () => ({
  id: 'shop',
  name: 'The shop',
  applicationType: 'native',
  redirectUris: [`http://127.0.0.1:${callback.port}/callback`],
});
const begin = (page: Page, params: Readonly<Record<string, string>> = {}) => {
  const [redirectUri = ''] = shop().redirectUris;
  return page.goto(ask(host, { ...application('shop'), redirectUri }, params).url.href);
};
const name = (page: Page) => page.getByLabel('Username or e-mail');
const password = (page: Page) => page.getByLabel('Password', { exact: true });
const press = (page: Page, text: string) => page.getByRole('button', { name: text, exact: true }).click();

test.each([{ javaScript: true }, { javaScript: false }])('signs in by two pages, with %j', async ({ javaScript }) => {
  const page = await browser.newPerson({ javaScript });
  await begin(page);
  expect(await password(page).count()).toBe(0);
  if (javaScript) expect(await violations(page)).toEqual([]);
  await name(page).fill('paul');
  await press(page, 'Next');

  await password(page).waitFor();
  expect([await name(page).inputValue(), await name(page).isEditable()]).toEqual(['paul', false]);
  if (javaScript) {
    expect(await violations(page)).toEqual([]);
    // The password is typed at once.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('password');
    await browser.screenshot(page, 'name-first');
  }
  await page.reload();
  await password(page).fill(PASSWORD);
  await press(page, 'Sign in');
  await press(page, 'Allow');
  await page.waitForURL(/127\.0\.0\.1.*code=/);
});

test('another name is one link away, also after a wrong password and by the back button', async () => {
  const page = await browser.newPerson();
  await begin(page);
  await name(page).fill('somebody@corp.test');
  await press(page, 'Next');
  await page.getByRole('link', { name: 'Use another name' }).click();
  await password(page).waitFor({ state: 'detached' });
  await page.goBack();
  expect(await name(page).inputValue()).toBe('somebody@corp.test');
  await password(page).fill('wrong');
  await press(page, 'Sign in');
  await page.getByRole('alert').waitFor();
  expect(await name(page).inputValue()).toBe('somebody@corp.test');

  await page.getByRole('link', { name: 'Use another name' }).click();
  await password(page).waitFor({ state: 'detached' });
  expect(await name(page).inputValue()).toBe('');
  await name(page).fill('petra');
  await press(page, 'Next');
  await password(page).waitFor();
  expect(await name(page).inputValue()).toBe('petra');

  // A second tab of the same sign-in has the same name.
  const second = await page.context().newPage();
  await second.goto(page.url());
  expect(await name(second).inputValue()).toBe('petra');
  await password(second).fill(PASSWORD);
  await press(second, 'Sign in');
  await press(second, 'Allow');
  await second.waitForURL(/127\.0\.0\.1.*code=/);
});

test('asks in German, too', async () => {
  const page = await browser.newPerson({ locale: 'de-DE' });
  await begin(page);
  await page.getByLabel('Benutzername oder E-Mail-Adresse').fill('paul');
  await press(page, 'Weiter');
  await page.getByRole('link', { name: 'Einen anderen Namen verwenden' }).waitFor();
});
