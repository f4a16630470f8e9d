/** Settings that change what a sign-in asks for, and whom it takes somebody for. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Changes, connectorTo, signIn, STATE } from './connector.js';
import { type LyingProvider, startLyingProvider } from './lying-provider.js';

let provider: LyingProvider;

beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.pause());
afterEach(() => provider.tellsTheTruth());

const tell = (claims: object): void => {
  provider.lies.claims = (honest) => ({ ...honest, ...claims });
};
const outcome = (changes: Changes) => signIn(connectorTo(provider, changes), provider.browser);

async function identity(claims: object, changes: Changes) {
  tell(claims);
  const signedIn = await outcome(changes);
  if (signedIn.kind !== 'ok') throw new Error(JSON.stringify(signedIn));
  return signedIn.identity;
}

async function asked(connection: Changes['connection'] = {}): Promise<URLSearchParams> {
  const begun = await connectorTo(provider, { connection }).begin({ state: STATE });
  if (begun.kind !== 'begun') throw new Error(begun.reason);
  return new URL(begun.url).searchParams;
}

describe('an authorization request', () => {
  test('names a response mode only where the settings do', async () => {
    expect((await asked()).has('response_mode')).toBe(false);
    expect((await asked({ responseMode: 'form_post' })).get('response_mode')).toBe('form_post');
  });

  test('has the parameters of the settings, each once', async () => {
    const parameters = [
      { name: 'domain_hint', value: 'example.com' },
      { name: 'prompt', value: 'consent' },
    ];
    const query = await asked({ parameters });
    expect([query.getAll('domain_hint'), query.getAll('prompt')]).toEqual([['example.com'], ['consent']]);
  });

  test('without PKCE and nonce still has a state that nobody can guess', async () => {
    const query = await asked({ pkce: false, nonce: false });
    expect(['code_challenge', 'code_challenge_method', 'nonce'].filter((name) => query.has(name))).toEqual([]);
    expect(query.get('state')).toBe(STATE);
  });
});

describe('a secret in the header', () => {
  const sent = async (secret: string) => {
    expect(await outcome({ secret })).toMatchObject({ kind: 'ok' });
    return Buffer.from(provider.credentials[0]?.replace('Basic ', '') ?? '', 'base64').toString();
  };

  test('is encoded as a form is, and so the same for a provider that decodes nothing, such as GitLab', async () => {
    expect(await sent('gloas-0123_4567.89*ab')).toBe(`${provider.clientId}:gloas-0123_4567.89*ab`);
  });

  test('may have a colon, a space and signs beyond', async () => {
    expect(await sent('a:b c%d+ä')).toBe(`${provider.clientId}:a%3Ab+c%25d%2B%C3%A4`);
  });
});

describe('without a nonce', () => {
  const off: Changes = { connection: { nonce: false } };

  test('an ID token that has one is of another sign-in', async () => {
    tell({ nonce: 'n'.repeat(43) });
    expect(await outcome(off)).toEqual({ kind: 'upstream-error', reason: 'token-nonce' });
    tell({ nonce: undefined });
    expect(await outcome(off)).toMatchObject({ kind: 'ok' });
  });

  test('a sign-in that began with one still needs it, when the settings change meanwhile', async () => {
    const begun = await connectorTo(provider).begin({ state: STATE });
    if (begun.kind !== 'begun') throw new Error(begun.reason);
    const query = await provider.browser(begun.url);
    tell({ nonce: undefined });
    const answer = { state: STATE, kept: begun.kept, query };
    expect(await connectorTo(provider, off).complete(answer)).toMatchObject({ kind: 'upstream-error' });
  });
});

test('an encrypted ID token is refused with a reason of its own', async () => {
  provider.lies.sign = () => 'e30.AAAA.AAAA.AAAA.AAAA';
  expect(await outcome({})).toEqual({ kind: 'misconfigured', reason: 'token-encrypted' });
});

describe('several claims that say who somebody is', () => {
  const by = (...id: readonly string[]): Changes => ({ subject: { id: [...id] } });
  const subject = async (claims: object, ...id: readonly string[]) => (await identity(claims, by(...id))).subject;

  test('make one text, and never that of other values', async () => {
    expect(await subject({ a: 'x', b: 'y' }, 'a', 'b')).toBe('x:y');
    const pairs = [
      { a: 'x:y', b: 'z' },
      { a: 'x', b: 'y:z' },
      { a: 'x%3Ay', b: 'z' },
      { a: 'x%', b: '3Ay:z' },
    ];
    const subjects: string[] = [];
    for (const pair of pairs) subjects.push(await subject(pair, 'a', 'b'));
    expect(new Set(subjects).size).toBe(pairs.length);
  });

  test('one claim is taken as it is', async () => {
    expect(await subject({ a: 'x:%y' }, 'a')).toBe('x:%y');
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['empty', ''],
    ['a number, which may have lost digits', 2 ** 60],
    ['a list', ['x']],
    ['with control characters', 'x\u0000'],
    ['of 256 characters', 'x'.repeat(256)],
  ])('all have to be there: %s', async (_name, b) => {
    tell({ a: 'x', b });
    expect(await outcome(by('a', 'b'))).toEqual({ kind: 'upstream-error', reason: 'subject-invalid' });
  });

  test('together are bounded', async () => {
    tell({ a: 'x'.repeat(128), b: 'y'.repeat(127) });
    expect(await outcome(by('a', 'b'))).toMatchObject({ reason: 'subject-invalid' });
  });

  test('have to be signed', async () => {
    provider.lies.reply.userinfo = (honest) => ({ body: { ...honest, b: 'y' } });
    expect(await outcome({ ...by('sub', 'b'), claims: ['email'] })).toMatchObject({ reason: 'subject-invalid' });
  });
});

describe('what is said of an address', () => {
  const claims = ['email', 'picture'];
  const verified = async (changes: Changes = {}) =>
    (await identityNow({ claims, ...changes })).claims.get('email_verified')?.[0];
  async function identityNow(changes: Changes) {
    const signedIn = await outcome(changes);
    if (signedIn.kind !== 'ok') throw new Error(JSON.stringify(signedIn));
    return signedIn.identity;
  }
  const userinfo = (told: object): void => {
    provider.lies.reply.userinfo = () => ({ body: { sub: 'user-1', ...told } });
  };

  test('is not said of the signed one beside it by userinfo', async () => {
    tell({ email: 'victim@b.test' });
    userinfo({ email: 'own@b.test', email_verified: true });
    expect(await verified()).toBeUndefined();
    userinfo({ email: 'own@b.test', email_verified: true, xms_edov: true });
    expect(await verified({ subject: { emailVerified: 'xms_edov' } })).toBeUndefined();
  });

  test('is not said of one of userinfo by the ID token', async () => {
    tell({ email_verified: true });
    userinfo({ email: 'victim@b.test' });
    expect(await verified()).toBeUndefined();
  });

  test('is said wherever the address is the same', async () => {
    tell({ email: 'own@b.test' });
    userinfo({ email: 'own@b.test', email_verified: true });
    expect(await verified()).toBe('true');
  });

  test.each<[string, unknown, string | undefined]>([
    ['true', true, 'true'],
    ['the text "true"', 'true', 'true'],
    ['false', false, 'false'],
    ['another text', 'yes', 'false'],
    ['a number', 1, 'false'],
    ['a list', [true], 'false'],
    ['nothing', undefined, undefined],
  ])('counts as the claim says: %s', async (_name, email_verified, expected) => {
    tell({ email: 'own@b.test', email_verified });
    userinfo({});
    expect(await verified()).toBe(expected);
  });

  test('is that nothing is proof, where the settings say so', async () => {
    tell({ email: 'own@b.test', email_verified: true });
    expect(await verified({ subject: { emailVerified: 'never' } })).toBe('false');
  });
});
