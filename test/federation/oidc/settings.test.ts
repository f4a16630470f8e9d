import { describe, expect, test } from '@jest/globals';
import { readInput } from '../../../src/base/problems/read-input.js';
import { oidcSettings } from '../../../src/federation/oidc/settings/oidc-settings.js';

const CONNECTION = { issuer: 'https://login.example.test', clientId: 'gatehouse' };

const TEAM = { name: 'team', value: 'T1' };

const problems = (connection: object, others: object = {}): readonly string[] => {
  const read = readInput(oidcSettings, { connection: { ...CONNECTION, ...connection }, ...others });
  return read.ok ? [] : read.problems.map(({ code, path }) => `${path.join('.')}: ${code}`);
};

test('little is enough, and the rest has defaults', () => {
  expect(oidcSettings.parse({ connection: CONNECTION })).toEqual({
    connection: {
      ...CONNECTION,
      clientAuthentication: 'client_secret_basic',
      keepRefreshTokens: false,
      logout: 'ask',
      scopes: ['openid', 'profile', 'email'],
      ...{ pkce: true, nonce: true, parameters: [], pushedRequests: 'if-required' },
      timeout: 5000,
    },
    subject: { id: ['sub'], emailVerified: 'claim' },
  });
});

test('openid is always among the scopes, once', () => {
  const scopes = (written: readonly string[]): readonly string[] =>
    oidcSettings.parse({ connection: { ...CONNECTION, scopes: written } }).connection.scopes;
  expect(scopes([])).toEqual(['openid']);
  expect(scopes(['email', 'openid', 'email'])).toEqual(['openid', 'email']);
});

describe('an issuer', () => {
  test.each([
    'https://login.example.test',
    'https://login.example.test/',
    'https://login.example.test:8443/realms/staff',
    'http://127.0.0.1:3000',
    'http://127.1.2.3',
    'http://localhost:3000/realm',
    'http://[::1]:3000',
  ])('can be %s', (issuer) => {
    expect(problems({ issuer })).toEqual([]);
  });

  test.each([
    'http://login.example.test',
    'http://10.0.0.1',
    'http://127.0.0.1.example.test',
    'http://localhost.example.test',
    'http://localhost@example.test',
    'https://user:password@login.example.test',
    'https://login.example.test?tenant=1',
    'https://login.example.test#here',
    'https://login.example.test\\@other.test',
    'https://[not-an-address]',
    'ftp://login.example.test',
    'login.example.test',
    'https://',
    '',
  ])('cannot be %j', (issuer) => {
    expect(problems({ issuer })).toHaveLength(1);
  });
});

describe('refused is', () => {
  test.each<[string, object, object]>([
    ['an unknown field', { skipIssuerCheck: true }, {}],
    ['a way to skip signatures', {}, { subject: { verify: false } }],
    ['an empty client id', { clientId: '' }, {}],
    ['a way to prove itself that needs the clear secret elsewhere', { clientAuthentication: 'client_secret_jwt' }, {}],
    ['a scope with a space', { scopes: ['openid email'] }, {}],
    ['a timeout of a minute', { timeout: 60_000 }, {}],
    ['a claim that every object has', {}, { subject: { groups: 'constructor' } }],
    ['an empty claim', {}, { subject: { groups: '' } }],
    ['a subject of no claim', {}, { subject: { id: [] } }],
    ['a name from elsewhere', {}, { subject: { nameFrom: 'userinfo' } }],
    ['an unknown way to believe an address', {}, { subject: { emailVerified: 'always' } }],
    ['an answer in the fragment', { responseMode: 'fragment' }, {}],
    ['a parameter with a space in its name', { parameters: [{ name: 'a b', value: 'x' }] }, {}],
    ['a parameter that every object has', { parameters: [{ name: 'constructor', value: 'x' }] }, {}],
    ['a parameter of two lines', { parameters: [{ name: 'team', value: 'x\ny' }] }, {}],
  ])('%s', (_name, connection, others) => {
    expect(problems(connection, others)).toHaveLength(1);
  });

  test.each<[string, object, string]>([
    [
      'PKCE off without a secret',
      { pkce: false, clientAuthentication: 'none' },
      'connection.pkce: oidc-switch-needs-secret',
    ],
    [
      'no nonce without a secret',
      { nonce: false, clientAuthentication: 'none' },
      'connection.nonce: oidc-switch-needs-secret',
    ],
    [
      'a generated secret of no team',
      { clientAuthentication: 'client_secret_generated', keyId: 'k' },
      'connection.teamId: oidc-proof-needs',
    ],
    [
      'a generated secret of no key',
      { clientAuthentication: 'client_secret_generated', teamId: 't' },
      'connection.keyId: oidc-proof-needs',
    ],
    ['a key for a client with a secret', { keyId: 'k' }, 'connection.keyId: oidc-proof-unused'],
    [
      'a team for a client with a key',
      { clientAuthentication: 'private_key_jwt', teamId: 't' },
      'connection.teamId: oidc-proof-unused',
    ],
    ['no tenant', { tenants: [] }, 'connection.tenants: oidc-tenants-missing'],
    ['a tenant by its domain', { tenants: ['example.com'] }, 'connection.tenants.0: oidc-tenant-form'],
    ['the issuer of no tenant', { issuer: 'https://a.test/{tenantid}/v2.0' }, 'connection.tenants: oidc-one-tenant'],
    ['a parameter twice', { parameters: [TEAM, TEAM] }, 'connection.parameters.1.name: declared-twice'],
    [
      'a prompt that never asks',
      { parameters: [{ name: 'prompt', value: 'none' }] },
      'connection.parameters.0.value: oidc-prompt-none',
    ],
  ])('%s, with a sentence', (_name, connection, expected) => {
    expect(problems(connection)).toEqual([expected]);
  });

  test.each([
    'state',
    'nonce',
    'redirect_uri',
    'client_id',
    'scope',
    'code_challenge',
    'request',
    'request_uri',
    'Response_Mode',
  ])('the parameter %s, which Gatehouse sets itself', (name) => {
    expect(problems({ parameters: [{ name, value: 'x' }] })).toEqual([
      'connection.parameters.0.name: oidc-parameter-reserved',
    ]);
  });
});

test('both switches can be off for a client with a secret', () => {
  expect(problems({ pkce: false, nonce: false })).toEqual([]);
});

test('a tenant is the same in capitals, and takes its place in the issuer', () => {
  const tenants = ['8EAEF023-2B34-4DA1-9BAA-8BC8C9D6A490'];
  const { connection } = oidcSettings.parse({
    connection: { ...CONNECTION, issuer: 'https://a.test/{tenantid}/v2.0', tenants },
  });
  expect(connection.issuer).toBe('https://a.test/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0');
});
