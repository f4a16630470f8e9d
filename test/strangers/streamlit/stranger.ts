import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { pythonPackages } from '../harness/installs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const DASHBOARD = 'https://dashboard.example.com';
const packages = (): Promise<string> => pythonPackages(join(import.meta.dirname, 'requirements.txt'));

export const stranger: Stranger = {
  name: 'streamlit',
  kind: 'signs people in',
  origins: [DASHBOARD],
  set: [],
  async install() {
    await packages();
  },
  start: async (here) => startDashboard(here, await here.secret('dashboard')),
  async tries(here) {
    const page = await here.newPerson();
    await openSignIn(here, page);
    await here.signIn(page);
    await page.getByText('Signed in as Ada Lovelace, ada@example.com').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    // Both sessions have ended.
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('input[name=identifier]').waitFor();
  },
  mistake: {
    what: 'the secret has another character at its end',
    reason: 'secret-wrong',
    async make(here) {
      await startDashboard(here, `${await here.secret('dashboard')}x`);
      const page = await here.newPerson();
      await openSignIn(here, page);
      await here.signIn(page);
    },
  },
};

async function startDashboard(here: Here, secret: string): Promise<void> {
  const cwd = join(here.folder, 'dashboard');
  await mkdir(join(cwd, '.streamlit'), { recursive: true });
  await writeFile(join(cwd, 'app.py'), here.block('py application'));
  const secrets = here
    .block('toml secrets')
    .replace('32 random characters', randomBytes(24).toString('base64'))
    .replace('what the file secrets/dashboard holds', secret);
  await writeFile(join(cwd, '.streamlit/secrets.toml'), secrets);
  here.run('python3', ['-m', 'streamlit', 'run', 'app.py'], {
    cwd,
    env: {
      PYTHONPATH: await packages(),
      PYTHONDONTWRITEBYTECODE: '1',
      // Streamlit takes any folder but site-packages for its developers'.
      STREAMLIT_GLOBAL_DEVELOPMENT_MODE: 'false',
      STREAMLIT_BROWSER_GATHER_USAGE_STATS: 'false',
      STREAMLIT_SERVER_ADDRESS: 'localhost',
      STREAMLIT_SERVER_FILE_WATCHER_TYPE: 'none',
      STREAMLIT_SERVER_HEADLESS: 'true',
      STREAMLIT_SERVER_PORT: String(here.port(DASHBOARD)),
    },
  });
  await here.answers(here.origin(DASHBOARD));
}

async function openSignIn(here: Here, page: Page): Promise<void> {
  await page.goto(here.origin(DASHBOARD));
  await page.getByRole('button', { name: 'Sign in' }).click();
}
