/** The parts of oidc-provider that Gatehouse replaces or relies on without documentation are unchanged since that was written. */
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Provider } from 'oidc-provider';
import { builtProvider } from './built-provider.js';

const root = join(import.meta.dirname, '../..');
const ours = join(root, 'src/oidc');
const library = join(root, 'node_modules/oidc-provider/lib');

const digestOf = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/**
 * The methods that are replaced or wrapped, by the file of `src/oidc/library/` that does it, with the digest of the library's own source of the
 * method. A digest that differs means that a release changed it: compare, adapt our method, and put the new digest here.
 */
const replaced: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'authorization/answer-without-scope.ts': {
    'Grant#getOIDCScopeFiltered': '6e23d96c524ab727334efdcc2ac405ec13e158b9ef0480e9af2dc5041a0b0d44',
  },
  'authorization/response-modes.ts': {
    'Provider#registerResponseMode': '98b893d8ff86085011880bb6e23732966b25e8e1197dbe5606912ad09789d489',
  },
  'claims/released-claims.ts': {
    'Claims#result': '5b32f12dd8bcdf316473731c9661d519c39ea5a049ab9d7b691fd4c313b86b92',
  },
  'claims/id-token-payload.ts': {
    'IdToken#payload': 'ad5bc5a866911be95d672754e87da7484627866c9fd1eda53ce26eeb271d5a9c',
  },
  'client/find-client.ts': {
    'Client.find': 'f9e7ecd05f5f775c64a12920fcbf1029cbba837191b1df53796e46c742a36059',
  },
  'client/compare-client-secret.ts': {
    'Client#compareClientSecret': '7a404f9c25995b01796c2f4e8b1ae0e53eaedf5c5ff34e8b593a8f6174a38f23',
  },
  'client/redirect-uri-allowed.ts': {
    'Client#redirectUriAllowed': '4336b785844e3903b64fe00740c9e6bfe6544b736cfe197f0250deb264bbacff',
  },
  'client/post-logout-redirect-uri-allowed.ts': {
    'Client#postLogoutRedirectUriAllowed': 'a0fca54e070e80178455e7bb4f9bb21198b0687d2884fde68b824af4a138ffbc',
  },
  'client/grant-type-allowed.ts': {
    'Client#grantTypeAllowed': '44251c0bc00d43e8d41c062fe4f3750596264ca970cded2cebf41b3172f48f33',
  },
  'client/response-type-allowed.ts': {
    'Client#responseTypeAllowed': '90e2a9145fd328c1ecde61eed3442aa9697d7c275899e08d2625e2de55a7824c',
  },
  'client/skip-backchannel-logout.ts': {
    'Client#backchannelLogout': 'c4d4f012652040067b426a9e3fd70e61f8c31ef6937f18b38a63b6f47e63d0bd',
  },
  'client/keep-offline-access.ts': {
    'Client#responseModeAllowed': '7787f67c09083ea694ca35f9494340a956685b19301b4104aaf53c3b358b65b9',
    'Client#redirectUriAllowed': '4336b785844e3903b64fe00740c9e6bfe6544b736cfe197f0250deb264bbacff',
  },
  'token/find-userinfo-token.ts': {
    'AccessToken.find': '7774e9bf19c4c4b35a336dede2bcebbebeb519507a8627b2ff01859141bc6e43',
  },
  'token/save-access-token.ts': {
    'AccessToken#save': 'ef483582869627a01966a8b5e949c7990268faea5278bfad91deced8c402528f',
    'ClientCredentials#save': 'ef483582869627a01966a8b5e949c7990268faea5278bfad91deced8c402528f',
  },
  'token/remember-asked-scopes.ts': {
    'AuthorizationCode#save': 'ef483582869627a01966a8b5e949c7990268faea5278bfad91deced8c402528f',
  },
  'token/refresh-token-value.ts': {
    'RefreshToken#generateTokenId': '23989c95cb71c8fa1115dd64d69b0cd992639358cdeae332979175ac28de37de',
  },
  'token/replay-detection.ts': {
    'ReplayDetection.unique': '26f0872a55e335f1e0b3492a9a30a79b06d3caa87ccc6426cee15598fc03e985',
  },
};

