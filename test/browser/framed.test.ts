import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { flowRealm, passwordOf } from '../flows/flow-host.js';
import { type Listening, listening } from '../http/listening.js';
import { application, ask } from '../support/application.js';
import { useBrowser } from '../support/browser.js';
import { useHost } from '../support/host/use-host.js';

const browser = useBrowser();
let attacker: Listening;
const host = useHost(flowRealm('sqlite'));
beforeAll(async () => {
  attacker = await listening((req, res) => {
    const framed = new URL(req.url ?? '', 'http://localhost').searchParams.get('framed');
    res.setHeader('Content-Type', 'text/html');
    res.end(framed === null ? '<h1>Harmless</h1>' : `<iframe src="${framed.replaceAll('&', '&amp;')}"></iframe>`);
  });
});
afterAll(async () => {
  await attacker.close();
});

/** Another origin of the same site, so that the browser sends the person's cookies along. */
const attackerUrl = (path: string): string => `http://localhost:${attacker.port}${path}`;

/** The content of a frame on the attacker's page. */
async function framed(page: Page, url: string): Promise<string> {
  await page.goto(attackerUrl(`/?framed=${encodeURIComponent(url)}`));
  const heading = (await page.frames()[1]?.locator('h1').textContent())?.trim() ?? '';
  // The browser's own page, in place of one that may not be framed.
  return heading === 'localhost is blocked' ? 'nothing' : heading;
}

test('a page of another origin shows none of ours in a frame, to who is signed in either', async () => {
  const page = await browser.newPerson();
  expect(await framed(page, attackerUrl('/'))).toBe('Harmless');
  const shown: Record<string, string> = {};
  shown['sign-in'] = await framed(page, ask(host, application('public')).url.href);

  await page.goto(ask(host, application('asking')).url.href);
  await page.getByLabel('Username or e-mail').fill('bob');
  await page.getByLabel('Password').fill(passwordOf(host, 'bob'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.locator('h1').textContent()).toContain('Asking application');
  shown['consent'] = await framed(page, page.url());

  await page.goto(`${host.issuer}/account`);
  expect(await page.locator('h1').textContent()).toBe('Your account');
  for (const path of ['', '/password', '/applications', '/sessions', '/second-factor']) {
    shown[`account${path}`] = await framed(page, `${host.issuer}/account${path}`);
  }
  shown['logout'] = await framed(page, `${host.issuer}/session/end`);
  shown['failure'] = await framed(page, `${host.issuer}/auth?client_id=nobody`);
  expect(shown).toEqual(Object.fromEntries(Object.keys(shown).map((name) => [name, 'nothing'])));
});
