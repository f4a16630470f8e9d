import { expect, test } from '@jest/globals';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { originsOf } from '../../src/realm/clients/origins-of.js';

const originsWith = (more: object): readonly string[] =>
  originsOf(clientInput.parse({ id: 'map', name: 'Map', redirectUris: ['https://map.example/cb'], ...more }));

test('a browser client that names no origins has those of its redirect URIs, each once', () => {
  const redirectUris = ['https://map.example/cb', 'https://map.example/silent', 'http://localhost:5173/cb'];
  expect(originsWith({ authentication: 'none', redirectUris })).toEqual([
    'https://map.example',
    'http://localhost:5173',
  ]);
});

test('whoever names origins has those; a native or a confidential client has no others', () => {
  expect(originsWith({ authentication: 'none', allowedOrigins: ['https://other.example'] })).toEqual([
    'https://other.example',
  ]);
  expect(originsWith({ authentication: 'none', applicationType: 'native' })).toEqual([]);
  expect(originsWith({})).toEqual([]);
});