/**
 * Further files of the library on which ours depend, by our file: the callers of a replaced method, or undocumented behaviour.
 * A digest that differs means that a release changed one: compare, then put the new digest here.
 */
const reliedOn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '../access-tokens/dpop-nonce.ts': {
    'helpers/challenge.js': '92f5cd0012f84a3e65ec0982dbb55bd4fb18c84a7edaa393c6f4edc6a16c32b8',
  },
  '../sign-out/sign-out-redirect.ts': {
    'actions/end_session.js': '259ee7afaade26dec4447744711958207872917ef85b0ba82fe4ee2e5d2b78fb',
    'helpers/redirect_uri.js': 'ffcb2530693d613a416908c9d560ab7890b6a1b2adbf4d1f8746748e82054057',
  },
  '../configuration/client-metadata.ts': {
    'helpers/client_schema.js': 'c4f3c4cf8b7c74adbec886bb42ac6876ce28cda3b923866faf1be5f7ea3e5427',
  },
  'authorization/answer-without-scope.ts': {
    'actions/authorization/interactions.js': '952b60a38bf9e76af95f9eae720ce525cad6190ed907b1f7a52887270bc6e3f5',
    'helpers/combined_scope.js': 'dbf2da947a812174a9305bfd9e1f930f938e350b6c9228d503b1c343cb522f26',
  },
  'authorization/hand-on-prompt-none.ts': {
    'actions/authorization/interactions.js': '952b60a38bf9e76af95f9eae720ce525cad6190ed907b1f7a52887270bc6e3f5',
    'helpers/interaction_policy/prompt.js': '2822e32e9da0b9cf583692bb2a52c9ce76f4f3e372b89e8763ffd4716ee46944',
    'helpers/oidc_context.js': '4a7a5e09bf3377f6d952e0c87bb7e9663da63904f47ea675003457678bf6a746',
  },
  'authorization/listed-acr.ts': {
    'helpers/oidc_context.js': '4a7a5e09bf3377f6d952e0c87bb7e9663da63904f47ea675003457678bf6a746',
    'helpers/grant_authorization.js': '54088b190f95154e425b8d1764ecfbcbcc6cff0608e2940ad6b4080e63b39ae7',
    'helpers/process_response_types.js': 'd01c0eae8065fd2804910152951fec01c15ecca5934861f758dfc8d48104e20a',
  },
  'authorization/response-modes.ts': {
    'response_modes/query.js': '3ab450ec1715323815dbd32da759d8e4c861cd5bf90d6ba2abb86de2344f79ce',
    'response_modes/fragment.js': 'f4fcac1d4f979f5c5179f056d7d9b54629948e3c21a8a1b9a9811fd00165ee29',
    'response_modes/form_post.js': 'e9d9ce601497df84f335ad366a2fa9b5fbc672fa53e7a343d9fcf4e9354b01ea',
    'helpers/redirect_uri.js': 'ffcb2530693d613a416908c9d560ab7890b6a1b2adbf4d1f8746748e82054057',
  },
  'claims/released-claims.ts': {
    'helpers/claims.js': 'e00c035a932ea2e6367e4e09b4ef2dac18a5d72ab28aeff1390c27a769e96796',
  },
  'claims/id-token-payload.ts': {
    'models/id_token.js': '809a238a6d68b391115f1e21bd755b388198064d9163cb44e176df4f171a6880',
  },
  'client/compare-client-secret.ts': {
    'shared/client_auth.js': '2ef832c2ce4093cbbb0a3eaf80ef7295410f0e2180bcfe8b036ec5021dd55f15',
  },
  'client/find-client.ts': {
    'helpers/add_client.js': '4ce963ecafac07ca9fb7320b66d797f55fa5e1483cd23af81d26c033eab29466',
    'models/client.js': '37841c70b72be69297851e4c9a091261748f7045ed8ae9a32f6b6c3ad9c312cb',
  },
  'client/grant-type-allowed.ts': {
    'actions/token.js': 'b02246009810acd67c5323277171f6c06919273b2733a874537be02beaa75c09',
    'helpers/revoke.js': '19fd95af4ba7f83a5ef00c44c229153084bc38db885fa2ba2ebde43f66a04819',
  },
  'client/response-type-allowed.ts': {
    'actions/authorization/response_parameters.js': 'd7e851985b9746bb3bea55c703fed7a7686ba113a2fc0ef317389c236caa2b08',
  },
  'client/skip-backchannel-logout.ts': {
    'actions/end_session.js': '259ee7afaade26dec4447744711958207872917ef85b0ba82fe4ee2e5d2b78fb',
  },
  'client/keep-offline-access.ts': {
    'actions/authorization/index.js': '60912e9cc939f3d509ba93640238931def1dd0462e5f957fafb1418b1e07337e',
    'actions/authorization/response_parameters.js': 'd7e851985b9746bb3bea55c703fed7a7686ba113a2fc0ef317389c236caa2b08',
    'actions/authorization/scopes.js': 'fb2044687b41ee5e27f9aaa89a5e8ad2a4f45b1853cc88c0ee212e2cfc304962',
  },
  'give-back-body.ts': {
    'shared/selective_body.js': '850da4702de01145f3a718d8a17387b3bbd6e90ba43749c9e0a05cab8de1bad8',
  },
  '../configuration/signing-keys.ts': {
    'helpers/keystore.js': '9d78577c6055cdf085256bc2495c683c97043c862643efd65193f08dfe539037',
    'helpers/initialize_keystore.js': '6e178e2a43cb5b32c4c2ddc889340fa1886d3f1a1619a5fc9cef9991bbc9d900',
    'helpers/jwt.js': 'e52ef4048fcf0277223a2e5fd40ffe5672c5187b49d608e582281f005bcacc51',
  },
  'render-document.ts': {
    'provider.js': '94a64ce834032c4d04ece497664e201590a8bb871698d178af7e275f16f1796d',
  },
  'session-reset.ts': {
    'models/session.js': '305aff9ef7c9c3c0f0061c5cd0562a9c1b0d940403f131cb875582018a965c7d',
  },
  'token/find-userinfo-token.ts': {
    'shared/access_token.js': '396a191edaf6609d686a8f2a63b31069d5068167ee13b8b9c0b8549040c9e5c1',
    'actions/userinfo.js': '99aa2b34d891c95c47fdeb9e17b2f29d25a6f2e49b82a78aec3d0e96cd5741e9',
    'models/access_token.js': '6d16f6fe27d961c3cd4606ecf270f2c2c63cbc4c649624ec6938cc4824f28825',
  },
  'token/introspected-scope.ts': {
    'actions/introspection.js': '9c51064bc58f06a872c703aaf398778e51df288a7d1e5bd2bd587b677bc06575',
  },
  'token/refresh-token-value.ts': {
    'models/base_model.js': '77623c1d7d76d840f93f58b1aef57713c7d48dde1f689686208827320ef06d2c',
    'models/refresh_token.js': '395763fba05b7deb4e3297adc41ed6f9142602fab9b64270b58e84533f1dbd9c',
  },
  'token/remember-asked-scopes.ts': {
    'helpers/process_response_types.js': 'd01c0eae8065fd2804910152951fec01c15ecca5934861f758dfc8d48104e20a',
    'helpers/grant_authorization.js': '54088b190f95154e425b8d1764ecfbcbcc6cff0608e2940ad6b4080e63b39ae7',
    'helpers/grant_common.js': '2a9abbce97278836411bdbdcf8d310e6760d525ec815ad163f376ef55fa3e740',
    'actions/grants/refresh_token.js': 'd3bcebb1e448545e0deff5b935f6233964b69c40f5ab2f639c6fdb5e81c5c1d2',
  },
  'token/replay-detection.ts': {
    'models/replay_detection.js': '043828fda75887e655b9fdbcb2ad31b782f801bb4ca7ec6c009d9a57f7a0ca7a',
    'helpers/validate_dpop.js': '937991243a02287da30ce3c4369f9ea8c27e6b57713634c2db23d2c70e5eb6a5',
    'shared/jwt_client_auth.js': 'bbbacb807684e04e7e87c8215dc5cce5270a00944d8eff145874ba5ec9493687',
  },
  'token/save-access-token.ts': {
    'models/base_model.js': '77623c1d7d76d840f93f58b1aef57713c7d48dde1f689686208827320ef06d2c',
    'models/base_token.js': '8471708d3bf67095cdf9fed5e242bc1400c5cf6e533c673ac85f57b6c8909568',
    'models/formats/index.js': '2e89935f9f822621edc3d9fb5de22ddf273953e78d140c3010ae2f67cf533fab',
    'models/formats/opaque.js': '116a242cbe98d59b50d2c25e6c9b1810b97bc9a3d505a6ac3f03c54d43e9cb15',
    'models/formats/jwt.js': '8de09847ca60ddbe3e693509cda580d5213dfe31440e3ae409a561b1762aa8ef',
  },
};

