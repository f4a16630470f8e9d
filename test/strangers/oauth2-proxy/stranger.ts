import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { goProgram } from '../harness/installs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const PROXY = 'https://intranet.example.com';
const BEHIND = 'http://127.0.0.1:8080';
const install = (): Promise<string> => goProgram('github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6');

export const stranger: Stranger = {
  name: 'oauth2-proxy',
  kind: 'signs people in',
  origins: [PROXY, BEHIND],
  set: ['code_challenge_method: S256'],
  async install() {
    await install();
  },
  start: (here) => startProxy(here, here.secretFile('intranet')),
  async tries(here) {
    const page = await here.newPerson();
    const behind = await listening(here.port(BEHIND));
    try {
      await signIn(here, page);
      const headers = JSON.parse(await page.innerText('body')) as Record<string, string>;
      assert.equal(headers['x-forwarded-preferred-username'], 'ada');
      assert.equal(headers['x-forwarded-email'], 'ada@example.com');
    } finally {
      behind.close();
      behind.closeAllConnections();
    }
  },
  mistake: {
    what: 'the secret file ends in another character',
    reason: 'secret-wrong',
    async make(here) {
      const wrong = join(here.folder, 'wrong-secret');
      await writeFile(wrong, `${await here.secret('intranet')}x`);
      await startProxy(here, wrong);
      await signIn(here, await here.newPerson());
    },
  },
};

async function startProxy(here: Here, secretFile: string): Promise<void> {
  const config = join(here.folder, 'oauth2-proxy.cfg');
  await writeFile(config, here.block('ini config').replace('/etc/oauth2-proxy/secret', secretFile));
  here.run(await install(), ['--config', config], {
    env: {
      OAUTH2_PROXY_HTTP_ADDRESS: `localhost:${here.port(PROXY)}`,
      OAUTH2_PROXY_COOKIE_SECRET: 'abcdefghijklmnopqrstuvwxyz012345',
    },
  });
  await here.answers(`${here.origin(PROXY)}/ping`);
}

async function signIn(here: Here, page: Awaited<ReturnType<Here['newPerson']>>): Promise<void> {
  await page.goto(here.origin(PROXY));
  await page.locator('button[type=submit]').click();
  await here.signIn(page);
}

/** The application that has no sign-in: answers with the headers that it gets. */
async function listening(port: number) {
  const server = createServer((req, res) => res.end(JSON.stringify(req.headers))).listen(port, 'localhost');
  await once(server, 'listening');
  return server;
}
