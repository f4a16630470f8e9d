import { deepEqual } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { nodePackages } from '../harness/installs.js';
import { environmentOf, runNode } from '../harness/page-programs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const CLUB = 'https://club.example.com';
const packages = (): Promise<string> => nodePackages(import.meta.dirname);

async function startClub(here: Here, code: string): Promise<void> {
  await runNode(here, {
    code,
    packages: await packages(),
    env: {
      ...environmentOf(here.block('sh env')),
      CLIENT_SECRET: await here.secret('club'),
      SESSION_SECRET: randomBytes(24).toString('base64'),
      PORT: String(here.port(CLUB)),
    },
  });
  await here.answers(here.origin(CLUB));
}

export const stranger: Stranger = {
  name: 'passport-openidconnect',
  kind: 'signs people in',
  origins: [CLUB],
  set: ['nonce: true'],
  async install() {
    await packages();
  },
  start: (here) => startClub(here, here.block('js application')),
  async tries(here) {
    const page = await here.newPerson();
    await page.goto(here.origin(CLUB));
    await here.signIn(page);
    const { displayName, username, emails } = JSON.parse(await page.innerText('body')) as Record<string, unknown>;
    deepEqual([displayName, username, emails], ['Ada Lovelace', 'ada', [{ value: 'ada@example.com' }]]);
  },
  mistake: {
    what: 'the application sends neither a nonce nor PKCE',
    reason: 'pkce-or-nonce-missing',
    async make(here) {
      await startClub(here, here.block('js application').replace('nonce: true,', ''));
      const page = await here.newPerson();
      await page.goto(here.origin(CLUB));
    },
  },
};
