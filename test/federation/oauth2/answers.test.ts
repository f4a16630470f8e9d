/** What the browser brings from the authorization endpoint, which anybody may have written, and what a sign-in remembers meanwhile. */
import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { begun, connectorTo, REDIRECT_URI, short, signIn, STATE, type Written } from './connector.js';
import { generic, honest } from './generic.js';
import { useStandIn } from './use-stand-in.js';

const standIn = useStandIn(honest);

const connector = (written: Written = {}) => connectorTo(standIn, generic(standIn, written));
const redeemed = (): boolean => standIn.asked.some(({ at }) => at === 'token');

describe('refused, and no code is redeemed:', () => {
  test.each<[string, (query: URLSearchParams) => void, string]>([
    ['another state', (query) => query.set('state', 'other'), 'answer-state'],
    ['no state', (query) => query.delete('state'), 'answer-state'],
    ['two states', (query) => query.append('state', STATE), 'answer-invalid'],
    ['two codes', (query) => query.append('code', 'second'), 'answer-invalid'],
    ['no code', (query) => query.delete('code'), 'answer-invalid'],
    ['an empty code', (query) => query.set('code', ''), 'answer-invalid'],
    ['a code and an error', (query) => query.set('error', 'access_denied'), 'answer-invalid'],
    ['an access token beside the code', (query) => query.set('access_token', 'x'), 'answer-invalid'],
    ['an ID token beside the code', (query) => query.set('id_token', 'x'), 'answer-invalid'],
    ['an answer as a JWT', (query) => query.set('response', 'x'), 'answer-invalid'],
  ])('%s', async (_name, change, reason) => {
    const at = connector();
    const { kept } = await begun(at);
    const query = new URLSearchParams({ code: 'the-code', state: STATE });
    change(query);
    const outcome = await at.complete({ state: STATE, kept, query });
    expect(short(outcome)).toBe(`upstream-error: ${reason}`);
    expect(redeemed()).toBe(false);
    expect(at.health()).toEqual({ state: 'unknown' });
  });

  test('a denial with the state of somebody else', async () => {
    const answer = { error: 'access_denied', state: 'other' };
    expect(short(await signIn(connector(), answer))).toBe('upstream-error: answer-state');
  });
});

describe('the issuer of an answer', () => {
  const iss = 'https://login.example.test';
  const answered = async (issuer: string | undefined, answer: object): Promise<string> =>
    short(await signIn(connector({ connection: issuer === undefined ? {} : { issuer } }), { code: 'c', ...answer }));

  test('is ignored where none is known', async () => {
    expect(await answered(undefined, { iss })).toBe('ok');
  });

  test('is compared where one is known, and not missed', async () => {
    expect(await answered(iss, { iss })).toBe('ok');
    expect(await answered(iss, {})).toBe('ok');
    for (const other of ['https://other.test', `${iss}/`, ''])
      expect(await answered(iss, { iss: other })).toBe('upstream-error: answer-issuer');
  });
});

test.each([
  ['server_error', 'upstream-error: server-error'],
  ['temporarily_unavailable', 'unavailable: temporarily-unavailable'],
  ['invalid_scope', 'misconfigured: scope-refused'],
  ['<script>alert(1)</script>', 'upstream-error: error-unknown'],
  ['constructor', 'upstream-error: error-unknown'],
])('the error %s is %s, and its text is not logged', async (error, expected) => {
  const at = connector();
  expect(short(await signIn(at, { error, error_description: 'Text of the upstream' }))).toBe(expected);
  expect(at.events).toEqual([{ reason: expected.split(': ')[1] }]);
});

