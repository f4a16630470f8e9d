import { expect, test } from '@jest/globals';
import { clientInput } from '../../src/realm/client-input.js';
import { clients } from '../../src/realm/client.js';
import { resourceServerInput } from '../../src/realm/resource-server-input.js';
import { resourceServers } from '../../src/realm/resource-server.js';
import { broughtUp } from '../../src/storage/migrate-document.js';

test('a client of the first version comes up with what a client has that says nothing', () => {
  const id = 'shop';
  const asked = clientInput.parse({ id, name: 'Shop', redirectUris: ['https://shop.example/'] });
  const { idTokenAlgorithm, subjectType, pkce, refreshReuseSeconds, ...others } = asked;
  const { allowedOrigins, lifetimes, dpopBound, requirePushedRequests, ...old } = others;
  expect(broughtUp(clients, old, 1)).toEqual(asked);
  // One that was up, and then written by the version before, keeps what is said of it.
  expect(broughtUp(clients, { ...asked, pkce: 'exempt' }, 1)).toMatchObject({ pkce: 'exempt' });
});

test('a resource server of the first version gets JWTs signed by ES256, as it did', () => {
  const asked = resourceServerInput.parse({ identifier: 'urn:api', name: 'API' });
  const { tokenFormat, algorithm, ...old } = asked;
  expect(broughtUp(resourceServers, { id: 's', ...old }, 1)).toEqual({ id: 's', ...asked });
});
