import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Listening, listening } from '../http/listening.js';
import { signInHouse, somebody, waiting } from '../sign-in/house.js';
import { useBrowser } from '../support/browser.js';

const browser = useBrowser();
let house: Awaited<ReturnType<typeof signInHouse>>;
let application: Listening;
beforeAll(async () => {
  house = await signInHouse();
  house.state.verify = async () => ({ kind: 'ok', user: somebody });
  application = await listening((_req, res) => res.end('the application'));
});
afterAll(async () => {
  await house.close();
  await application.close();
});

/** Signs in on a page that allows the one and is then sent to the other: whether the browser goes there. */
async function leadsOn(redirectTarget: string, location: string): Promise<boolean> {
  house.state.interactions = [{ ...waiting, redirectTarget }];
  house.state.resumesAt = location;
  const page = await browser.newPerson();
  const outcome = new Promise<boolean>((resolve) => {
    page.on('request', (request) => {
      if (request.url() === location) resolve(true);
    });
    page.on('console', (message) => {
      if (message.text().includes('form-action')) resolve(false);
    });
  });
  await page.goto(`http://127.0.0.1:${house.port}/sign-in/uid-1`);
  await page.getByLabel('Username or e-mail').fill('alice');
  await page.getByLabel('Password').fill('secret');
  await page.getByRole('button', { name: 'Sign in' }).click({ noWaitAfter: true });
  return outcome;
}

// Chromium holds form-action against every redirect that follows a posted form.
test.each(['localhost', '127.0.0.1'])('a form’s answer leads on to the application on %s', async (host) => {
  const origin = `http://${host}:${application.port}`;
  expect(await leadsOn(origin, `${origin}/callback?code=1`)).toBe(true);
});

test('and to the scheme of an application on the device', async () => {
  expect(await leadsOn('com.example.app:', 'com.example.app:/callback?code=1')).toBe(true);
});

test('and nowhere else', async () => {
  expect(await leadsOn('https://shop.example', `http://localhost:${application.port}/callback?code=1`)).toBe(false);
  expect(await leadsOn('com.example.app:', 'com.example.other:/callback?code=1')).toBe(false);
});
