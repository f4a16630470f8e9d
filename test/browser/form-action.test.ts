import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Listening, listening } from '../http/listening.js';
import { seconds } from '../../src/base/clock.js';
import { ask } from '../support/application.js';
import { Authenticator } from '../support/authenticator.js';
import { useBrowser } from '../support/browser.js';
import { type Firefox, findFirefox, openFirefox } from '../support/firefox.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';

// Chromium applies the form-action of a form's page to every redirect that follows, the application's own among them.

const browser = useBrowser();
/** Three hosts: an application, and what it redirects on to. */
let places: Listening[];
/** Carol's authenticator, for her second factor. */
let phone: Authenticator | undefined;
/** The requests that reached the last and the first of them. */
const arrived: string[] = [];
const called: string[] = [];

/** How the application answers a response. */
const ways = ['chain', 'scheme'] as const;
type Way = (typeof ways)[number];
const PRIVATE = 'com.example.shop:/done';
/** Bytes that a parser of queries, HTML or refreshes could change; `'` is the one that browsers write in another way. */
const ODD = `n=caf%E9&q=a;b,c=%20+&&=&url='x'`;
/** An address of the maximum length, with bytes that are not UTF-8 and empty and repeated parameter names. */
const LONG = `https://long.test/cb?__proto__=1&${'%E9+%20;=='.repeat(170)}&&=&a&a`;
const ARRIVED = ODD.replaceAll("'", '%27');

const at = (place: number, host: 'localhost' | '127.0.0.1'): string => `http://${host}:${places[place]?.port}`;
const redirectUri = (way: Way): string => `${at(0, 'localhost')}/callback?then=${way}&${ODD}`;
const signedOutUri = (way: Way): string => `${at(0, 'localhost')}/signed-out?then=${way}&${ODD}`;

beforeAll(async () => {
  places = await Promise.all(
    [0, 1, 2].map(() =>
      listening((req, res) => {
        const { pathname, searchParams } = new URL(req.url ?? '', 'http://localhost');
        const leadTo = (location: string): unknown => res.writeHead(302, { location }).end();
        if (pathname === '/callback' || pathname === '/signed-out') {
          called.push(req.url ?? '');
          return leadTo(searchParams.get('then') === 'scheme' ? PRIVATE : `${at(1, '127.0.0.1')}/next`);
        }
        if (pathname === '/next') return leadTo(`${at(2, 'localhost')}/last`);
        if (pathname === '/last') arrived.push(pathname);
        return res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Arrived</h1>');
      }),
    ),
  );
});
const host = useHost(() => {
  const client = (id: string, more: object) => ({
    ...{ id, name: id, authentication: 'none', grantTypes: ['authorization_code'] },
    ...{ redirectUris: ways.map(redirectUri), postLogoutRedirectUris: ways.map(signedOutUri), ...more },
  });
  const device = { applicationType: 'native', redirectUris: [PRIVATE], postLogoutRedirectUris: [PRIVATE] };
  const strict = { firstParty: true, requiredLevel: 'urn:gatehouse:acr:two-factor' };
  const long = { firstParty: true, redirectUris: [LONG], postLogoutRedirectUris: [LONG] };
  return {
    realm: { settings: { name: 'Arriving' } },
    clients: [
      client('shop', { firstParty: true }),
      client('asking', {}),
      client('device', device),
      client('strict', strict),
      client('long', long),
    ],
    users: ['alice', 'bob', 'carol'].map((username) => ({ username, permanentPassword: true })),
  };
});
beforeEach(() => {
  arrived.length = 0;
  called.length = 0;
});
afterAll(async () => {
  await Promise.all(places.map((place) => place.close()));
});

const authorize = (params: Readonly<Record<string, string>> = {}, id = 'shop', uri = redirectUri('chain')): string =>
  ask(host, { id, redirectUri: uri }, params).url.href;
const signOut = (uri: string, id = 'shop'): string =>
  `${host.issuer}/session/end?${new URLSearchParams({ client_id: id, state: 'a b', post_logout_redirect_uri: uri }).toString()}`;

