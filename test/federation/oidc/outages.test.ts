import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { atTime } from '../../support/at-time.js';
import { connectorTo, signIn, type TestConnector } from './connector.js';
import {
  type Endpoint,
  type LyingProvider,
  type Reply,
  signingKey,
  signWith,
  startLyingProvider,
} from './lying-provider.js';

let provider: LyingProvider;
let connector: TestConnector;

beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.pause());
/** @param timeout short where no answer comes, and long where a busy machine must not be taken for a slow provider */
const connectorWith = (timeout: number): TestConnector =>
  connectorTo(provider, { claims: ['email'], connection: { timeout } });
beforeEach(() => {
  connector = connectorWith(20_000);
});
afterEach(() => provider.tellsTheTruth());

async function outcome(at = connector): Promise<string> {
  const signedIn = await signIn(at, provider.browser);
  return 'reason' in signedIn ? `${signedIn.kind}: ${signedIn.reason}` : signedIn.kind;
}

const requested = (endpoint: Endpoint): number => provider.requests.filter((each) => each === endpoint).length;

describe('an answer', () => {
  const endpoints: readonly Endpoint[] = ['discovery', 'keys', 'token', 'userinfo'];
  const everywhere = (name: string, reply: Reply, expected: string) =>
    endpoints.map((endpoint): [string, Endpoint, Reply, string] => [name, endpoint, reply, expected]);

  test.each([
    ...everywhere('that never ends', { isEndless: true }, 'upstream-error: answer-too-large'),
    ...everywhere('of a megabyte', { body: 'x'.repeat(1_000_000) }, 'upstream-error: answer-too-large'),
    ...everywhere('that never comes', { isSilent: true }, 'unavailable: timeout'),
    ...everywhere('503', { status: 503 }, 'unavailable: server-failing'),
    ...everywhere('429', { status: 429 }, 'unavailable: server-failing'),
    ...everywhere('that is no JSON', { body: '{' }, 'upstream-error: body-invalid'),
    ...everywhere('that is a list', { body: [] }, 'upstream-error: body-invalid'),
  ])('%s, of %s', async (_name, endpoint, reply, expected) => {
    connector = connectorWith(reply.isSilent === true ? 1000 : 20_000);
    provider.lies.reply[endpoint] = () => reply;
    expect(await outcome()).toBe(expected);
    expect(connector.events).toHaveLength(1);
    expect(connector.health()).toMatchObject({ state: 'failing', lastFailure: expected.split(': ')[1] });
    provider.tellsTheTruth();
    expect(await outcome()).toBe('ok');
    expect(connector.health()).toMatchObject({ state: 'ok' });
  });

  test.each(endpoints)('that leads elsewhere, of %s, is not followed', async (endpoint) => {
    provider.lies.reply[endpoint] = (honest) => ({
      status: 307,
      headers: { location: `${provider.issuer}/elsewhere` },
      body: honest,
    });
    expect(await outcome()).toBe('upstream-error: redirected');
    expect(connector.sent.filter((path) => path.endsWith('/elsewhere'))).toEqual([]);
  });

  test.each<Endpoint>(['discovery', 'token', 'userinfo'])('of another content type, of %s', async (endpoint) => {
    provider.lies.reply[endpoint] = (honest) => ({ headers: { 'content-type': 'text/html' }, body: honest });
    expect(await outcome()).toBe('upstream-error: not-json');
  });

  test.each<[Endpoint, number, string]>([
    ['discovery', 404, 'misconfigured: discovery-missing'],
    ['discovery', 403, 'upstream-error: status-unexpected'],
    ['keys', 404, 'upstream-error: status-unexpected'],
    ['token', 404, 'upstream-error: status-unexpected'],
    ['token', 201, 'upstream-error: status-unexpected'],
    ['token', 401, 'misconfigured: client-refused'],
    ['userinfo', 401, 'upstream-error: userinfo-refused'],
    ['userinfo', 403, 'upstream-error: userinfo-refused'],
  ])('of %s with the status %i', async (endpoint, status, expected) => {
    provider.lies.reply[endpoint] = (honest) => ({ status, body: honest });
    expect(await outcome()).toBe(expected);
    expect(connector.events).toMatchObject([{ details: { status } }]);
  });

  test.each([400, 403])('of the token endpoint with an error and the status %i', async (status) => {
    provider.lies.reply.token = () => ({ status, body: { error: 'unauthorized_client' } });
    expect(await outcome()).toBe('misconfigured: client-not-allowed');
  });

  test.each([
    ['invalid_client', 'misconfigured: client-refused'],
    ['unauthorized_client', 'misconfigured: client-not-allowed'],
    ['redirect_uri_mismatch', 'misconfigured: redirect-uri-refused'],
    ['unsupported_grant_type', 'misconfigured: grant-refused'],
    ['invalid_grant', 'upstream-error: code-refused'],
    ['temporarily_unavailable', 'unavailable: server-failing'],
    ['nobody_knows', 'upstream-error: token-error'],
  ])('of the token endpoint with the error %s', async (error, expected) => {
    provider.lies.reply.token = () => ({ status: 400, body: { error, error_description: 'Text' } });
    expect(await outcome()).toBe(expected);
    expect(connector.events).toEqual([{ reason: expected.split(': ')[1] }]);
  });
});

test('an error without a code is none of OAuth', async () => {
  provider.lies.reply.token = () => ({ status: 400, body: { message: 'No.' } });
  expect(await outcome()).toBe('upstream-error: status-unexpected');
});

