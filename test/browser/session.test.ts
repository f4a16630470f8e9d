import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { application, ask } from '../support/application.js';
import { useBrowser } from '../support/browser.js';
import { type DemoSetup, startDemo } from './demo-setup.js';

// The library answers some requests with a form that its script submits. These pages stay blank unless our CSP allows the script.

const browser = useBrowser();
let setup: DemoSetup;
beforeAll(async () => {
  setup = await startDemo();
});
afterAll(() => setup.end());

async function type(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(setup.host.passwords[username] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const allow = (page: Page): Promise<void> => page.getByRole('button', { name: 'Allow' }).click();

test.each([{ javaScript: true }, { javaScript: false }])(
  'a logout without a session says that nobody is signed in, with %j',
  async ({ javaScript }) => {
    const page = await browser.newPerson({ javaScript });
    await page.goto(`${setup.host.issuer}/session/end`);
    if (!javaScript) await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'signed out' }).waitFor();
    if (javaScript) await browser.screenshot(page, 'signed-out');
  },
);

test('a sign-in as another person ends the session of the first and goes on as the second', async () => {
  const page = await browser.newPerson();
  await page.goto(`${setup.demo}/sign-in`);
  await type(page, 'alice');
  await allow(page);
  await page.waitForURL(`${setup.demo}/`);

  const demo = { ...application('demo'), redirectUri: `${setup.demo}/callback` };
  await page.goto(ask(setup.host, demo, { prompt: 'login' }).url.href);
  await type(page, 'bob');
  await allow(page);
  await page.waitForURL(`${setup.demo}/**`);

  // The demo did not start that request and ignores its result. The request it starts finds bob signed in.
  await page.goto(`${setup.demo}/sign-in`);
  await allow(page);
  await page.waitForURL(`${setup.demo}/`);
  expect(await page.textContent('#name')).toBe('Bob Brown');
});

test('a wrong request ends on an error page, never in a redirect', async () => {
  const page = await browser.newPerson();
  await page.goto(`${setup.host.issuer}/auth?client_id=nobody&response_type=code`);
  expect(page.url()).toContain(setup.host.issuer);
  expect(await page.getByRole('alert').isVisible()).toBe(true);
  await browser.screenshot(page, 'error');
});
