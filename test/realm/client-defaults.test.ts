import { expect, test } from '@jest/globals';
import { clients } from '../../src/realm/clients/client.js';
import type { Client } from '../../src/realm/clients/client.js';
import { olderThanDefaults } from '../../src/realm/clients/client-defaults.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { broughtUp } from '../../src/storage/migration/migrate-document.js';

const REALM = { idTokenAlgorithm: 'RS256' } as const;
const old = {
  ...{ id: 'shop', name: 'Shop', createdAt: 1, since: 1, applicationType: 'web', secrets: [], assignments: [] },
  ...{ redirectUris: ['https://shop.example/cb'], postLogoutRedirectUris: [], grantTypes: ['authorization_code'] },
  ...{ firstParty: false, scopes: ['openid'], resourceServers: [] },
};
const stored = (authentication: string): Client =>
  broughtUp(clients, { ...old, authentication }, 1) as unknown as Client;

test('a client of before today’s defaults is told apart by each field that differs', () => {
  expect(olderThanDefaults(stored('client_secret_basic'), REALM)).toEqual([
    'authentication client_secret_basic (now client_secret)',
    'pkce required (now or-nonce)',
    'refreshReuseSeconds 0 (now 10)',
    'resourceAtToken required (now optional)',
    'idTokenAlgorithm ES256 (now RS256)',
  ]);
  expect(olderThanDefaults(stored('none'), { idTokenAlgorithm: 'ES256' })).toEqual([
    'refreshReuseSeconds 0 (now 10)',
    'resourceAtToken required (now optional)',
  ]);
});

test('a new client is not, whatever its realm file chose', () => {
  const made = clientInput.parse({
    id: 'shop',
    name: 'Shop',
    redirectUris: ['https://shop.example/cb'],
    pkce: 'required',
  });
  const client = { ...made, idTokenAlgorithm: 'ES256', createdAt: 1, since: 1, secrets: [], assignments: [] } as const;
  expect(olderThanDefaults({ ...client, assignments: [], secrets: [] }, REALM)).toEqual([]);
});
