import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { seconds } from '../../src/base/clock.js';
import { application, ask } from '../support/application.js';
import { Authenticator } from '../support/authenticator.js';
import { useBrowser } from '../support/browser.js';
import { flowRealm, passwordOf } from '../flows/flow-host.js';
import { useHost } from '../support/host/use-host.js';

const browser = useBrowser();
const host = useHost(flowRealm('sqlite'));

const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { name, level: 1 }).waitFor();

async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(passwordOf(host, username));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function enter(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox', { name: /code/i }).fill(code);
  await page.getByRole('button', { name: /Continue|Confirm|Set up/ }).click();
}

/** The application is nowhere; that it is called with a code is all that it needs. */
async function standIn(page: Page): Promise<void> {
  await page.route('https://strict.test/**', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>Strict</title><h1>Strict application</h1>',
    }),
  );
}

/** Returns whether the QR code is visible, and its size, which must suit a camera. */
async function pictureOf(page: Page) {
  const picture = page.getByRole('img', { name: /QR/ });
  const box = await picture.boundingBox();
  return { visible: await picture.isVisible(), width: box?.width ?? 0, height: box?.height ?? 0 };
}

test.each([
  ['heidi', true],
  ['ivan', false],
])('%s sets a second factor up, signs in by it and gives it up; scripts: %s', async (username, javaScript) => {
  const page = await browser.newPerson({ javaScript });
  const heard: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) heard.push(message.text());
  });
  const screenshot = async (name: string): Promise<void> => {
    if (javaScript) await browser.screenshot(page, `second-factor-${name}`);
  };
  await standIn(page);

  await page.goto(ask(host, application('strict')).url.href);
  await signIn(page, username);
  await heading(page, 'Set up a second factor');
  const picture = await pictureOf(page);
  expect(picture.visible).toBe(true);
  expect(picture.width).toBeGreaterThanOrEqual(160);
  expect(picture.height).toBe(picture.width);
  const phone = new Authenticator(host, ((await page.locator('code').first().textContent()) ?? '').replaceAll(' ', ''));
  await screenshot('enrol');
  await enter(page, '000000');
  await page.getByRole('alert').waitFor();
  // The error is at the top, so the browser must not have scrolled to the field.
  if (javaScript) expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await screenshot('enrol-wrong');
  await enter(page, phone.code());

  await heading(page, 'Save your recovery codes');
  expect(await page.locator('code').count()).toBe(10);
  await screenshot('recovery-codes');
  await page.locator('a[href*="/sign-in/"]').click();
  await heading(page, 'Strict application');

  await page.goto(`${host.issuer}/session/end`);
  await page.getByRole('button').first().click();
  await heading(page, 'You are signed out');

  await host.advance(seconds(30));
  await page.goto(ask(host, application('strict')).url.href);
  await signIn(page, username);
  await heading(page, 'Enter your code');
  await screenshot('code');
  await enter(page, '000000');
  await page.getByRole('alert').waitFor();
  await screenshot('code-wrong');
  await enter(page, phone.code());
  await heading(page, 'Strict application');

  // Showed it just now, so it may be given up.
  await page.goto(`${host.issuer}/account/second-factor`);
  await heading(page, 'Second factor');
  await screenshot('account');
  await page.getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('status').waitFor();
  await screenshot('account-removed');
  expect((await pictureOf(page)).visible).toBe(true);
  // And so is what was done.
  if (javaScript) expect(await page.evaluate(() => window.scrollY)).toBe(0);
  expect(heard.filter((text) => !/40[0-9]|422/.test(text))).toEqual([]);
});
