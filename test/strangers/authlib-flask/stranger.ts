import { deepEqual } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pythonPackages } from '../harness/installs.js';
import { environmentOf, runFlask } from '../harness/page-programs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const DESK = 'https://desk.example.com';
const packages = (): Promise<string> => pythonPackages(join(import.meta.dirname, 'requirements.txt'));

async function start(here: Here): Promise<void> {
  const env = {
    ...environmentOf(here.block('sh env')),
    FLASK_GATEHOUSE_CLIENT_SECRET: await here.secret('desk'),
    FLASK_SECRET_KEY: randomBytes(24).toString('base64'),
  };
  await runFlask(here, { code: here.block('py application'), packages: await packages(), env }, here.port(DESK));
  await here.answers(here.origin(DESK));
}

export const stranger: Stranger = {
  name: 'authlib-flask',
  kind: 'signs people in',
  origins: [DESK],
  set: [],
  async install() {
    await packages();
  },
  start,
  async tries(here) {
    const page = await here.newPerson();
    await page.goto(here.origin(DESK));
    await here.signIn(page);
    const claims = JSON.parse(await page.innerText('body')) as Record<string, unknown>;
    deepEqual([claims['name'], claims['email'], claims['aud']], ['Ada Lovelace', 'ada@example.com', 'desk']);
    await page.goto(`${here.origin(DESK)}/logout`);
    await page.waitForURL((url) => url.origin === here.origin(DESK) && url.pathname === '/bye');
    // Both sessions have ended.
    await page.goto(here.origin(DESK));
    await page.locator('input[name=identifier]').waitFor();
  },
  mistake: {
    what: 'the application is opened under another address than the registered one',
    reason: 'redirect-uri-mismatch',
    async make(here) {
      await start(here);
      const page = await here.newPerson();
      await page.goto(here.origin(DESK).replace('localhost', '127.0.0.1'));
    },
  },
};
