import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const library = join(import.meta.dirname, '../../node_modules/oidc-provider/lib');

/**
 * What `src/oidc/library/` replaces or rests on, by its file there: the library's own files as they were when it was written.
 * A digest that differs means that a release changed one: compare, adapt ours, and put the new digest here.
 */
const replaced: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'response-modes.ts': {
    'response_modes/query.js': '3ab450ec1715323815dbd32da759d8e4c861cd5bf90d6ba2abb86de2344f79ce',
    'response_modes/fragment.js': 'f4fcac1d4f979f5c5179f056d7d9b54629948e3c21a8a1b9a9811fd00165ee29',
    'response_modes/form_post.js': 'e9d9ce601497df84f335ad366a2fa9b5fbc672fa53e7a343d9fcf4e9354b01ea',
    'helpers/redirect_uri.js': 'ffcb2530693d613a416908c9d560ab7890b6a1b2adbf4d1f8746748e82054057',
  },
  'sign-out-redirect.ts': {
    'actions/end_session.js': '259ee7afaade26dec4447744711958207872917ef85b0ba82fe4ee2e5d2b78fb',
    'helpers/redirect_uri.js': 'ffcb2530693d613a416908c9d560ab7890b6a1b2adbf4d1f8746748e82054057',
  },
};

test.each(Object.entries(replaced))('what %s replaces is as it was', async (_file, digests) => {
  for (const [path, digest] of Object.entries(digests)) {
    const now = createHash('sha256')
      .update(await readFile(join(library, path)))
      .digest('hex');
    expect([path, now]).toEqual([path, digest]);
  }
});