async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(host.passwords[username] ?? '');
  await press(page, 'Sign in');
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click({ noWaitAfter: true });

/** Waits until the browser requests the end of the redirect chain, or an application on the device. */
async function led(page: Page, way: Way, act: () => Promise<void>): Promise<void> {
  const end = way === 'chain' ? `${at(2, 'localhost')}/last` : PRIVATE;
  const endRequest = page.waitForRequest((request) => request.url().startsWith(end));
  await act();
  await endRequest;
  if (way === 'chain') await page.getByRole('heading', { name: 'Arrived' }).waitFor();
  else await page.close(); // nothing here takes a private scheme: the browser stays, and gives up a moment later
}

describe.each([true, false])('in Chromium, with scripts: %s,', (javaScript) => {
  test.each(ways)('from every form the browser arrives where the application leads it, by a %s', async (way) => {
    const context = (await browser.newPerson({ javaScript })).context();
    const open = async (url: string): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    };
    const to = redirectUri(way);
    const person = javaScript ? 'alice' : 'bob';

    const signingIn = await open(authorize({}, 'shop', to));
    await led(signingIn, way, () => signIn(signingIn, person));
    const denying = await open(authorize({ prompt: 'consent' }, 'asking', to));
    await led(denying, way, () => press(denying, 'Deny'));
    const allowing = await open(authorize({ prompt: 'consent' }, 'asking', to));
    await led(allowing, way, () => press(allowing, 'Allow'));
    const posting = await open(authorize({ response_mode: 'form_post', prompt: 'login' }, 'shop', to));
    await led(posting, way, async () => {
      await signIn(posting, person);
      if (!javaScript) await press(posting, 'Continue');
    });
    const leaving = await open(signOut(signedOutUri(way)));
    await led(leaving, way, () => press(leaving, 'Sign out'));

    // And at the application with the bytes of its own address.
    const callback = `/callback?then=${way}&${ARRIVED}`;
    expect(called.map((url) => url.replace(/(code|state|iss)=[^&]+/g, '$1'))).toEqual([
      `${callback}&code&state&iss`,
      `${callback}&error=access_denied&state&iss`,
      `${callback}&code&state&iss`,
      callback,
      `/signed-out?then=${way}&${ARRIVED}&state`,
    ]);
  });
});

test.each(ways)('from a second factor, set up or shown, it arrives by a %s too', async (way) => {
  const page = await browser.newPerson();
  const url = authorize({ prompt: 'login' }, 'strict', redirectUri(way));
  const enter = async (code: string): Promise<void> => {
    await page.getByRole('textbox', { name: /code/i }).fill(code);
    await page.getByRole('button', { name: /Continue|Confirm|Set up/ }).click({ noWaitAfter: true });
  };
  await page.goto(url);
  await signIn(page, 'carol');
  if (phone === undefined) {
    phone = new Authenticator(host, ((await page.locator('code').first().textContent()) ?? '').replaceAll(' ', ''));
    await enter(phone.code());
    await page.locator('a[href*="/sign-in/"]').click();
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    await page.goto(url);
    await signIn(page, 'carol');
  }
  await host.advance(seconds(30));
  await led(page, way, () => enter(phone?.code() ?? ''));
});

test('the longest address, of odd bytes, comes back as it was, in an answer, an error and a sign-out', async () => {
  const visitor = new Visitor();
  const by = { id: 'long', redirectUri: LONG };
  const first = await visitor.visit(ask(host, by).url);
  const resumed = await visitor.submit(first, { identifier: 'alice', password: host.passwords['alice'] ?? '' });
  expect([resumed.status, resumed.left?.slice(0, LONG.length + 6)]).toEqual([200, `${LONG}&code=`]);
  const live = await visitor.request(ask(host, by).url);
  expect([live.status, live.headers.get('location')?.slice(0, LONG.length + 6)]).toEqual([303, `${LONG}&code=`]);
  const refused = await new Visitor().request(ask(host, by, { prompt: 'none' }).url);
  expect([refused.status, refused.headers.get('location')?.slice(0, LONG.length + 7)]).toEqual([303, `${LONG}&error=`]);
  const question = await visitor.visit(signOut(LONG, 'long'));
  expect((await visitor.submit(question, { logout: 'yes' })).left).toBe(`${LONG}&state=a+b`);
});

