import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reply } from '../oidc/lying-provider.js';
import { connectorTo, short, signIn, type TestConnector } from './connector.js';
import { ADA, generic, honest, TOKEN } from './generic.js';
import { type Answers, startStandIn, type StandIn } from './stand-in.js';

let standIn: StandIn;
let connector: TestConnector;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.stop());

/** @param timeout short where no answer comes, and long where a busy machine must not be taken for a slow provider */
const connectorWith = (timeout: number): TestConnector => {
  const subject = {
    emails: { url: `${standIn.url}/emails` },
    groups: [{ url: `${standIn.url}/groups`, name: ['name'] }],
  };
  return connectorTo(standIn, generic(standIn, { subject, connection: { timeout } }));
};

const whole: Answers = { ...honest, emails: { body: [] }, groups: { body: [] } };
beforeEach(() => {
  standIn.answers = whole;
  standIn.asked.length = 0;
  connector = connectorWith(5000);
});

const answering = (answers: Answers): void => {
  standIn.answers = { ...whole, ...answers };
};
const outcome = async (): Promise<string> => short(await signIn(connector));

describe('an answer', () => {
  const endpoints = ['token', 'me', 'emails', 'groups'];
  const everywhere = (name: string, reply: Reply, expected: string) =>
    endpoints.map((endpoint): [string, string, Reply, string] => [name, endpoint, reply, expected]);

  test.each([
    ...everywhere('that never ends', { isEndless: true }, 'upstream-error: answer-too-large'),
    ...everywhere('of a megabyte', { body: 'x'.repeat(1_000_000) }, 'upstream-error: answer-too-large'),
    ...everywhere('that never comes', { isSilent: true }, 'unavailable: timeout'),
    ...everywhere('503', { status: 503 }, 'unavailable: server-failing'),
    ...everywhere('429', { status: 429 }, 'unavailable: server-failing'),
    ...everywhere('that is no JSON', { body: '{' }, 'upstream-error: body-invalid'),
    ...everywhere('that is a text', { body: '"x"' }, 'upstream-error: body-invalid'),
    ...everywhere('as a page', { headers: { 'content-type': 'text/html' }, body: ADA }, 'upstream-error: not-json'),
    ...everywhere('without a type', { headers: { 'content-type': '' }, body: ADA }, 'upstream-error: not-json'),
  ])('%s, of %s', async (_name, endpoint, reply, expected) => {
    if (reply.isSilent === true) connector = connectorWith(400);
    answering({ [endpoint]: reply });
    expect(await outcome()).toBe(expected);
    expect(connector.events).toHaveLength(1);
    expect(connector.health()).toMatchObject({ state: 'failing', lastFailure: expected.split(': ')[1] });
    standIn.answers = whole;
    expect(await outcome()).toBe('ok');
    expect(connector.health()).toMatchObject({ state: 'ok' });
  });

  test.each(endpoints)('that leads elsewhere, of %s, is not followed', async (endpoint) => {
    answering({ [endpoint]: { status: 307, headers: { location: `${standIn.url}/elsewhere` }, body: ADA } });
    expect(await outcome()).toBe('upstream-error: redirected');
    expect(standIn.asked.map(({ at }) => at)).not.toContain('elsewhere');
  });
});

describe('a token', () => {
  const token = (more: object): Reply => ({ body: { access_token: 'the-token', token_type: 'bearer', ...more } });

  test.each<[string, Reply]>([
    ['with null for what is not given', token({ refresh_token: null, scope: null, expires_in: null })],
    ['for fewer scopes', token({ scope: 'less' })],
    ['beside an ID token, which nobody asked for', token({ id_token: 'no.jwt.at-all' })],
    ['whose type is spelled otherwise', token({ token_type: 'Bearer' })],
  ])('%s is taken', async (_name, reply) => {
    answering({ token: reply });
    expect(await outcome()).toBe('ok');
  });

  test.each<[string, Reply, string]>([
    ['missing', { body: { token_type: 'bearer' } }, 'body-invalid'],
    ['a number', token({ access_token: 5 }), 'body-invalid'],
    ['empty', token({ access_token: '' }), 'body-invalid'],
    ['no header', token({ access_token: 'a\r\nx-admin: 1' }), 'token-error'],
    ['two words', token({ access_token: 'a b' }), 'token-error'],
    ['of another type', token({ token_type: 'mac' }), 'token-invalid'],
  ])('that is %s is refused, and no profile is read', async (_name, reply, reason) => {
    answering({ token: reply });
    expect(await outcome()).toBe(`upstream-error: ${reason}`);
    expect(standIn.asked.map(({ at }) => at)).toEqual(['token']);
  });
});

