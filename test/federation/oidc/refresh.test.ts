/** A provider is asked again about its users with the refresh token that it gave, and what it answers is verified as at a sign-in. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Changes, connectorTo, signIn } from './connector.js';
import { type LyingProvider, signingKey, signWith, startLyingProvider } from './lying-provider.js';

let provider: LyingProvider;
beforeAll(async () => {
  provider = await startLyingProvider();
});
beforeEach(() => provider.tellsTheTruth());
afterAll(() => provider.pause());

const keeping = (changes: Changes = {}) =>
  connectorTo(provider, {
    ...{ claims: ['email'], ...changes },
    connection: { keepRefreshTokens: true, ...changes.connection },
  });
const ask = async (changes: Changes = {}, subject = 'user-1') => {
  const connector = keeping(changes);
  const outcome = await connector.refresh?.(subject, 'the-token');
  return { outcome, events: connector.events, connector };
};
const gives = (more: object): void => {
  provider.lies.reply.token = (honest) => ({ body: { ...honest, ...more } });
};

test('a sign-in brings the refresh token along only where the settings keep it', async () => {
  gives({ refresh_token: 'first' });
  const kept = await signIn(keeping(), provider.browser);
  expect(kept).toMatchObject({ kind: 'ok', identity: { refreshToken: 'first' } });
  const connector = connectorTo(provider);
  expect(await signIn(connector, provider.browser)).not.toHaveProperty('identity.refreshToken');
  expect('refresh' in connector).toBe(false);
  gives({ refresh_token: 'x'.repeat(4097) });
  expect(await signIn(keeping(), provider.browser)).not.toHaveProperty('identity.refreshToken');
});

test('the answer tells who the user is today, with the next token, or the same one if there is none', async () => {
  gives({ refresh_token: 'second' });
  const { outcome } = await ask();
  expect(outcome).toMatchObject({ kind: 'found', identity: { subject: 'user-1', refreshToken: 'second' } });
  expect(outcome?.kind === 'found' && outcome.identity.claims.get('email')).toEqual(['user-1@upstream.test']);
  const [request] = provider.tokenRequests;
  expect(Object.fromEntries(request ?? [])).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'the-token' });
  provider.tellsTheTruth();
  expect((await ask()).outcome).toMatchObject({ kind: 'found', identity: { refreshToken: 'the-token' } });
});

test('without an ID token, userinfo of the same subject tells it', async () => {
  gives({ id_token: undefined });
  const { outcome } = await ask();
  expect(outcome).toMatchObject({ kind: 'found', identity: { subject: 'user-1' } });
  expect(outcome?.kind === 'found' && outcome.identity.claims.get('email')).toEqual(['user-1@upstream.test']);
  expect((await ask({}, 'user-2')).outcome).toEqual({ kind: 'upstream-error', reason: 'userinfo-subject' });
  // What only a signed token tells cannot be read.
  expect((await ask({ subject: { id: ['tid', 'oid'] } }, 'a:b')).outcome).toEqual({
    ...{ kind: 'upstream-error', reason: 'no-id-token' },
  });
});

test('a token that the provider takes no more ends it, and says nothing of its health', async () => {
  provider.lies.reply.token = () => ({ status: 400, body: { error: 'invalid_grant' } });
  const { outcome, events, connector } = await ask();
  expect([outcome, events]).toEqual([{ kind: 'ended' }, []]);
  expect(connector.health()).not.toMatchObject({ state: 'failing' });
});

test.each([
  ['that is down', { status: 503 }, 'unavailable', 'server-failing'],
  ['that refuses the client', { status: 401, body: { error: 'invalid_client' } }, 'misconfigured', 'client-refused'],
  ['that answers no JSON', { headers: { 'content-type': 'text/html' }, body: '' }, 'upstream-error', 'not-json'],
] as const)('a provider %s ends nothing', async (_what, reply, kind, reason) => {
  provider.lies.reply.token = () => reply;
  expect((await ask()).outcome).toEqual({ kind, reason });
});

test('the token that came instead of the spent one is handed on, though nobody can be told', async () => {
  gives({ refresh_token: 'second', id_token: undefined });
  provider.lies.reply.userinfo = () => ({ status: 503 });
  expect((await ask()).outcome).toEqual({ kind: 'unavailable', reason: 'server-failing', refreshToken: 'second' });
  provider.lies.reply.userinfo = (honest) => ({ body: { ...honest, sub: 'user-2' } });
  expect((await ask()).outcome).not.toHaveProperty('refreshToken');
});

test('an ID token of somebody else is refused', async () => {
  provider.lies.claims = (claims) => ({ ...claims, sub: 'user-2' });
  provider.lies.reply.userinfo = (honest) => ({ body: { ...honest, sub: 'user-2' } });
  const { outcome, events } = await ask();
  expect(outcome).toEqual({ kind: 'upstream-error', reason: 'refresh-subject' });
  expect(events).toEqual([{ reason: 'refresh-subject' }]);
});

test('an ID token that another key signed is refused', async () => {
  const stranger = await signingKey('first');
  provider.lies.sign = (claims) => signWith(stranger, claims);
  expect((await ask()).outcome).toEqual({ kind: 'upstream-error', reason: 'signature-invalid' });
});

test.each([
  ['for another client', { aud: 'another' }, 'token-audience'],
  ['of another provider', { iss: 'https://other.test' }, 'token-issuer'],
  ['that has ended', { exp: 1000 }, 'token-expired'],
  ['of a sign-in long ago', { iat: 1000 }, 'token-too-old'],
] as const)('an ID token %s is refused', async (_what, claims, reason) => {
  provider.lies.claims = (honest) => ({ ...honest, ...claims });
  expect((await ask()).outcome).toEqual({ kind: 'upstream-error', reason });
});

test('a user of a tenant that is allowed no more has no access', async () => {
  const one = '11111111-1111-1111-1111-111111111111';
  const other = '22222222-2222-2222-2222-222222222222';
  provider.lies.claims = (claims) => ({ ...claims, tid: other });
  expect((await ask({ connection: { keepRefreshTokens: true, tenants: [one] } })).outcome).toEqual({ kind: 'ended' });
});
