/** A provider is asked again about its users with the refresh token that it gave, and its API is read as at a sign-in. */
import { expect, test } from '@jest/globals';
import type { Reply } from '../oidc/lying-provider.js';
import { connectorTo, signIn, type Written } from './connector.js';
import { ADA, generic, honest } from './generic.js';
import { useStandIn } from './use-stand-in.js';

const standIn = useStandIn(honest);
const KEEPING = { connection: { keepRefreshTokens: true } } as const;

const keeping = (written: Written = {}) => connectorTo(standIn, generic(standIn, { ...KEEPING, ...written }));
const gives = (more: object): Reply => ({ body: { access_token: 'the-token', token_type: 'bearer', ...more } });
const ask = (written: Written = {}, subject = '7') => keeping(written).refresh?.(subject, 'the-refresh-token');

test('a sign-in brings the refresh token along only where the settings keep it', async () => {
  standIn.answers = { ...honest, token: gives({ refresh_token: 'first' }) };
  expect(await signIn(keeping())).toMatchObject({ kind: 'ok', identity: { refreshToken: 'first' } });
  const connector = connectorTo(standIn, generic(standIn));
  expect(await signIn(connector)).not.toHaveProperty('identity.refreshToken');
  expect('refresh' in connector).toBe(false);
  standIn.answers = { ...honest, token: gives({ refresh_token: 'x'.repeat(4097) }) };
  expect(await signIn(keeping())).not.toHaveProperty('identity.refreshToken');
});

test('the answer tells who the user is today, with the next token, or the same one if there is none', async () => {
  const groups = [{ url: `${standIn.url}/teams`, name: ['name'] }];
  standIn.answers = {
    ...{ token: gives({ refresh_token: 'second' }), me: { body: { ...ADA, login: 'ada-today' } } },
    teams: { body: [{ name: 'sales' }] },
  };
  const outcome = await ask({ subject: { groups } });
  expect(outcome).toMatchObject({
    ...{ kind: 'found' },
    identity: { subject: '7', refreshToken: 'second', groups: [{ name: 'sales' }] },
  });
  expect(outcome?.kind === 'found' && outcome.identity.claims.get('preferred_username')).toEqual(['ada-today']);
  expect(Object.fromEntries(standIn.last('token').form)).toMatchObject({
    ...{ grant_type: 'refresh_token', refresh_token: 'the-refresh-token' },
  });
  standIn.answers = honest;
  expect(await ask()).toMatchObject({ kind: 'found', identity: { refreshToken: 'the-refresh-token' } });
});

test('a token that the provider takes no more ends it, and says nothing of its health', async () => {
  standIn.answers = { ...honest, token: { status: 400, body: { error: 'invalid_grant' } } };
  const connector = keeping();
  expect(await connector.refresh?.('7', 'the-refresh-token')).toEqual({ kind: 'ended' });
  expect([connector.events, connector.health().state]).toEqual([[], keeping().health().state]);
});

test.each([
  ['github', { body: { error: 'bad_refresh_token', error_description: 'Text.' } }],
  ['x', { status: 400, body: { error: 'invalid_request', error_description: 'Value passed was invalid.' } }],
] as const)('%s says so in its own words', async (preset, token) => {
  const at = preset === 'github' ? 'github.com/login/oauth/access_token' : 'api.x.com/2/oauth2/token';
  standIn.answers = { [at]: token };
  expect(await connectorTo(standIn, { preset, ...KEEPING }).refresh?.('7', 'spent')).toEqual({ kind: 'ended' });
});

test.each([
  ['that is down', { token: { status: 503 } }, 'unavailable', 'server-failing'],
  [
    'that refuses the client',
    { token: { status: 401, body: { error: 'invalid_client' } } },
    'misconfigured',
    'client-refused',
  ],
] as const)('a provider %s ends nothing', async (_what, answers, kind, reason) => {
  standIn.answers = { ...honest, ...answers };
  expect(await ask()).toEqual({ kind, reason });
});

test('the token that came instead of the spent one is handed on, though nobody can be told', async () => {
  standIn.answers = { token: gives({ refresh_token: 'second' }), me: { status: 503 } };
  expect(await ask()).toEqual({ kind: 'unavailable', reason: 'server-failing', refreshToken: 'second' });
});

test('an account of somebody else is refused, and its token is not kept', async () => {
  standIn.answers = { ...honest, token: gives({ refresh_token: 'second' }) };
  expect(await ask({}, '8')).toEqual({ kind: 'upstream-error', reason: 'refresh-subject' });
});

test('groups that may not be read any more leave nobody with those of before', async () => {
  standIn.answers = { ...honest, teams: { status: 403 } };
  const groups = [{ url: `${standIn.url}/teams`, name: ['name'] }];
  expect(await ask({ subject: { groups } })).toMatchObject({ reason: 'groups-refused' });
});
