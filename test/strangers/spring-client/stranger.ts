import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { mavenBuilt } from '../harness/installs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const SHOP = 'https://shop.example.com';
const install = (): Promise<string> => mavenBuilt(import.meta.dirname);

export const stranger: Stranger = {
  name: 'spring-client',
  kind: 'signs people in',
  origins: [SHOP],
  set: [],
  async install() {
    await install();
  },
  start: async (here) => startShop(here, await here.secret('shop')),
  async tries(here) {
    const page = await here.newPerson();
    await signIn(here, page);
    const claims = JSON.parse(await page.innerText('body')) as Record<string, unknown>;
    assert.equal(claims['preferred_username'], 'ada');
    assert.equal(claims['email'], 'ada@example.com');
  },
  mistake: {
    what: 'the secret is wrong',
    reason: 'secret-wrong',
    async make(here) {
      await startShop(here, 'w'.repeat(43));
      await signIn(here, await here.newPerson());
    },
  },
};

async function startShop(here: Here, secret: string): Promise<void> {
  const cwd = join(here.folder, 'shop');
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'application.yaml'), here.block('yaml application'));
  const port = `--server.port=${here.port(SHOP)}`;
  here.run('java', ['-Xmx256m', '-jar', await install(), port], { cwd, env: { SHOP_SECRET: secret } });
  await here.answers(here.origin(SHOP));
}

async function signIn(here: Here, page: Page): Promise<void> {
  await page.goto(here.origin(SHOP));
  await here.signIn(page);
}
