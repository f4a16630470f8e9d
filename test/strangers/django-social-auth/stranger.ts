import { equal } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonPackages } from '../harness/installs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const LIBRARY = 'https://library.example.com';
const packages = (): Promise<string> => pythonPackages(join(import.meta.dirname, 'requirements.txt'));

export const stranger: Stranger = {
  name: 'django-social-auth',
  kind: 'signs people in',
  origins: [LIBRARY],
  set: [],
  async install() {
    await packages();
  },
  start,
  async tries(here) {
    const page = await here.newPerson();
    await page.goto(here.origin(LIBRARY));
    await page.locator('button').click();
    await here.signIn(page);
    equal(await page.innerText('body'), 'Signed in as ada, Ada Lovelace, ada@example.com');
  },
  mistake: {
    what: 'the site is opened under another address than the registered one',
    reason: 'redirect-uri-mismatch',
    async make(here) {
      await start(here);
      const page = await here.newPerson();
      await page.goto(here.origin(LIBRARY).replace('localhost', '127.0.0.1'));
      await page.locator('button').click();
    },
  },
};

/** The site of this folder, with the blocks of the page at the ends of its files. */
async function start(here: Here): Promise<void> {
  const cwd = join(here.folder, 'library');
  await mkdir(cwd, { recursive: true });
  for (const part of ['settings', 'urls']) {
    const site = await readFile(join(import.meta.dirname, `${part}.py`), 'utf8');
    await writeFile(join(cwd, `${part}.py`), `${site}\n${here.block(`py ${part}`)}`);
  }
  const serve = `python3 -m django migrate && exec python3 -m django runserver --noreload 127.0.0.1:${here.port(LIBRARY)}`;
  here.run('sh', ['-c', serve], {
    cwd,
    env: {
      PYTHONPATH: `${cwd}:${await packages()}`,
      PYTHONDONTWRITEBYTECODE: '1',
      DJANGO_SETTINGS_MODULE: 'settings',
      SECRET_KEY: randomBytes(24).toString('base64'),
      LIBRARY_SECRET: await here.secret('library'),
    },
  });
  await here.answers(here.origin(LIBRARY));
}