describe('to an application on the device', () => {
  test('the page leads by itself, and its link does where the browser waits for somebody to press it', async () => {
    const page = await browser.newPerson();
    const nextRequest = (timeout = 10_000) =>
      page.waitForRequest((request) => request.url().startsWith(PRIVATE), { timeout });
    await page.goto(authorize({}, 'device', PRIVATE));
    await signIn(page, 'alice');
    const byItself = nextRequest();
    // Nothing on this machine answers to the scheme.
    const givenUp = page.waitForEvent('requestfailed', (request) => request.url().startsWith(PRIVATE));
    await press(page, 'Allow');
    expect((await byItself).url()).toMatch(/^com\.example\.shop:\/done\?code=/);
    await givenUp;
    // Chromium drops a press while it still gives up on what the page asked for by itself; people press again.
    let pressed: Awaited<typeof byItself> | undefined;
    for (let press = 0; pressed === undefined && press < 5; press++) {
      const again = nextRequest(2_000).catch(() => undefined);
      await page.getByRole('link', { name: 'Continue to device' }).click({ noWaitAfter: true });
      pressed = await again;
    }
    expect(pressed?.url()).toBe((await byItself).url());
  });
});

test('a form that somebody injected leads to no stranger from a page on which people type', async () => {
  const page = await browser.newPerson();
  await page.goto(authorize());
  const refused = page.waitForEvent('console', (message) => message.text().includes('form-action'));
  const stranger = `${at(2, '127.0.0.1')}/last`;
  await page.locator('form').evaluate((form, action) => form.setAttribute('action', action), stranger);
  await signIn(page, 'alice');
  await refused;
  expect(arrived).toEqual([]);
});

const firefoxPath = findFirefox();
/** `scripts/test` installs Firefox where it can, and says so where it can't. */
const inFirefox = firefoxPath === undefined ? describe.skip : describe;

inFirefox('in Firefox,', () => {
  let firefox: Firefox;
  beforeAll(async () => {
    firefox = await openFirefox(firefoxPath ?? '');
  }, 60_000);
  afterAll(() => firefox.close());

  test('from every form the browser arrives where the application leads it', async () => {
    const newTab = await firefox.newPerson();
    let times = 0;
    /** Every one of them comes to the end of the chain. */
    const lead = async (url: string, button: string, username?: string): Promise<void> => {
      const tab = await newTab();
      await tab.open(url);
      if (username !== undefined) {
        await tab.type('input[name=identifier]', username);
        await tab.type('input[name=password]', host.passwords[username] ?? '');
      }
      await tab.press(button);
      times++;
      for (const until = performance.now() + 15_000; arrived.length < times && performance.now() < until;) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect([url, arrived.length]).toEqual([url, times]);
    };
    await lead(authorize({ response_mode: 'form_post' }), 'form button[type=submit]', 'alice');
    await lead(authorize({ prompt: 'consent' }, 'asking'), 'button[value=deny]');
    await lead(authorize({ prompt: 'consent' }, 'asking'), 'button[value=allow]');
    await lead(signOut(signedOutUri('chain')), 'button[name=logout]');
    await lead(authorize(), 'form button[type=submit]', 'alice');

    const callback = `/callback?then=chain&${ARRIVED}`;
    expect(called.map((url) => url.replace(/(code|state|iss)=[^&]+/g, '$1'))).toEqual([
      callback,
      `${callback}&error=access_denied&state&iss`,
      `${callback}&code&state&iss`,
      `/signed-out?then=chain&${ARRIVED}&state`,
      `${callback}&code&state&iss`,
    ]);
  }, 120_000);
});
