import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const library = join(root, 'node_modules/oidc-provider/lib');

/**
 * What `src/oidc/library/` replaces or rests on, by its file there: the library's own files as they were when it was written.
 * A digest that differs means that a release changed one: compare, adapt ours, and put the new digest here.
 */
const replaced: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'answer-without-scope.ts': {
    'actions/authorization/interactions.js': '952b60a38bf9e76af95f9eae720ce525cad6190ed907b1f7a52887270bc6e3f5',
    'helpers/combined_scope.js': 'dbf2da947a812174a9305bfd9e1f930f938e350b6c9228d503b1c343cb522f26',
  },
  'find-userinfo-token.ts': {
    'shared/access_token.js': '396a191edaf6609d686a8f2a63b31069d5068167ee13b8b9c0b8549040c9e5c1',
    'actions/userinfo.js': '99aa2b34d891c95c47fdeb9e17b2f29d25a6f2e49b82a78aec3d0e96cd5741e9',
    'models/access_token.js': '6d16f6fe27d961c3cd4606ecf270f2c2c63cbc4c649624ec6938cc4824f28825',
  },
  'keep-offline-access.ts': {
    'actions/authorization/index.js': '60912e9cc939f3d509ba93640238931def1dd0462e5f957fafb1418b1e07337e',
    'actions/authorization/response_parameters.js': 'd7e851985b9746bb3bea55c703fed7a7686ba113a2fc0ef317389c236caa2b08',
    'actions/authorization/scopes.js': 'fb2044687b41ee5e27f9aaa89a5e8ad2a4f45b1853cc88c0ee212e2cfc304962',
  },
  'remember-asked-scopes.ts': {
    'helpers/process_response_types.js': 'd01c0eae8065fd2804910152951fec01c15ecca5934861f758dfc8d48104e20a',
    'helpers/grant_authorization.js': '54088b190f95154e425b8d1764ecfbcbcc6cff0608e2940ad6b4080e63b39ae7',
    'helpers/grant_common.js': '2a9abbce97278836411bdbdcf8d310e6760d525ec815ad163f376ef55fa3e740',
    'actions/grants/refresh_token.js': 'd3bcebb1e448545e0deff5b935f6233964b69c40f5ab2f639c6fdb5e81c5c1d2',
  },
  'response-modes.ts': {
    'response_modes/query.js': '3ab450ec1715323815dbd32da759d8e4c861cd5bf90d6ba2abb86de2344f79ce',
    'response_modes/fragment.js': 'f4fcac1d4f979f5c5179f056d7d9b54629948e3c21a8a1b9a9811fd00165ee29',
    'response_modes/form_post.js': 'e9d9ce601497df84f335ad366a2fa9b5fbc672fa53e7a343d9fcf4e9354b01ea',
    'helpers/redirect_uri.js': 'ffcb2530693d613a416908c9d560ab7890b6a1b2adbf4d1f8746748e82054057',
  },
  'save-access-token.ts': {
    'models/base_model.js': '77623c1d7d76d840f93f58b1aef57713c7d48dde1f689686208827320ef06d2c',
    'models/base_token.js': '8471708d3bf67095cdf9fed5e242bc1400c5cf6e533c673ac85f57b6c8909568',
    'models/formats/index.js': '2e89935f9f822621edc3d9fb5de22ddf273953e78d140c3010ae2f67cf533fab',
    'models/formats/opaque.js': '116a242cbe98d59b50d2c25e6c9b1810b97bc9a3d505a6ac3f03c54d43e9cb15',
    'models/formats/jwt.js': '8de09847ca60ddbe3e693509cda580d5213dfe31440e3ae409a561b1762aa8ef',
  },
  'sign-out-redirect.ts': {
    'actions/end_session.js': '259ee7afaade26dec4447744711958207872917ef85b0ba82fe4ee2e5d2b78fb',
    'helpers/redirect_uri.js': 'ffcb2530693d613a416908c9d560ab7890b6a1b2adbf4d1f8746748e82054057',
  },
  'unauthorized-client.ts': {
    'actions/token.js': 'b02246009810acd67c5323277171f6c06919273b2733a874537be02beaa75c09',
    'actions/authorization/response_parameters.js': 'd7e851985b9746bb3bea55c703fed7a7686ba113a2fc0ef317389c236caa2b08',
    'helpers/revoke.js': '19fd95af4ba7f83a5ef00c44c229153084bc38db885fa2ba2ebde43f66a04819',
  },
};

test('every file that replaces something is listed', async () => {
  const files = (await readdir(join(root, 'src/oidc/library'))).filter((name) => name.endsWith('.ts'));
  expect(files.sort()).toEqual(Object.keys(replaced).sort());
});

test.each(Object.entries(replaced))('what %s replaces is as it was', async (_file, digests) => {
  for (const [path, digest] of Object.entries(digests)) {
    const now = createHash('sha256')
      .update(await readFile(join(library, path)))
      .digest('hex');
    expect([path, now]).toEqual([path, digest]);
  }
});