describe('what a sign-in remembers', () => {
  test('is short, and its verifier and redirect URI are sent with the code', async () => {
    const at = connector();
    const { url, kept } = await begun(at);
    expect(kept.length).toBeLessThan(2000);
    const query = new URLSearchParams({ code: 'the-code', state: STATE });
    await at.complete({ state: STATE, kept, query });
    const { form } = standIn.last('token');
    expect(hash('sha256', form.get('code_verifier') ?? '', 'base64url')).toBe(url.searchParams.get('code_challenge'));
    expect([form.get('redirect_uri'), form.get('code')]).toEqual([REDIRECT_URI, 'the-code']);
  });

  test('is new for each sign-in', async () => {
    const at = connector();
    const [one, other] = [await begun(at), await begun(at)];
    expect(one.url.searchParams.get('code_challenge')).not.toBe(other.url.searchParams.get('code_challenge'));
  });

  test.each([{}, { pkce: false }])('of another sign-in does not fit, with %j', async (connection) => {
    const at = connector({ connection });
    const { kept } = await begun(at, { state: 'of-another-sign-in' });
    const query = new URLSearchParams({ code: 'the-code', state: STATE });
    expect(short(await at.complete({ state: STATE, kept, query }))).toBe('upstream-error: pending-unreadable');
    expect(redeemed()).toBe(false);
  });

  test.each(['', 'null', '{}', '[]'])('cannot be %j', async (kept) => {
    const query = new URLSearchParams({ code: 'c', state: STATE });
    const outcome = await connector().complete({ state: STATE, kept, query });
    expect(short(outcome)).toBe('upstream-error: pending-unreadable');
    expect(redeemed()).toBe(false);
  });
});

describe('a request', () => {
  test('has what the settings add, and not in the place of what it is', async () => {
    const parameters = [{ name: 'access_type', value: 'offline' }];
    const { searchParams } = (await begun(connector({ connection: { parameters } }))).url;
    expect(Object.fromEntries(searchParams)).toMatchObject({ access_type: 'offline', state: STATE, scope: 'user' });
    expect(searchParams.has('nonce')).toBe(false);
  });

  test('tells the name that was typed, and wishes, only to a provider that knows how to take them', async () => {
    const { searchParams } = (await begun(connector(), { loginHint: 'ada@example.test', choosesAccount: true })).url;
    expect(searchParams.toString()).not.toMatch(/ada|prompt|login/);
  });

  test('without PKCE is for a client with a secret', async () => {
    const at = connector({ connection: { pkce: false } });
    expect((await begun(at)).url.searchParams.has('code_challenge')).toBe(false);
    expect(short(await signIn(at))).toBe('ok');
    expect(standIn.last('token').form.has('code_verifier')).toBe(false);
  });

  test.each([0, 3600])(
    'for a sign-in within %i seconds does not begin, since nothing could confirm it',
    async (maxAgeSeconds) => {
      const at = connector();
      const outcome = await at.begin({ state: STATE, maxAgeSeconds });
      expect(outcome).toEqual({ kind: 'upstream-error', reason: 'auth-time-missing' });
      expect(at.health()).toEqual({ state: 'unknown' });
    },
  );

  test('of a client that lost its secret does not begin', async () => {
    const outcome = await connector({ secret: null }).begin({ state: STATE });
    expect(outcome).toEqual({ kind: 'misconfigured', reason: 'no-secret' });
    const open = connector({ secret: null, connection: { clientAuthentication: 'none' } });
    expect(short(await signIn(open))).toBe('ok');
    expect(standIn.last('token').form.get('client_id')).toBe('client-of-gatehouse');
  });
});

test('a secret of any characters is encoded as a form (RFC 6749 2.3.1)', async () => {
  await signIn(connector({ secret: 'a+b c:d%e', connection: { clientId: 'c:d' } }));
  const credentials = Buffer.from('c%3Ad:a%2Bb+c%3Ad%25e').toString('base64');
  expect(standIn.last('token').headers.get('authorization')).toBe(`Basic ${credentials}`);
});

test('nobody says when a person signed in there', async () => {
  const outcome = await signIn(connector());
  expect(outcome).not.toHaveProperty('authenticatedAt');
});
