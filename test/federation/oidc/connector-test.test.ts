import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { oidcKind } from '../../../src/federation/oidc/oidc-kind.js';
import { ADDRESSES, connectorTo } from './connector.js';
import { type LyingProvider, startLyingProvider } from './lying-provider.js';

let provider: LyingProvider;

beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.pause());
afterEach(() => provider.tellsTheTruth());

test('a test shows the endpoints and counts the keys', async () => {
  const { issuer } = provider;
  expect(await connectorTo(provider).test()).toEqual([
    {
      step: 'discovery',
      outcome: 'ok',
      details: [
        `issuer: ${issuer}`,
        `authorization endpoint: ${issuer}/authorize`,
        `token endpoint: ${issuer}/token`,
        'endpoint for pushed requests: none',
        `userinfo endpoint: ${issuer}/userinfo`,
        'signatures: ES256, RS256',
      ],
    },
    { step: 'keys', outcome: 'ok', details: ['keys: 1', `read from: ${issuer}/keys`] },
  ]);
});

test('a test of a provider with another issuer shows both', async () => {
  provider.lies.reply.discovery = (honest) => ({ body: { ...honest, issuer: 'https://other.test' } });
  expect(await connectorTo(provider).test()).toEqual([
    {
      step: 'discovery',
      outcome: 'failed',
      reason: 'issuer-mismatch',
      details: ['announced: https://other.test', `expected: ${provider.issuer}`],
    },
    { step: 'keys', outcome: 'skipped' },
  ]);
});

test('a test names the keys as the step that fails', async () => {
  provider.lies.reply.keys = () => ({ status: 503 });
  expect(await connectorTo(provider).test()).toMatchObject([
    { step: 'discovery', outcome: 'ok' },
    { step: 'keys', outcome: 'failed', reason: 'server-failing', details: ['status: 503'] },
  ]);
});

test('a test misses the secret', async () => {
  expect(await connectorTo(provider, { secret: null }).test()).toMatchObject([
    { outcome: 'failed', reason: 'no-secret' },
    { outcome: 'skipped' },
  ]);
});

test('a test asks anew each time, and never throws', async () => {
  const connector = connectorTo(provider);
  await connector.test();
  await connector.test();
  expect(provider.requests).toEqual(['discovery', 'keys', 'discovery', 'keys']);
  await provider.pause();
  expect(await connector.test()).toMatchObject([{ outcome: 'failed', reason: 'unreachable' }, { outcome: 'skipped' }]);
  await provider.resume();
});

test('a provider with TLS has no endpoint without', async () => {
  const issuer = 'https://login.example.test';
  const endpoints = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/k` };
  const tested = async (lie: object) => {
    const connector = oidcKind.create({
      ...{ id: 'partner', addresses: ADDRESSES },
      settings: oidcKind.settings.parse({ connection: { issuer, clientId: 'c', clientAuthentication: 'none' } }),
      report: () => undefined,
      fetch: async (url) =>
        Response.json(url.endsWith('/k') ? { keys: [{ kty: 'EC' }] } : { issuer, ...endpoints, ...lie }),
    });
    return (await connector.test()).map(({ outcome }) => outcome);
  };
  expect(await tested({})).toEqual(['ok', 'ok']);
  for (const name of [...Object.keys(endpoints), 'userinfo_endpoint'])
    expect(await tested({ [name]: 'http://127.0.0.1/x' })).toEqual(['failed', 'skipped']);
});