describe('an error of the token endpoint', () => {
  test.each<[Reply, string]>([
    [{ status: 400, body: { error: 'invalid_grant' } }, 'upstream-error: code-refused'],
    [{ status: 400, body: { error: 'invalid_client' } }, 'misconfigured: client-refused'],
    [{ status: 401, body: { error: 'invalid_client' } }, 'misconfigured: client-refused'],
    [{ status: 200, body: { error: 'invalid_client' } }, 'misconfigured: client-refused'],
    [{ status: 400, body: { error: { code: 5, message: 'Text' } } }, 'upstream-error: token-error'],
    [{ status: 200, body: { error: { constructor: 5 } } }, 'upstream-error: token-error'],
    [{ status: 400, body: { errors: [{ message: 'Text' }] } }, 'upstream-error: token-error'],
    [{ status: 400, body: { error: 'nobody_knows' } }, 'upstream-error: token-error'],
    [{ status: 404, body: {} }, 'upstream-error: status-unexpected'],
  ])('%j is %s', async (reply, expected) => {
    answering({ token: reply });
    expect(await outcome()).toBe(expected);
    expect(JSON.stringify(connector.events)).not.toContain('Text');
  });

  test('of the provider alone is what the settings say', async () => {
    const tokenErrors = [
      { code: '5', means: 'client-refused' },
      { code: 'Spent', means: 'code-refused' },
    ];
    const own = connectorTo(standIn, generic(standIn, { connection: { tokenErrors } }));
    for (const [error, expected] of [
      [{ code: 5 }, 'misconfigured: client-refused'],
      [{ type: 'Spent' }, 'upstream-error: code-refused'],
      ['Spent', 'upstream-error: code-refused'],
    ]) {
      answering({ token: { status: 400, body: { error } } });
      expect(short(await signIn(own))).toBe(expected);
    }
  });
});

test('pages end together with the sign-in, and a list of addresses that is too long is not cut', async () => {
  const link = `<${standIn.url}/emails>; rel="next"`;
  answering({ emails: { headers: { link }, body: [] } });
  expect(await outcome()).toBe('upstream-error: answer-too-large');
  expect(standIn.asked.filter(({ at }) => at === 'emails')).toHaveLength(20);
});

test('a list of one long page is not cut either', async () => {
  answering({ emails: { body: Array.from({ length: 2001 }, () => ({})) } });
  expect(await outcome()).toBe('upstream-error: answer-too-large');
});

test.each(['token', 'me'])('a provider that hangs at %s is given up in the time of the settings', async (endpoint) => {
  connector = connectorWith(400);
  answering({ [endpoint]: { isSilent: true } });
  const began = performance.now();
  expect(await outcome()).toBe('unavailable: timeout');
  // The fetcher alone would wait for 5 s.
  expect(performance.now() - began).toBeLessThan(4000);
});

describe('a test', () => {
  const tested = async (answers: Answers): Promise<readonly string[]> => {
    answering(answers);
    const steps = await connector.test();
    return steps.map(({ step, outcome: result, reason }) => [step, result, reason ?? ''].join(' ').trim());
  };
  const code: Reply = { status: 400, body: { error: 'invalid_grant' } };
  const me: Reply = { status: 401, body: {} };

  test('asks for no token that could work, and shows no credentials to the API', async () => {
    expect(await tested({ token: code, me })).toEqual(['token ok', 'profile ok']);
    expect(standIn.last('me').headers.has('authorization')).toBe(false);
    expect(standIn.last('token').form.has('redirect_uri')).toBe(false);
  });

  test.each<[string, Reply, string]>([
    ['a client that is refused', { status: 401, body: {} }, 'token failed client-refused'],
    ['another one', { status: 400, body: { error: 'invalid_client' } }, 'token failed client-refused'],
    [
      'a client that may not',
      { status: 400, body: { error: 'unauthorized_client' } },
      'token failed client-not-allowed',
    ],
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>' }, 'token failed not-json'],
    ['a token for nothing', TOKEN, 'token failed status-unexpected'],
    ['an error that no specification has', { status: 400, body: { error: 'odd' } }, 'token ok'],
  ])('finds %s', async (_name, token, expected) => {
    expect(await tested({ token, me })).toEqual([expected, 'profile ok']);
  });

  test.each<[string, Reply, string]>([
    ['a profile that is not there', { status: 404 }, 'profile failed userinfo-refused'],
    ['a profile that fails', { status: 500 }, 'profile failed server-failing'],
    ['an error with status 200', { body: { errors: [] } }, 'profile ok'],
  ])('finds %s', async (_name, reply, expected) => {
    expect(await tested({ token: code, me: reply })).toEqual(['token ok', expected]);
  });

  test('misses the secret', async () => {
    answering({ me });
    const steps = await connectorTo(standIn, generic(standIn, { secret: null })).test();
    expect(steps).toMatchObject([{ outcome: 'failed', reason: 'no-secret' }, { outcome: 'ok' }]);
  });
});
