import { deepEqual } from 'node:assert/strict';
import { nodePackages } from '../harness/installs.js';
import { environmentOf, printed, runNode } from '../harness/page-programs.js';
import type { Child, Here, Stranger } from '../harness/stranger.js';

const packages = (): Promise<string> => nodePackages(import.meta.dirname);

const notes = async (here: Here, env: Readonly<Record<string, string>> = {}): Promise<Child> =>
  runNode(here, {
    code: here.block('js application'),
    packages: await packages(),
    env: { ...environmentOf(here.block('sh env')), ...env },
  });

export const stranger: Stranger = {
  name: 'openid-client-native',
  kind: 'signs people in',
  origins: [],
  set: [],
  async install() {
    await packages();
  },
  // It runs once for each sign-in.
  start: async () => undefined,
  async tries(here) {
    const program = await notes(here);
    const page = await here.newPerson();
    await page.goto(await printed(program, /^Open (.+)$/m));
    await here.signIn(page);
    deepEqual(await page.innerText('body'), 'You are signed in. Close this window.');
    deepEqual(await printed(program, /^Signed in as (.+)$/m), 'ada');
  },
  mistake: {
    what: 'the client id is wrong',
    reason: 'client-unknown',
    async make(here) {
      const page = await here.newPerson();
      await page.goto(await printed(await notes(here, { CLIENT_ID: 'notez' }), /^Open (.+)$/m));
    },
  },
};
