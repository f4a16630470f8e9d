import { deepEqual } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { nodePackages } from '../harness/installs.js';
import { ordersApiPackages, startOrdersApi } from '../harness/orders-api.js';
import { environmentOf, runNode } from '../harness/page-programs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const WEB = 'https://web.example.com';
const ELSEWHERE = 'https://elsewhere.example.com';
const API = 'https://api.example.com';
const packages = (): Promise<string> => nodePackages(import.meta.dirname);

async function startWeb(here: Here, at: string): Promise<void> {
  await runNode(here, {
    code: here.block('js application'),
    packages: await packages(),
    env: {
      ...environmentOf(here.block('sh env')),
      AUTH_GATEHOUSE_SECRET: await here.secret('web'),
      AUTH_SECRET: randomBytes(24).toString('base64'),
      PORT: String(here.port(at)),
    },
  });
  await here.answers(here.origin(at));
}

/** Goes to Gatehouse with the button of Auth.js. */
async function leaves(here: Here, at: string): Promise<Page> {
  const page = await here.newPerson();
  await page.goto(`${here.origin(at)}/auth/signin`);
  await page.getByRole('button', { name: 'Gatehouse' }).click();
  await page.waitForURL(`${here.issuer}/**`);
  return page;
}

export const stranger: Stranger = {
  name: 'auth-js',
  kind: 'signs people in',
  origins: [WEB, ELSEWHERE, API],
  set: [],
  async install() {
    await packages();
    await ordersApiPackages();
  },
  async start(here) {
    await startOrdersApi(here, API);
    await startWeb(here, WEB);
  },
  async tries(here) {
    const page = await leaves(here, WEB);
    await here.signIn(page);
    const { user } = JSON.parse(await page.innerText('body')) as { user: object };
    deepEqual(user, { name: 'Ada Lovelace', email: 'ada@example.com' });
    await page.goto(`${here.origin(WEB)}/orders`);
    const { readBy } = JSON.parse(await page.innerText('body')) as { readBy?: string };
    deepEqual(typeof readBy, 'string');
  },
  mistake: {
    what: 'the redirect URI is of another host',
    reason: 'redirect-uri-mismatch',
    async make(here) {
      await startWeb(here, ELSEWHERE);
      await leaves(here, ELSEWHERE);
    },
  },
};
