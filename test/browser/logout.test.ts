import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { application, ask, exchange, signIn, codeOf } from '../support/application.js';
import { useBrowser } from '../support/browser.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf } from '../flows/flow-host.js';

// Chromium holds the form-action of a page against every redirect that follows its form, to another origin too.

const browser = useBrowser();
const host = useHost(flowRealm('sqlite'));

const app = application('public');

/** The first address at the application that the browser opens, or its error. */
function arrival(page: Page, origin: string): Promise<string> {
  return new Promise((resolve) => {
    page.on('request', (request) => {
      if (request.url().startsWith(origin)) resolve(request.url());
    });
    page.on('console', (message) => {
      if (message.text().includes('form-action')) resolve(message.text());
    });
  });
}

/** The application has no server, so navigation ends at the browser's error page. */
async function there(page: Page): Promise<void> {
  while (!page.url().startsWith('chrome-error:')) await page.waitForEvent('framenavigated');
}

async function type(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(passwordOf(host, username));
  await page.getByRole('button', { name: 'Sign in' }).click({ noWaitAfter: true });
}

/** Returns an application's ID token for the session of another browser. */
async function idToken(): Promise<string> {
  const authRequest = ask(host, app);
  const answer = await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice'));
  return (await exchange(host, authRequest, codeOf(answer))).body.id_token;
}

const logoutUrl = (params: Record<string, string>): string =>
  `${host.issuer}/session/end?${new URLSearchParams(params).toString()}`;

test.each([{ javaScript: true }, { javaScript: false }])(
  'a logout without a session leads back to the application, with %j',
  async ({ javaScript }) => {
    const page = await browser.newPerson({ javaScript });
    const arrived = arrival(page, 'https://public.test/');
    const url = logoutUrl({
      id_token_hint: await idToken(),
      post_logout_redirect_uri: 'https://public.test/',
      state: 's',
    });
    await page.goto(url).catch(() => undefined);
    if (!javaScript) await page.getByRole('button').click({ noWaitAfter: true });
    expect(await arrived).toBe('https://public.test/?state=s');
  },
);

test('a logout that was confirmed leads back to the application', async () => {
  const page = await browser.newPerson();
  const signedIn = arrival(page, 'https://public.test/callback');
  await page.goto(ask(host, app).url.href);
  await type(page, 'alice');
  await signedIn;
  await there(page);
  const arrived = arrival(page, 'https://public.test/?');
  await page.goto(logoutUrl({ client_id: 'public', post_logout_redirect_uri: 'https://public.test/', state: 's' }));
  await page.getByRole('button', { name: 'Sign out' }).first().click({ noWaitAfter: true });
  expect(await arrived).toBe('https://public.test/?state=s');
});

test('a sign-in as another person leads back to an application that asks for no consent', async () => {
  const page = await browser.newPerson();
  const first = arrival(page, 'https://public.test/callback');
  await page.goto(ask(host, app).url.href);
  await type(page, 'alice');
  expect(await first).toContain('code=');
  await there(page);
  const tab = application('tab-1');
  const second = arrival(page, 'https://tab-1.test/callback');
  await page.goto(ask(host, tab, { prompt: 'login' }).url.href);
  await type(page, 'bob');
  expect(await second).toContain('code=');
});
