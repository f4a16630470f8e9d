import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { clientInput } from '../../src/realm/clients/client-input.js';

const shop = { id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/callback'] };
/** The fields that are at fault. */
const faults = (input: object): string[] => {
  const parsed = clientInput.safeParse({ ...shop, ...input });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
};

const jwkOf = ({ publicKey }: { readonly publicKey: { export(how: { format: 'jwk' }): object } }): object =>
  publicKey.export({ format: 'jwk' });
const ecKey = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const edKey = jwkOf(generateKeyPairSync('ed25519'));
const rsaKey = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const shortKey = jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

describe('a client as it is asked for', () => {
  test('is a confidential web application with the code grant, unless it says otherwise', () => {
    expect(clientInput.parse(shop)).toEqual({
      ...shop,
      applicationType: 'web',
      authentication: 'client_secret',
      postLogoutRedirectUris: [],
      grantTypes: ['authorization_code', 'refresh_token'],
      firstParty: false,
      scopes: ['openid', 'profile', 'email'],
      resourceServers: [],
      idTokenClaims: 'scopes',
      subjectType: 'public',
      pkce: 'or-nonce',
      refreshReuseSeconds: 10,
      rotateRefreshTokens: true,
      offlineAccess: false,
      resourceAtToken: 'optional',
      localhostAnyPort: false,
      allowedOrigins: [],
      lifetimes: {},
      dpopBound: false,
      requirePushedRequests: false,
    });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'is not called %s, as every JavaScript object has it',
    (id) => {
      expect(faults({ id })).toEqual(['id']);
    },
  );

  test.each([
    'https://shop.example/callback?tenant=1',
    'https://shop.example:8443/',
    'https://shop.example/callback?n=caf%E9&&=;+%20&__proto__=1',
    'http://localhost:3001/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:4000/callback',
  ])('of the web may redirect to %s', (uri) => {
    expect(faults({ redirectUris: [uri], postLogoutRedirectUris: [uri] })).toEqual([]);
  });

  test.each([
    ['/callback', 'relative'],
    ['//shop.example/callback', 'relative'],
    ['shop.example/callback', 'no scheme'],
    ['https:shop.example/callback', 'no //'],
    ['https:///shop.example/callback', 'no host'],
    ['http://shop.example/callback', 'plain http'],
    ['http://localhost.example/callback', 'not loopback'],
    ['http://127.0.0.1.example/callback', 'not loopback'],
    ['https://shop.example/callback#x', 'a fragment'],
    ['https://shop.example/callback#', 'an empty fragment'],
    ['https://*.shop.example/callback', 'a wildcard'],
    ['https://shop.example/*', 'a wildcard'],
    ['https://user:word@shop.example/', 'a password'],
    ['https://shop.example\\@evil.example/', 'a backslash'],
    ['https://shop.example/call\tback', 'a control character'],
    [' https://shop.example/callback', 'a space'],
    ['javascript:alert(1)', 'a script'],
    ['data:text/html,x', 'data'],
    ['com.example.shop:/callback', 'a private scheme'],
    ['ftp://shop.example/', 'another scheme'],
    [`https://shop.example/callback?${'%E9+;=='.repeat(600)}`, '4 KB'],
    ['https://shop.example/callback?a=1&state=x', 'a parameter of our answers'],
    ['https://shop.example/callback?%73tate', 'the same, written otherwise'],
  ])('of the web may not redirect to %j (%s)', (uri) => {
    expect(faults({ redirectUris: [uri] })).toEqual(['redirectUris.0']);
    expect(faults({ postLogoutRedirectUris: [uri] })).toEqual(['postLogoutRedirectUris.0']);
  });

  test.each(['code', 'iss', 'error', 'response'])(
    'of the web may not have %s in the query of a redirect URI, where an answer brings one; after a sign-out none comes',
    (name) => {
      const uri = `https://shop.example/callback?n=1&${name}=1`;
      expect(faults({ redirectUris: [uri] })).toEqual(['redirectUris.0']);
      expect(faults({ postLogoutRedirectUris: [uri] })).toEqual([]);
    },
  );

  test.each([
    'com.example.shop:/callback',
    'http://127.0.0.1/callback',
    'http://[::1]/callback',
    'https://shop.example/app',
  ])('that is native may redirect to %s', (uri) => {
    expect(faults({ applicationType: 'native', redirectUris: [uri] })).toEqual([]);
  });

  test.each(['shop:/callback', 'javascript:alert(1)', 'http://shop.example/callback', 'com.example.shop:/cb#x'])(
    'that is native may not redirect to %s',
    (uri) => {
      expect(faults({ applicationType: 'native', redirectUris: [uri] })).toEqual(['redirectUris.0']);
    },
  );

  test.each<[string, object, string]>([
    [
      'acts for itself without authentication',
      { authentication: 'none', grantTypes: ['client_credentials'] },
      'grantTypes',
    ],
    ['signs people in without a redirect URI', { redirectUris: [] }, 'redirectUris'],
    ['refreshes what it never gets', { grantTypes: ['refresh_token'] }, 'grantTypes'],
    ['may do nothing', { grantTypes: [] }, 'grantTypes'],
    ['uses another grant', { grantTypes: ['implicit'] }, 'grantTypes.0'],
    ['names a scope that nobody knows', { scopes: ['openid', 'everything'] }, 'scopes.1'],
    ['names something twice', { scopes: ['openid', 'openid'] }, 'scopes'],
    [
      'has a default resource server that is none of its own',
      { defaultResourceServer: 'urn:x' },
      'defaultResourceServer',
    ],
    ['needs the secret in the clear', { authentication: 'client_secret_jwt' }, 'authentication'],
    ['has an id that a URL would encode', { id: 'my shop' }, 'id'],
    ['signs with a key that it does not name', { authentication: 'private_key_jwt' }, 'jwks'],
    [
      'has its keys in two places',
      { authentication: 'private_key_jwt', jwks: { keys: [ecKey] }, jwksUri: 'https://shop.example/jwks' },
      'jwksUri',
    ],
    ['gives its private key away', { jwks: { keys: [privateKey] } }, 'jwks.keys.0'],
    ['has a key that is none', { jwks: { keys: [{ ...ecKey, x: 'AAAA' }] } }, 'jwks.keys.0'],
    ['has a key that is too short', { jwks: { keys: [shortKey] } }, 'jwks.keys.0'],
    ['has keys that nothing tells apart', { jwks: { keys: [ecKey, edKey] } }, 'jwks'],
    ['is public and needs no PKCE', { authentication: 'none', pkce: 'exempt' }, 'pkce'],
    ['lets a refresh token be used twice for too long', { refreshReuseSeconds: 121 }, 'refreshReuseSeconds'],
    [
      'is public and keeps its refresh token',
      { authentication: 'none', rotateRefreshTokens: false },
      'rotateRefreshTokens',
    ],
    ['goes on offline and asks people for consent', { offlineAccess: true }, 'offlineAccess'],
    ['is a web client at any port of localhost', { localhostAnyPort: true }, 'localhostAnyPort'],
    ['names a sector and public subjects', { sectorIdentifier: 'shop.example' }, 'sectorIdentifier'],
    [
      'names a sector by an address',
      { subjectType: 'pairwise', sectorIdentifier: 'https://x.example' },
      'sectorIdentifier',
    ],
    [
      'has pairwise subjects and hosts in two sectors',
      { subjectType: 'pairwise', redirectUris: ['https://a.example/cb', 'https://b.example/cb'] },
      'sectorIdentifier',
    ],
    [
      "has pairwise subjects and a host that is everybody's",
      { subjectType: 'pairwise', redirectUris: ['http://127.0.0.1/cb'] },
      'sectorIdentifier',
    ],
    ['allows every origin', { allowedOrigins: ['*'] }, 'allowedOrigins.0'],
    ['allows the origin that a sandbox has', { allowedOrigins: ['null'] }, 'allowedOrigins.0'],
    ['allows an origin with a path', { allowedOrigins: ['https://shop.example/'] }, 'allowedOrigins.0'],
    ['allows an origin that others can be', { allowedOrigins: ['http://shop.example'] }, 'allowedOrigins.0'],
    ['is a web client with the origin of every app', { allowedOrigins: ['capacitor://localhost'] }, 'allowedOrigins'],
    [
      'allows an app that names nothing',
      { applicationType: 'native', allowedOrigins: ['capacitor://'] },
      'allowedOrigins.0',
    ],
    [
      'allows any extension',
      { applicationType: 'native', allowedOrigins: ['chrome-extension://*'] },
      'allowedOrigins.0',
    ],
    ['allows a file', { applicationType: 'native', allowedOrigins: ['file://localhost'] }, 'allowedOrigins.0'],
    ['offers a userstore twice', { connectors: ['corp', 'corp'] }, 'connectors'],
    ['offers a userstore by no name', { connectors: ['corp', 'Corp/'] }, 'connectors.1'],
    ['demands a level that nobody reaches', { requiredLevel: 'gold' }, 'requiredLevel'],
    [
      'lets an access token live for days',
      { lifetimes: { accessTokenSeconds: 86_401 } },
      'lifetimes.accessTokenSeconds',
    ],
    ['is told of a logout by a file', { backchannelLogoutUri: 'file:///etc/passwd' }, 'backchannelLogoutUri'],
    ['has its keys at an address with a password', { jwksUri: 'https://me:word@shop.example/' }, 'jwksUri'],
    ['brings what nobody asked for', { secrets: [] }, ''],
  ])('is refused when it %s', (_what, input, field) => {
    expect(faults(input)).toEqual([field]);
  });

  test.each([
    [
      'keys of each kind',
      {
        jwks: {
          keys: [
            { ...ecKey, kid: '1' },
            { ...edKey, kid: '2' },
            { ...rsaKey, kid: '3' },
          ],
        },
      },
    ],
    ['keys elsewhere', { authentication: 'private_key_jwt', jwksUri: 'https://shop.example/jwks' }],
    ['an exemption from PKCE, by name', { pkce: 'exempt' }],
    ['a sector that its one host names', { subjectType: 'pairwise' }],
    ['a refresh token that stays, where it keeps a secret', { rotateRefreshTokens: false }],
    ['two minutes to use a refresh token again', { refreshReuseSeconds: 120 }],
    ['offline access without a question, at a first party', { firstParty: true, offlineAccess: true }],
    ['any port of localhost, where it is native', { applicationType: 'native', localhostAnyPort: true }],
    [
      'origins of apps and extensions, where it is native',
      {
        applicationType: 'native',
        allowedOrigins: [
          ...['capacitor://localhost', 'ionic://localhost', 'https://localhost'],
          ...[
            `chrome-extension://${'abcdefghijklmnop'.repeat(2)}`,
            'moz-extension://0a1b2c3d-0000-4000-8000-0123456789ab',
          ],
        ],
      },
    ],
    ['no userstore, as after the removal of its only one', { connectors: [] }],
    ['origins', { allowedOrigins: ['https://shop.example', 'http://localhost:5173'] }],
  ])('may have %s', (_what, input) => {
    expect(faults(input)).toEqual([]);
  });
});
