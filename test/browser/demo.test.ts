import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ask } from '../support/application.js';
import { useBrowser } from '../support/browser.js';
import { type Demo, startDemo } from '../support/demo.js';

const browser = useBrowser();
let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
}, 60_000);
afterAll(() => demo.end());

const passwordOf = (username: string): string => demo.host.passwords[username] ?? '';

async function typeName(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(passwordOf(username));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What a newcomer does: opens the demo, signs in, allows. */
async function signIn(page: Page, username: string): Promise<void> {
  await page.goto(demo.url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await typeName(page, username);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${demo.url}/**`);
}

describe.each([{ javaScript: true }, { javaScript: false }])('a newcomer with %j', ({ javaScript }) => {
  test('signs in at the demo application, sees name, roles and permissions, uses the API, and signs out', async () => {
    const page = await browser.newPerson({ javaScript });
    const refused: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') refused.push(message.text());
    });
    const shoot = async (name: string): Promise<void> => {
      if (javaScript) await browser.screenshot(page, name);
    };

    await page.goto(demo.url);
    await shoot('demo-start');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL(`${demo.host.issuer}/sign-in/**`);
    await shoot('sign-in');

    await page.getByLabel('Username or e-mail').fill('alice');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(/password/i);
    await shoot('sign-in-wrong');
    refused.length = 0; // the browser reports the 403 itself

    await typeName(page, 'alice');
    expect(await page.textContent('main')).toContain('Demo application');
    await shoot('consent');
    await page.getByRole('button', { name: 'Allow' }).click();

    await page.waitForURL(`${demo.url}/**`);
    expect(await page.textContent('#name')).toBe('Alice Appleby');
    expect((await page.locator('#roles li').allTextContents()).sort()).toEqual(['reader', 'seller']);
    // She holds orders:lines:write too, but the application did not ask for it.
    expect((await page.locator('#permissions li').allTextContents()).sort()).toEqual(['orders:read', 'orders:write']);
    expect(await page.textContent('main')).toContain('"at+jwt"');
    await shoot('demo-signed-in');

    await page.getByRole('button', { name: 'List the orders' }).click();
    expect(await page.textContent('#api-answer')).toContain('200');
    await page.getByRole('button', { name: 'Refresh the tokens' }).click();
    expect(await page.textContent('#name')).toBe('Alice Appleby');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${demo.host.issuer}/**`);
    await shoot('sign-out');
    await page.getByRole('button', { name: /sign out/i }).click();
    await page.waitForURL(`${demo.url}/**`);
    expect(await page.getByRole('link', { name: 'Sign in' }).isVisible()).toBe(true);
    expect(refused).toEqual([]);
  });
});

describe('in a browser', () => {
  test('a person with fewer roles is refused by the API what they may not do', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'bob');
    await page.getByRole('button', { name: 'Place an order' }).click();
    expect(await page.textContent('#api-answer')).toContain('403');
    await page.getByRole('button', { name: 'List the orders' }).click();
    expect(await page.textContent('#api-answer')).toContain('200');
  });

  test('a logout without a session says so instead of a blank page', async () => {
    const page = await browser.newPerson();
    await page.goto(`${demo.host.issuer}/session/end`);
    await page.getByRole('heading', { name: 'signed out' }).waitFor();
    await browser.screenshot(page, 'signed-out');
  });

  test('a sign-in as another person ends the session of the first and goes on as the second', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'alice');
    const again = ask(demo.host, { id: 'demo', redirectUri: `${demo.url}/callback` }, { prompt: 'login' });
    await page.goto(again.url.href);
    await typeName(page, 'bob');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${demo.url}/**`);

    // The demo did not begin that request and shows nothing of it; its own finds bob signed in.
    await page.goto(`${demo.url}/sign-in`);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${demo.url}/**`);
    expect(await page.textContent('#name')).toBe('Bob Brown');
  });

  test('whoever denies is told so by the application, and can try again', async () => {
    const page = await browser.newPerson();
    await page.goto(demo.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await typeName(page, 'alice');
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.waitForURL(`${demo.url}/**`);
    expect(await page.getByRole('alert').isVisible()).toBe(true);
    expect(await page.getByRole('link', { name: 'Sign in' }).isVisible()).toBe(true);
  });

  test('the back button after a sign-in ends on a page that says what to do', async () => {
    const page = await browser.newPerson();
    await page.goto(demo.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    const signInPage = page.url();
    await typeName(page, 'alice');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${demo.url}/**`);
    await page.goto(signInPage);
    expect(await page.textContent('main')).toContain('Go back to the application');
    await browser.screenshot(page, 'expired');
  });

  test('a wrong request ends on an error page, not in a redirect', async () => {
    const page = await browser.newPerson();
    await page.goto(`${demo.host.issuer}/auth?client_id=nobody&response_type=code`);
    expect(page.url()).toContain(demo.host.issuer);
    expect(await page.getByRole('alert').isVisible()).toBe(true);
    await browser.screenshot(page, 'error');
  });
});
