import type { HostOptions } from '../support/host/host.js';
import type { ClientKey } from './client-realm.js';
import { flowRealm, type storeKinds, ORDERS } from './flow-host.js';

/**
 * The flow tests' realm with two more clients. `keyed` authenticates and signs with its key and has every client feature.
 * `certified` is registered as a certification suite would register its client.
 */
export const keyedRealm = (storeKind: (typeof storeKinds)[number], { jwk }: ClientKey): HostOptions =>
  flowRealm(storeKind, { clients: [keyed(jwk), certified] });

const keyed = (jwk: object): object => ({
  id: 'keyed',
  name: 'Application with a key for all it does',
  authentication: 'private_key_jwt',
  jwks: { keys: [jwk] },
  firstParty: true,
  redirectUris: ['https://keyed.test/callback'],
  postLogoutRedirectUris: ['https://keyed.test/'],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  scopes: ['openid', 'profile'],
  resourceServers: [ORDERS],
});

const certified = {
  id: 'certified',
  name: 'Certification',
  authentication: 'client_secret_basic',
  secret: '${CONFIDENTIAL_SECRET}',
  firstParty: true,
  idTokenAlgorithm: 'RS256',
  redirectUris: ['https://certified.test/callback'],
  postLogoutRedirectUris: ['https://certified.test/'],
  grantTypes: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
};
