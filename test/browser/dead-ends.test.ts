import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { useBrowser } from '../support/browser.js';
import { type DemoSetup, startDemo } from './demo-setup.js';

// How a real browser handles its own history: the back button, a second tab, a cached page.

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

test('the back button after a sign-in leads to a page that leads on, and not to the form with what was typed', async () => {
  const page = await browser.newPerson();
  await page.goto(`${setup.demo}/sign-in`);
  await type(page, 'alice');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${setup.demo}/`);

  // One page at a time, until one of ours comes: the browser asks for it again, since none of them is kept.
  for (let back = 0; back < 3 && !page.url().startsWith(setup.host.issuer); back++) await page.goBack();
  expect(page.url()).toContain('/sign-in/');
  await page.getByRole('heading', { name: 'no longer valid' }).waitFor();
  expect(await page.locator('input[type=password]').count()).toBe(0);

  await page.getByRole('link', { name: 'Start again at' }).click();
  await page.waitForURL(`${setup.demo}/`);
  expect(await page.textContent('#name')).toBe('Alice Appleby');
});

test('a second tab that waited at the sign-in page goes on, or says where to start again', async () => {
  const first = await browser.newPerson();
  const second = await first.context().newPage();
  await first.goto(`${setup.demo}/sign-in`);
  await second.goto(`${setup.host.issuer}/account`);
  await type(second, 'bob');
  await second.getByRole('heading', { name: 'Your account' }).waitFor();
  await first.reload();
  const again = first.getByRole('link', { name: 'Start again at' });
  const form = first.getByLabel('Password');
  await again.or(form).first().waitFor();
  expect((await again.count()) + (await form.count())).toBeGreaterThan(0);
});

test('a bookmark of a sign-in page leads to one’s own account', async () => {
  const page = await browser.newPerson();
  await page.goto(`${setup.host.issuer}/sign-in/kept-for-a-year`);
  await page.getByRole('link', { name: 'Go to your account' }).click();
  await type(page, 'alice');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
});