/** Files that replace nothing themselves. */
const SHARED = [
  'client/client-behind.ts',
  'client/client-model.ts',
  'client/unauthorized-client.ts',
  'replace-methods.ts',
];

type Methods = ReadonlyMap<string, string>;

/** Every method of the provider and its models, by name, with its source. */
function methodsOf(provider: Provider): Methods {
  const found = new Map<string, string>();
  const collect = (name: string, from: object, separator: string): void => {
    for (const [property, source] of methodsAlong(from)) found.set(`${name}${separator}${property}`, source);
  };
  collect('Provider', Object.getPrototypeOf(provider) as object, '#');
  for (const name of Object.getOwnPropertyNames(Provider.prototype)) {
    if (!/^[A-Z]/.test(name)) continue;
    const model = (provider as unknown as Readonly<Record<string, unknown>>)[name];
    if (typeof model !== 'function') continue;
    collect(name, model, '.');
    collect(name, model.prototype as object, '#');
  }
  return found;
}

/** The functions of an object and its prototypes, as called on it. */
function methodsAlong(from: object): Methods {
  const found = new Map<string, string>();
  for (let at: object | null = from; at && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    if (at === Function.prototype) break;
    for (const [property, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value !== 'function' || property === 'constructor' || found.has(property)) continue;
      found.set(property, Function.prototype.toString.call(value));
    }
  }
  return found;
}

