import { expect, test } from '@jest/globals';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { clients } from '../../src/realm/clients/client.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { resourceServers } from '../../src/realm/resource-servers/resource-server.js';
import { settings } from '../../src/realm/settings/settings.js';
import { broughtUp } from '../../src/storage/migration/migrate-document.js';

const input = clientInput.parse({ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/'] });
/** The defaults of a client in the second version. */
const second = {
  ...{ idTokenAlgorithm: 'ES256', subjectType: 'public', pkce: 'required', refreshReuseSeconds: 0 },
  ...{ allowedOrigins: [], lifetimes: {}, dpopBound: false, requirePushedRequests: false },
};
/** The additions of the third version for existing clients. */
const third = {
  ...{ idTokenClaims: 'scopes', rotateRefreshTokens: true, offlineAccess: false },
  ...{ resourceAtToken: 'required', localhostAnyPort: false, madeBefore: 3 },
};

/** Without these fields. */
const without = (document: object, fields: object) => ({
  ...Object.fromEntries(Object.entries(document).filter(([field]) => !(field in fields))),
  id: 'shop',
});

test('a client of the first version behaves as it did', () => {
  const old = { ...without(input, { ...second, ...third }), authentication: 'client_secret_basic' };
  expect(broughtUp(clients, old, 1)).toEqual({ ...old, ...second, ...third });
  // One that was up, and then written by the version before, keeps what is said of it.
  expect(broughtUp(clients, { ...input, pkce: 'exempt' }, 1)).toMatchObject({ pkce: 'exempt' });
});

test('a client of the second version keeps what it has where new clients get something else', () => {
  const old = { ...without(input, third), ...second, authentication: 'client_secret_basic' };
  expect(broughtUp(clients, old, 2)).toEqual({ ...old, ...third });
  expect(broughtUp(clients, { ...input, resourceAtToken: 'optional' }, 2)).toMatchObject({
    resourceAtToken: 'optional',
  });
});

test('a resource server of an earlier version gets JWTs as it did: by ES256, of type at+jwt', () => {
  const server = resourceServerInput.parse({ identifier: 'urn:api', name: 'API' });
  const { tokenFormat, algorithm, jwtType, ...old } = server;
  expect(broughtUp(resourceServers, { id: 's', ...old }, 1)).toEqual({ id: 's', ...server });
  expect(broughtUp(resourceServers, { id: 's', ...old, tokenFormat, algorithm }, 2)).toEqual({ id: 's', ...server });
});

test('settings of the version before get the settings for new clients, and keep their own', () => {
  expect(broughtUp(settings, { id: 'settings', since: 1, name: 'Shop' }, 8)).toMatchObject({
    name: 'Shop',
    pkce: 'or-nonce',
    idTokenAlgorithm: 'RS256',
    signOutQuestion: 'when-needed',
    audit: { tokenIssue: 'aggregated' },
  });
});
