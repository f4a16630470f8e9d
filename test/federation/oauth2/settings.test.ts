import { describe, expect, test } from '@jest/globals';
import { readInput } from '../../../src/base/problems/read-input.js';
import { byKind, connectorSettings } from '../../../src/federation/connectors/connector-settings.js';
import { oauth2Kind } from '../../../src/federation/oidc/oauth2/oauth2-kind.js';
import { oauth2Settings } from '../../../src/federation/oidc/oauth2/oauth2-settings.js';

const URL_OF = (path: string): string => `https://login.example.test/${path}`;
const CONNECTION = {
  authorizationEndpoint: URL_OF('authorize'),
  tokenEndpoint: URL_OF('token'),
  clientId: 'gatehouse',
};
const SUBJECT = { profile: { url: URL_OF('me') }, id: ['id'] };

const problems = (connection: object, subject: object = {}): readonly string[] => {
  const read = readInput(oauth2Settings, {
    connection: { ...CONNECTION, ...connection },
    subject: { ...SUBJECT, ...subject },
  });
  return read.ok ? [] : read.problems.map(({ code, path }) => `${path.join('.')}: ${code}`);
};

test('little is enough, and the rest has defaults', () => {
  expect(oauth2Settings.parse({ connection: CONNECTION, subject: SUBJECT })).toEqual({
    connection: {
      ...CONNECTION,
      ...{
        clientAuthentication: 'client_secret_basic',
        scopes: [],
        pkce: true,
        parameters: [],
        keepRefreshTokens: false,
        tokenErrors: [],
      },
      timeout: 5000,
    },
    subject: { profile: { url: URL_OF('me'), headers: [] }, id: ['id'], claims: [] },
  });
});

test.each([...oauth2Kind.presets.keys()])('the preset %s needs a client id, and nothing else', (preset) => {
  const connector = { kind: 'oauth2', preset, connection: { clientId: 'gatehouse' }, subject: {} };
  expect(connectorSettings(byKind([oauth2Kind]), connector)).toMatchObject({ ok: true });
});

describe('every address', () => {
  const places: readonly [string, (url: string) => readonly string[]][] = [
    ['of the authorization endpoint', (url) => problems({ authorizationEndpoint: url })],
    ['of the token endpoint', (url) => problems({ tokenEndpoint: url })],
    ['of the profile', (url) => problems({}, { profile: { url } })],
    ['of addresses', (url) => problems({}, { emails: { url } })],
    ['of groups', (url) => problems({}, { groups: [{ url, name: ['login'] }] })],
  ];

  test.each(places)('%s is encrypted, or on this machine', (_name, at) => {
    for (const url of [
      ...[URL_OF(''), 'https://login.example.test:8443/a?b=c,d', 'https://login.example.test?a=b'],
      ...['http://127.0.0.1:3000/x', 'http://localhost', 'http://[::1]:3000/x'],
    ])
      expect([url, at(url)]).toEqual([url, []]);
    for (const url of [
      ...[
        'http://login.example.test/',
        'http://10.0.0.1/',
        'http://127.0.0.1.example.test/',
        'http://localhost@evil.test/',
      ],
      ...[
        'https://user:password@login.example.test/',
        'https://login.example.test/#here',
        'https://login.example.test\\@e.test',
      ],
      ...['ftp://login.example.test/', '/token', '', 'https://', 'https://[x]/', 'https://a b/'],
    ])
      expect([url, at(url).length]).toEqual([url, 1]);
  });
});

describe('refused is', () => {
  const reserved = (name: string) => ({ parameters: [{ name, value: 'x' }] });
  const header = (name: string) => ({ profile: { url: URL_OF('me'), headers: [{ name, value: 'x' }] } });

  test.each([
    ...['client_id', 'client_secret', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce'],
    ...['code_challenge', 'code_challenge_method', 'request', 'request_uri', 'max_age', 'claims'],
  ])('the parameter %s, also for a hint or a proof', (name) => {
    expect(problems(reserved(name))).toEqual(['connection.parameters.0.name: oauth2-name-reserved']);
    expect(problems({ loginHint: name })).toHaveLength(1);
    expect(problems({ selectAccount: { name, value: 'x' } })).toHaveLength(1);
    expect(problems({ proof: name })).toHaveLength(1);
  });

  test.each(['authorization', 'Authorization', 'COOKIE', 'host', 'User-Agent'])('the header %s', (name) => {
    expect(problems({}, header(name))).toEqual(['subject.profile.headers.0.name: oauth2-name-reserved']);
  });

  test.each(['sub', 'email', 'email_verified'])('the claim %s, which a rule of its own decides', (name) => {
    const claims = [{ name, from: 'x' }];
    expect(problems({}, { claims })).toEqual(['subject.claims.0.name: oauth2-name-reserved']);
  });

  test('a client without a secret and without PKCE', () => {
    expect(problems({ clientAuthentication: 'none' })).toEqual([]);
    expect(problems({ pkce: false })).toEqual([]);
    expect(problems({ clientAuthentication: 'none', pkce: false })).toEqual(['connection.pkce: oauth2-needs-secret']);
    expect(problems({ clientAuthentication: 'none', proof: 'p' })).toEqual(['connection.proof: oauth2-needs-secret']);
  });

  test('an address from two places', () => {
    const both = { email: { from: 'email' }, emails: { url: URL_OF('emails') } };
    expect(problems({}, both)).toEqual(['subject.email: oauth2-two-addresses']);
  });

  test.each<[string, object, object]>([
    ['an unknown field', { skipState: true }, {}],
    ['an empty client id', { clientId: '' }, {}],
    ['a scope with a space', { scopes: ['a b'] }, {}],
    ['a timeout of a minute', { timeout: 60_000 }, {}],
    ['a parameter with a strange name', reserved('a b'), {}],
    [
      'a header that would be two',
      {},
      { profile: { url: URL_OF('me'), headers: [{ name: 'x', value: 'a\r\nb: c' }] } },
    ],
    ['no id', {}, { id: [] }],
    ['an id that every object has', {}, { id: ['constructor'] }],
    ['a path through a prototype', {}, { id: ['a.__proto__.id'] }],
    ['a path with nothing in it', {}, { id: ['a..b'] }],
    ['a claim that every object has', {}, { claims: [{ name: 'toString', from: 'x' }] }],
    ['an address that is verified by a word', {}, { email: { from: 'email', verified: 'yes' } }],
    ['groups without a name', {}, { groups: [{ url: URL_OF('groups'), name: [] }] }],
    ['a meaning of an error that is no reason', { tokenErrors: [{ code: 'x', means: 'ok' }] }, {}],
  ])('%s', (_name, connection, subject) => {
    expect(problems(connection, subject)).toHaveLength(1);
  });
});