let plain: Methods;
let built: Methods;
beforeAll(async () => {
  // It warns about its defaults without a configuration.
  jest.spyOn(console, 'warn').mockReturnValue();
  plain = methodsOf(new Provider('https://id.example.com', {}));
  jest.restoreAllMocks();
  built = methodsOf(await builtProvider());
});

test('every method that the built provider does not have from the library is listed with its file', () => {
  const differing = [...built].filter(([name, source]) => plain.get(name) !== source).map(([name]) => name);
  expect(differing.sort()).toEqual([...new Set(Object.values(replaced).flatMap(Object.keys))].sort());
});

describe.each(Object.entries(replaced))('what %s replaces', (_file, digests) => {
  test.each(Object.entries(digests))('is as it was: %s', (name, digest) => {
    expect([name, digestOf(plain.get(name) ?? '')]).toEqual([name, digest]);
  });
});

test.each(Object.entries(reliedOn))('what %s relies on is as it was', async (_file, digests) => {
  for (const [path, digest] of Object.entries(digests)) {
    expect([path, digestOf(await readFile(join(library, path)))]).toEqual([path, digest]);
  }
});

test('every file there is listed, and every file that is listed is there', () => {
  const mirrored = globSync('library/**/*.ts', { cwd: ours }).map((path) => path.slice('library/'.length));
  const listed = [...new Set([...Object.keys(replaced), ...Object.keys(reliedOn), ...SHARED])];
  expect(listed.filter((path) => !path.startsWith('../')).sort()).toEqual(mirrored.sort());
  expect(listed.filter((path) => !existsSync(join(ours, 'library', path)))).toEqual([]);
});

test('the README there lists every file and every method', async () => {
  const text = await readFile(join(ours, 'library/README.md'), 'utf8');
  const names = [...Object.keys(replaced), ...Object.values(replaced).flatMap(Object.keys), ...Object.keys(reliedOn)];
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

test('nothing outside of it replaces a method of the library', async () => {
  const elsewhere = globSync('**/*.ts', { cwd: ours }).filter((path) => !path.startsWith('library/'));
  const reaching: string[] = [];
  for (const path of elsewhere) {
    const text = await readFile(join(ours, path), 'utf8');
    if (/\.prototype\b|\bdefinePropert(?:y|ies)\(|\bsetPrototypeOf\(|extends Provider\b/.test(text))
      reaching.push(path);
  }
  expect(elsewhere.length).toBeGreaterThan(60);
  expect(reaching).toEqual([]);
});
