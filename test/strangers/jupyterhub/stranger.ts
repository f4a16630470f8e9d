import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { nodePackages, pythonPackages } from '../harness/installs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const HUB = 'https://hub.example.com';
/** The address at which the parts of JupyterHub reach each other. */
const INSIDE = 'http://hub.internal';
const PROXY_API = 'http://proxy.internal';

export const stranger: Stranger = {
  name: 'jupyterhub',
  kind: 'signs people in',
  origins: [HUB, INSIDE, PROXY_API],
  set: [],
  async install() {
    await installed();
  },
  start: (here) => startHub(here, here.block('python config')),
  async tries(here) {
    const page = await here.newPerson();
    await openSignIn(here, page);
    await here.signIn(page);
    await page.waitForURL('**/hub/home');
    assert.match(await page.innerText('body'), /\bada\b/);
  },
  mistake: {
    what: 'the redirect URI ends in a slash too many',
    reason: 'redirect-uri-mismatch',
    async make(here) {
      await startHub(here, here.block('python config').replace('/oauth_callback"', '/oauth_callback/"'));
      await openSignIn(here, await here.newPerson());
    },
  },
};

async function installed() {
  const hub = await pythonPackages(join(import.meta.dirname, 'requirements.txt'));
  const proxy = await nodePackages(import.meta.dirname);
  return { hub, path: [join(hub, 'bin'), join(proxy, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(':') };
}

async function startHub(here: Here, recipe: string): Promise<void> {
  const { hub, path } = await installed();
  const cwd = join(here.folder, 'hub');
  await mkdir(cwd, { recursive: true });
  const file = join(cwd, 'recipe.py');
  await writeFile(file, recipe);
  const child = here.run(
    'python3',
    ['-m', 'jupyterhub', '--config', join(import.meta.dirname, 'jupyterhub_config.py')],
    {
      cwd,
      env: {
        PATH: path,
        PYTHONPATH: hub,
        RECIPE: file,
        PORT: String(here.port(HUB)),
        HUB_PORT: String(here.port(INSIDE)),
        PROXY_PORT: String(here.port(PROXY_API)),
        HUB_SECRET: await here.secret('hub'),
      },
    },
  );
  await here.answers(here.origin(HUB));
  // Its proxy answers before the hub behind it does.
  while (!child.output().includes('JupyterHub is now running')) await delay(100);
}

async function openSignIn(here: Here, page: Page): Promise<void> {
  await page.goto(`${here.origin(HUB)}/hub/login`);
  await page.getByText('Sign in with Gatehouse').click();
}
