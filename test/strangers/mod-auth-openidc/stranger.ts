import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { debianPackages } from '../harness/installs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const SITE = 'https://wiki.example.com';

export const stranger: Stranger = {
  name: 'mod-auth-openidc',
  kind: 'signs people in',
  origins: [SITE],
  set: [],
  install: () =>
    debianPackages(
      ['apache2', 'libapache2-mod-auth-openidc'],
      ['/usr/sbin/apache2', '/usr/lib/apache2/modules/mod_auth_openidc.so'],
    ),
  start: async (here) => startApache(here, await here.secret('wiki')),
  async tries(here) {
    const page = await here.newPerson();
    const answered = page.waitForResponse((response) => response.headers()['x-remote-user'] === 'ada');
    await signIn(here, page);
    assert.equal((await answered).headers()['x-email'], 'ada@example.com');
    assert.equal(await page.innerText('h1'), 'The wiki');
  },
  mistake: {
    what: 'the secret is wrong',
    reason: 'secret-wrong',
    async make(here) {
      await startApache(here, 'w'.repeat(43));
      await signIn(here, await here.newPerson());
    },
  },
};

async function startApache(here: Here, secret: string): Promise<void> {
  const site = join(here.folder, 'site');
  await mkdir(site, { recursive: true });
  // Apache reads what it serves as another user.
  await chmod(here.folder, 0o755);
  await writeFile(join(site, 'index.html'), '<h1>The wiki</h1>');
  await writeFile(join(here.folder, 'site.conf'), here.block('apache config'));
  here.run('/usr/sbin/apache2', ['-D', 'FOREGROUND', '-f', join(import.meta.dirname, 'apache.conf')], {
    env: {
      FOLDER: here.folder,
      PORT: String(here.port(SITE)),
      WIKI_SECRET: secret,
      WIKI_PASSPHRASE: 'abcdefghijklmnopqrstuvwxyz012345',
    },
  });
  await here.answers(here.origin(SITE));
}

async function signIn(here: Here, page: Page): Promise<void> {
  await page.goto(here.origin(SITE));
  await here.signIn(page);
}
