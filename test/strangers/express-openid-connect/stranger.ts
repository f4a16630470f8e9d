import { deepEqual } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { nodePackages } from '../harness/installs.js';
import { ordersApiPackages, startOrdersApi } from '../harness/orders-api.js';
import { environmentOf, runNode } from '../harness/page-programs.js';
import type { Here, Stranger, Username } from '../harness/stranger.js';

const SHOP = 'https://shop.example.com';
const API = 'https://api.example.com';
const packages = (): Promise<string> => nodePackages(import.meta.dirname);

async function startShop(here: Here, secret: string): Promise<void> {
  await runNode(here, {
    code: here.block('js application'),
    packages: await packages(),
    env: {
      ...environmentOf(here.block('sh env')),
      CLIENT_SECRET: secret,
      SECRET: randomBytes(24).toString('base64'),
      PORT: String(here.port(SHOP)),
    },
  });
  await here.answers(here.origin(SHOP));
}

async function signedIn(here: Here, username: Username): Promise<Page> {
  const page = await here.newPerson();
  await page.goto(here.origin(SHOP));
  await here.signIn(page, username);
  return page;
}

export const stranger: Stranger = {
  name: 'express-openid-connect',
  kind: 'signs people in',
  origins: [SHOP, API],
  set: ["response_type: 'code'"],
  async install() {
    await packages();
    await ordersApiPackages();
  },
  async start(here) {
    await startOrdersApi(here, API);
    await startShop(here, await here.secret('shop'));
  },
  async tries(here) {
    const order = (page: Page) => page.evaluate(async () => (await fetch('/orders', { method: 'POST' })).status);
    const rea = await signedIn(here, 'rea');
    const { name, email } = JSON.parse(await rea.innerText('body')) as { name: string; email: string };
    deepEqual([name, email], ['Rea Reader', 'rea@example.com']);
    // The shop asked for both scopes. Rea holds one of them.
    const ada = await signedIn(here, 'ada');
    deepEqual({ rea: await order(rea), ada: await order(ada) }, { rea: 403, ada: 201 });
    // It comes back to the shop, which leads to the sign-in again.
    await rea.goto(`${here.origin(SHOP)}/logout`);
    await rea.locator('input[name=identifier]').waitFor();
  },
  mistake: {
    what: 'the secret is wrong',
    reason: 'secret-wrong',
    async make(here) {
      await startShop(here, `${await here.secret('shop')}x`);
      await signedIn(here, 'ada');
    },
  },
};
