import { describe, expect, test } from '@jest/globals';
import { readInput } from '../../../src/base/problems/read-input.js';
import { oidcSettings } from '../../../src/federation/oidc/oidc-settings.js';

const CONNECTION = { issuer: 'https://login.example.test', clientId: 'gatehouse' };

const problems = (connection: object, others: object = {}): readonly string[] => {
  const read = readInput(oidcSettings, { connection: { ...CONNECTION, ...connection }, ...others });
  return read.ok ? [] : read.problems.map(({ code, path }) => `${path.join('.')}: ${code}`);
};

test('little is enough, and the rest has defaults', () => {
  expect(oidcSettings.parse({ connection: CONNECTION })).toEqual({
    connection: {
      ...CONNECTION,
      clientAuthentication: 'client_secret_basic',
      scopes: ['openid', 'profile', 'email'],
      timeout: 5000,
    },
    subject: {},
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
  ])('%s', (_name, connection, others) => {
    expect(problems(connection, others)).toHaveLength(1);
  });
});