test('a token answer may have null for what it does not give', async () => {
  provider.lies.reply.token = (honest) => ({
    body: { ...honest, refresh_token: null, scope: null, expires_in: null },
  });
  expect(await outcome()).toBe('ok');
});

test('a provider that hangs is given up in the time of the settings', async () => {
  provider.lies.reply.token = () => ({ isSilent: true });
  const began = performance.now();
  expect(await outcome(connectorWith(400))).toBe('unavailable: timeout');
  // The fetcher alone would wait for 5 s.
  expect(performance.now() - began).toBeLessThan(4000);
});

describe('discovery', () => {
  test('happens at the first sign-in, once for many', async () => {
    expect(requested('discovery')).toBe(0);
    await Promise.all(Array.from({ length: 5 }, () => connector.begin({ state: 's' })));
    expect(await outcome()).toBe('ok');
    expect(requested('discovery')).toBe(1);
  });

  test('fails while the provider is down, and works when it is up again', async () => {
    await provider.pause();
    expect(await outcome()).toBe('unavailable: unreachable');
    await provider.resume();
    expect(await outcome()).toBe('ok');
  });

  test('happens again after an hour', async () => {
    expect(await outcome()).toBe('ok');
    await atTime(Date.now() + 59 * 60_000, () => outcome());
    expect(requested('discovery')).toBe(1);
    expect(await atTime(Date.now() + 61 * 60_000, () => outcome())).toBe('ok');
    expect(requested('discovery')).toBe(2);
  });

  test('happens again after a failure, so that endpoints may move', async () => {
    expect(await outcome()).toBe('ok');
    provider.lies.reply.token = () => ({ status: 404 });
    expect(await outcome()).toBe('upstream-error: status-unexpected');
    expect(requested('discovery')).toBe(1);
    provider.lies.reply = {};
    expect(await outcome()).toBe('ok');
    expect(requested('discovery')).toBe(2);
  });

  test('does not happen again because of what a browser brings', async () => {
    await signIn(connector, async () => new URLSearchParams({ error: 'server_error', state: 'other' }));
    await connector.begin({ state: 's' });
    expect(requested('discovery')).toBe(1);
  });

  test.each(['https://other.test', 'http://127.0.0.1:1', '{tenantid}'])('of another issuer (%s)', async (issuer) => {
    provider.lies.reply.discovery = (honest) => ({ body: { ...honest, issuer } });
    expect(await outcome()).toBe('misconfigured: issuer-mismatch');
  });

  test.each<[string, object]>([
    ['no token endpoint', { token_endpoint: undefined }],
    ['no keys', { jwks_uri: undefined }],
    ['a script as its sign-in page', { authorization_endpoint: 'javascript:alert(1)' }],
    ['a sign-in page without TLS', { authorization_endpoint: 'http://login.test/' }],
    ['a token endpoint without TLS', { token_endpoint: 'http://login.test/token' }],
    ['a name that only looks like this machine', { token_endpoint: 'http://127.0.0.1.login.test/token' }],
  ])('with %s is refused', async (_name, lie) => {
    provider.lies.reply.discovery = (honest) => ({ body: { ...honest, ...lie } });
    expect(await outcome()).toBe('upstream-error: discovery-invalid');
  });

  test('does not mind a slash at the end of the issuer', async () => {
    connector = connectorTo({ ...provider, issuer: `${provider.issuer}/` });
    expect(await outcome()).toBe('ok');
  });

  test('leads to no address that is not allowed', async () => {
    connector = connectorTo(provider, { allowed: [] });
    expect(await outcome()).toBe('misconfigured: address-refused');
  });
});

describe('keys', () => {
  test('are read once for many sign-ins', async () => {
    for (let i = 0; i < 3; i++) expect(await outcome()).toBe('ok');
    expect(requested('keys')).toBe(1);
  });

  test('are read again, once, for a key that is not among them', async () => {
    expect(await outcome()).toBe('ok');
    provider.keys = [await signingKey('second')];
    expect(await outcome()).toBe('ok');
    expect(requested('keys')).toBe(2);
    provider.lies.sign = async (claims) => signWith(await signingKey('third'), claims);
    expect(await outcome()).toBe('upstream-error: key-unknown');
    expect(requested('keys')).toBe(3);
  });

  test('are read each time where they have no names', async () => {
    for (let i = 0; i < 2; i++) {
      provider.keys = [await signingKey(undefined)];
      expect(await outcome()).toBe('ok');
    }
    expect(requested('keys')).toBe(2);
  });

  test('that were taken back are not believed for long', async () => {
    const old = await signingKey('old');
    provider.keys = [old];
    expect(await outcome()).toBe('ok');
    provider.keys = [await signingKey('another')];
    provider.lies.sign = (claims) => signWith(old, claims);
    expect(await atTime(Date.now() + 6 * 60_000, () => outcome())).toBe('upstream-error: key-unknown');
  });

  test.each<[string, unknown]>([
    ['none', []],
    ['one of an HMAC', [{ kty: 'oct', k: 'c2VjcmV0' }]],
    ['one for encryption', [{ kty: 'EC', use: 'enc' }]],
  ])('of which there is %s', async (_name, keys) => {
    provider.lies.reply.keys = () => ({ body: { keys } });
    expect(await outcome()).toBe('upstream-error: no-keys');
  });

  test('are not needed where a held one fits, even if they cannot be read', async () => {
    expect(await outcome()).toBe('ok');
    provider.lies.reply.keys = () => ({ status: 503 });
    expect(await outcome()).toBe('ok');
  });
});
