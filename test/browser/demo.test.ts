import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Authenticator } from '../support/authenticator.js';
import { useBrowser } from '../support/browser.js';
import { type DemoSetup, startDemo } from './demo-setup.js';

const browser = useBrowser();
let setup: DemoSetup;
beforeAll(async () => {
  setup = await startDemo();
});
afterAll(() => setup.end());

async function begin(page: Page): Promise<void> {
  await page.goto(setup.demo);
  await page.getByRole('link', { name: 'Sign in' }).click();
}

async function typeCredentials(
  page: Page,
  username: string,
  password = setup.host.passwords[username] ?? '',
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

/** A user who consented in an earlier test is not asked again. */
async function allowIfAsked(page: Page): Promise<void> {
  const allow = page.getByRole('button', { name: 'Allow' });
  await allow.or(page.locator('#name')).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.waitForURL(`${setup.demo}/`);
}

/** Errors that the browser reported: our pages give it no reason for any. */
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
    expect(page.url()).toContain(`${setup.host.issuer}/sign-in/`);
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

    if (javaScript) {
      // Without an ID token of the session, the user is asked.
      await page.goto(`${setup.host.issuer}/session/end`);
      await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
      await browser.screenshot(page, 'sign-out');
      await page.goto(setup.demo);
    }
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${setup.demo}/`);
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

describe('what holds only sometimes', () => {
  const isOpen = (): boolean => {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', weekday: 'short', hour: 'numeric' });
    const { weekday = '', hour = '' } = Object.fromEntries(
      format.formatToParts().map(({ type, value }) => [type, value]),
    );
    return !['Sat', 'Sun'].includes(weekday) && Number(hour) >= 9 && Number(hour) < 17;
  };
  const press = async (page: Page, name: string): Promise<string> => {
    await page.getByRole('button', { name, exact: true }).click();
    return page.locator('#api-answer').innerText();
  };
  const reasons = (page: Page): Promise<string> => page.locator('#reasons').innerText();

  test('is decided at that moment, for the owner, in office hours, from a network, and the page says why', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'alice');
    expect(await press(page, 'Place an order')).toContain('answered 201');
    expect(await press(page, 'Change my last order')).toContain('answered 200');
    expect(await reasons(page)).toContain(
      'which has the role office, which gives orders:change, only what is their own.',
    );
    expect(await press(page, 'Change somebody else’s')).toContain('answered 403');
    expect(await reasons(page)).toContain('but it holds only what is their own');
    expect(await press(page, 'Approve an order')).toContain(isOpen() ? 'answered 200' : 'answered 403');
    expect(await reasons(page)).toContain('only during Mon-Fri 09:00-17:00 Europe/Berlin');
    expect(await press(page, 'Export an order')).toContain('answered 200');
    await browser.screenshot(page, 'decision');
  });

  test('asks for the level that is missing, and for no more', async () => {
    // A user of this test's own, since the second factor is required from then on.
    const made = await setup.host.command('user', 'create', 'carol', '--group', 'sales', '--permanent');
    const password = /^Password of carol: (\S+)$/m.exec(made.out.join('\n'))?.[1] ?? '';
    const page = await browser.newPerson();
    await begin(page);
    await typeCredentials(page, 'carol', password);
    await allowIfAsked(page);
    expect(await press(page, 'Refund an order')).toContain('answered 401');
    await page.getByRole('link', { name: 'Show a second factor' }).click();
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    const seed = /<code>([A-Z2-7 ]{32,})<\/code>/.exec(await page.content())?.[1] ?? '';
    const phone = new Authenticator(setup.host, seed.replaceAll(' ', ''));
    await page.getByRole('textbox').fill(phone.code());
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('link', { name: /saved|Continue|Go on/i }).click();
    await page.waitForURL(`${setup.demo}/`);
    expect(await press(page, 'Refund an order')).toContain('answered 200');
    expect(await reasons(page)).toContain('may orders:refund');
  });

  test('is nothing for who was given none of it', async () => {
    const page = await browser.newPerson();
    await signIn(page, 'bob');
    expect(await press(page, 'Export an order')).toContain('answered 403');
    expect(await reasons(page)).toContain('no role, group or permission of theirs leads there');
  });
});

test('a second visit needs neither password nor consent', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'alice');
  await page.context().clearCookies({ name: 'demo_session' });
  await begin(page);
  await page.waitForURL(`${setup.demo}/`);
  expect(await page.locator('#name').textContent()).toBe('Alice Appleby');
});

test('a wrong password says so, keeps the name and lets the person try again', async () => {
  const page = await browser.newPerson();
  await begin(page);
  await typeCredentials(page, 'alice', 'wrong');
  expect(await page.getByRole('alert').innerText()).toContain('is not correct');
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
  await page.goto(`${setup.host.issuer}/account/applications`);
  await page.getByRole('button', { name: 'Withdraw access of Demo application' }).click();
  await page.getByRole('status').waitFor();
  await page.goto(`${setup.demo}/sign-in`);
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
  const person = await browser.newPerson();
  const other = await browser.newPerson();
  await begin(person);
  expect((await other.goto(person.url()))?.status()).toBe(410);
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

test('the account pages have their navigation beside them on a wide screen, and above on a narrow one', async () => {
  const page = await browser.newPerson();
  await signIn(page, 'alice');
  for (const [path, name] of [
    ['', 'account'],
    ['/profile', 'account-profile'],
    ['/applications', 'account-applications'],
    ['/sessions', 'account-sessions'],
  ] as const) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${setup.host.issuer}/account${path}`);
    const boxes = () => Promise.all(['nav', '.beside > div'].map((part) => page.locator(part).boundingBox()));
    const [nav, content] = await boxes();
    expect((nav?.x ?? 0) + (nav?.width ?? 0)).toBeLessThan(content?.x ?? 0);
    expect(content?.width).toBeGreaterThan(600);
    await browser.screenshot(page, name);
    await page.setViewportSize({ width: 320, height: 640 });
    const [above, below] = await boxes();
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
    await browser.screenshot(page, `${name}-narrow`);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await browser.screenshot(page, 'account-sessions-dark');
});

test('nothing the demo application says on its output is a token', () => {
  expect(setup.demoOutput()).not.toMatch(/eyJ|password/);
});
