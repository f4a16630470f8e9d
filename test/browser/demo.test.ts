import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { useBrowser } from '../support/browser.js';
import { type DemoHouse, startDemoHouse } from './demo-house.js';

const browser = useBrowser();
let house: DemoHouse;
beforeAll(async () => {
  house = await startDemoHouse();
});
afterAll(() => house.end());

async function begin(page: Page): Promise<void> {
  await page.goto(house.demo);
  await page.getByRole('link', { name: 'Sign in' }).click();
}

async function typeCredentials(
  page: Page,
  username: string,
  password = house.host.passwords[username] ?? '',
): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signIn(page: Page, username: string): Promise<void> {
  await begin(page);
  await typeCredentials(page, username);
  await allowIfAsked(page);
}

/** Who allowed it in an earlier test is not asked again. */
async function allowIfAsked(page: Page): Promise<void> {
  const allow = page.getByRole('button', { name: 'Allow' });
  await allow.or(page.locator('#name')).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.waitForURL(`${house.demo}/`);
}

/** What the browser refused or could not run: a page of ours gives it no reason to complain. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(error.message));
  return heard;
}

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('the demo application %s', (_name, javaScript) => {
  test('shows who signed in, their roles, groups and permissions, and signs out', async () => {
    const page = await browser.newPerson({ javaScript });
    const heard = complaints(page);
    await begin(page);
    expect(page.url()).toContain(`${house.host.issuer}/sign-in/`);
    if (javaScript) await browser.screenshot(page, 'sign-in');
    await typeCredentials(page, 'alice');
    if (javaScript) {
      await page.getByRole('heading', { name: 'Allow Demo application?' }).waitFor();
      await browser.screenshot(page, 'consent');
    }
    await allowIfAsked(page);

    expect(await page.locator('#name').textContent()).toBe('Alice Appleby');
    expect(await page.locator('#roles').innerText()).toMatch(/reader[^]*seller|seller[^]*reader/);
    expect(await page.locator('#groups').innerText()).toContain('sales');
    expect(await page.locator('#permissions').innerText()).toContain('orders:write');
    expect(await page.locator('#api-answer').innerText()).toContain('GET /orders answered 200');
    if (javaScript) await browser.screenshot(page, 'demo');

    await page.getByRole('button', { name: 'Place an order' }).click();
    expect(await page.locator('#api-answer').innerText()).toContain('POST /orders answered 201');
    await page.getByRole('button', { name: 'Refresh the tokens' }).click();
    await page.getByRole('button', { name: 'List the orders' }).click();
    expect(await page.locator('#api-answer').innerText()).toContain('GET /orders answered 200');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
    if (javaScript) await browser.screenshot(page, 'sign-out');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${house.demo}/`);
    expect(await page.getByRole('link', { name: 'Sign in' }).count()).toBe(1);
    await page.getByRole('link', { name: 'Sign in' }).click();
    expect(await page.getByLabel('Password').count()).toBe(1);
    expect(heard).toEqual([]);
  });
});

test('what a person may not do, the API refuses', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'bob');
  expect(await page.locator('#permissions').innerText()).toBe('orders:read');
  await page.getByRole('button', { name: 'Place an order' }).click();
  expect(await page.locator('#api-answer').innerText()).toContain('POST /orders answered 403');
});

test('a second visit needs neither password nor consent', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'alice');
  await page.context().clearCookies({ name: 'demo_session' });
  await begin(page);
  await page.waitForURL(`${house.demo}/`);
  expect(await page.locator('#name').textContent()).toBe('Alice Appleby');
});

test('a wrong password says so, keeps the name and lets the person try again', async () => {
  const page = await browser.newPerson();
  await begin(page);
  await typeCredentials(page, 'alice', 'wrong');
  expect(await page.getByRole('alert').innerText()).toContain('is not right');
  expect(await page.title()).toMatch(/^Error: /);
  expect(await page.getByLabel('Username or e-mail').inputValue()).toBe('alice');
  expect(await page.getByLabel('Password').evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
  expect(await page.getByLabel('Password').getAttribute('aria-describedby')).toBe('error');
  await browser.screenshot(page, 'sign-in-wrong');
  await typeCredentials(page, 'alice');
  await allowIfAsked(page);
});

test('who takes back what they allowed is asked again, and who denies it is told so by the application', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'alice');
  await page.goto(`${house.host.issuer}/account/applications`);
  await page.getByRole('button', { name: 'Take back what Demo application may do' }).click();
  await page.getByRole('status').waitFor();
  await page.goto(`${house.demo}/sign-in`);
  await page.getByRole('button', { name: 'Deny' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('Access was denied');
});

test('the back button after signing in leads to a page that says what to do', async () => {
  const page = await browser.newPerson();
  await begin(page);
  const address = page.url();
  await typeCredentials(page, 'alice');
  await allowIfAsked(page);
  const answer = await page.goto(address);
  expect(answer?.status()).toBe(410);
  expect(await page.getByText('Start again at Demo application').count()).toBe(1);
  await browser.screenshot(page, 'expired');
});

test('another browser cannot use the address of a sign-in', async () => {
  const one = await browser.newPerson();
  const other = await browser.newPerson();
  await begin(one);
  expect((await other.goto(one.url()))?.status()).toBe(410);
});

test('the pages fit a narrow window and text twice as large, in light and dark', async () => {
  const page = await browser.newPerson();
  await begin(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of ['100%', '200%']) {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.evaluate((fontSize) => document.documentElement.style.setProperty('font-size', fontSize), size);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect({ colorScheme, size, overflow }).toEqual({ colorScheme, size, overflow: 0 });
    }
    await page.reload();
    await browser.screenshot(page, `sign-in-narrow-${colorScheme}`);
  }
  await page.setViewportSize({ width: 1000, height: 700 });
  await browser.screenshot(page, 'sign-in-dark');
});

test('nothing the demo application says on its output is a token', () => {
  expect(house.demoOutput()).not.toMatch(/eyJ|password/);
});
