import { deepEqual } from 'node:assert/strict';
import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { nodePackages } from '../harness/installs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const MAP = 'https://map.example.com';
const LIBRARY = 'oidc-client-ts.min.js';
const packages = (): Promise<string> => nodePackages(import.meta.dirname);

/** Serves the page and the library as files. */
async function startMap(here: Here, html: string): Promise<void> {
  const folder = await mkdtemp(join(here.folder, 'map-'));
  await writeFile(join(folder, 'index.html'), html);
  await copyFile(join(await packages(), 'node_modules/oidc-client-ts/dist/browser', LIBRARY), join(folder, LIBRARY));
  const port = String(here.port(MAP));
  here.run('python3', ['-m', 'http.server', port, '--bind', '127.0.0.1', '--directory', folder]);
  await here.answers(here.origin(MAP));
}

interface Stored {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly token_type: string;
  readonly scope: string;
}

/** Returns the user that the page's library has stored. The page itself defines `users`. */
const stored = (page: Page): Promise<Stored> => page.evaluate('users.getUser()');
const named = (page: Page, name: string) => page.locator('#who', { hasText: name }).waitFor();

/** Presses the page's button. @throws {Error} when no other token comes */
async function renewed(page: Page, { access_token: before }: Stored): Promise<Stored> {
  await page.click('#renew');
  for (let waits = 0; waits < 100; waits++) {
    const now = await stored(page);
    if (now.access_token !== before) return now;
    await delay(100);
  }
  throw new Error('The library got no other token.');
}

export const stranger: Stranger = {
  name: 'oidc-client-ts',
  kind: 'signs people in',
  origins: [MAP],
  set: [],
  async install() {
    await packages();
  },
  start: (here) => startMap(here, here.block('html application')),
  async tries(here) {
    const page = await here.newPerson();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(here.origin(MAP));
    await page.click('#sign-in');
    await here.signIn(page);
    await named(page, 'Ada Lovelace');
    const first = await stored(page);
    deepEqual([first.token_type, first.scope.split(' ').sort()], ['DPoP', ['openid', 'orders:read', 'profile']]);

    const byRefreshToken = await renewed(page, first);
    // Without a refresh token the library asks in a hidden frame.
    const frames: string[] = [];
    page.on('frameattached', (frame) => frames.push(frame.name()));
    await page.evaluate(
      'users.getUser().then((user) => { user.refresh_token = undefined; return users.storeUser(user); })',
    );
    await renewed(page, byRefreshToken);
    deepEqual(frames.length, 1);

    const revocations: number[] = [];
    page.on('response', (answer) => {
      if (answer.url() === `${here.issuer}/token/revocation` && answer.request().method() === 'POST')
        revocations.push(answer.status());
    });
    await page.click('#sign-out');
    await named(page, 'Not signed in');
    deepEqual([page.url(), revocations, errors], [`${here.origin(MAP)}/`, [200, 200], []]);
    // The session at Gatehouse has ended too.
    await page.click('#sign-in');
    await page.locator('input[name=identifier]').waitFor();
  },
  mistake: {
    what: 'the redirect URI lacks its last slash',
    reason: 'redirect-uri-mismatch',
    async make(here) {
      const { origin } = new URL(here.origin(MAP));
      await startMap(
        here,
        here.block('html application').replace(` redirect_uri: '${origin}/'`, ` redirect_uri: '${origin}'`),
      );
      const page = await here.newPerson();
      await page.goto(here.origin(MAP));
      await page.click('#sign-in');
      await page.waitForURL(`${here.issuer}/**`);
    },
  },
};
