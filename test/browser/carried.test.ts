import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Listening, listening } from '../http/listening.js';
import { ask, type Asked, exchange } from '../support/application.js';
import { useBrowser } from '../support/browser.js';
import { useHost } from '../support/host/use-host.js';

// An application of another site: what the browser posts from it, and to it.

const browser = useBrowser();
let application: Listening;
/** The forms posted to the application, by path. */
const posted: { readonly path: string; readonly fields: URLSearchParams }[] = [];
let form = '';

beforeAll(async () => {
  application = await listening((req, res) => {
    res.setHeader('content-type', 'text/html');
    if (req.method !== 'POST') {
      res.end(form);
      return;
    }
    let body = '';
    req.setEncoding('utf8').on('data', (text: string) => (body += text));
    req.on('end', () => {
      posted.push({ path: req.url ?? '', fields: new URLSearchParams(body) });
      res.end('<h1>Arrived</h1>');
    });
  });
});
const host = useHost(() => ({
  realmFile: 'examples/realm.yaml',
  clients: [
    { id: 'shop', name: 'Shop', authentication: 'none', firstParty: true, redirectUris: [`${origin()}/callback`] },
  ],
}));
beforeEach(() => {
  posted.length = 0;
});
afterAll(() => application.close());

// Gatehouse is on localhost: to the browser this is another site, not only another port.
const origin = (): string => `http://127.0.0.1:${application.port}`;
const shop = () => ({ id: 'shop', redirectUri: `${origin()}/callback` });
const asking = (params: Readonly<Record<string, string>> = {}): Asked => ask(host, shop(), params);

async function signIn(page: Page, { url }: Asked): Promise<void> {
  await page.goto(url.href);
  await page.getByLabel('Username or e-mail').fill('alice');
  await page.getByLabel('Password').fill(host.passwords['alice'] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('an answer that is posted', () => {
  test('arrives by the page’s own script', async () => {
    const page = await browser.newPerson();
    const authRequest = asking({ response_mode: 'form_post' });
    await signIn(page, authRequest);
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    expect(page.url()).toBe(shop().redirectUri);
    expect(posted).toHaveLength(1);
    const { fields } = posted[0] ?? { fields: new URLSearchParams() };
    expect(Object.fromEntries(fields)).toMatchObject({
      state: authRequest.url.searchParams.get('state'),
      iss: host.issuer,
    });
    expect((await exchange(host, authRequest, fields.get('code') ?? '')).status).toBe(200);
  });

  test('arrives by a button where scripts are off', async () => {
    const page = await browser.newPerson({ javaScript: false });
    await signIn(page, asking({ response_mode: 'form_post' }));
    expect(posted).toHaveLength(0);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    expect(posted.map(({ path, fields }) => [path, fields.has('code')])).toEqual([['/callback', true]]);
  });
});

test('a request that another site posts meets the live session, whose cookies such a form does not bring', async () => {
  const page = await browser.newPerson();
  await signIn(page, asking());
  await page.waitForURL(`${origin()}/callback?**`);

  const { url } = asking({ prompt: 'none' });
  const fields = [...url.searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`);
  form = `<form method="post" action="${url.origin}${url.pathname}">${fields.join('')}<button>Go</button></form>`;
  await page.goto(`${origin()}/`);
  const begun = page.waitForRequest((request) => request.method() === 'POST' && request.url().startsWith(host.issuer));
  await page.getByRole('button', { name: 'Go' }).click();
  expect((await (await begun).allHeaders())['cookie'] ?? '').not.toContain('gatehouse-session');
  await page.waitForURL(`${origin()}/callback?**`);
  expect(new URL(page.url()).searchParams.get('error')).toBeNull();
  expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
});
