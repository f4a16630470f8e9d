import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startHost, type Host } from '../support/host/host.js';
import type { ClientKey } from './client-realm.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, type storeKinds, ORDERS } from './flow-host.js';

/**
 * Starts a Gatehouse on the flow tests' realm with two more clients. `keyed` authenticates and signs with its key and has every
 * client feature. `certified` is registered as a certification suite would register its client.
 */
export async function keyedHost(storeKind: (typeof storeKinds)[number], { jwk }: ClientKey): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keyed-'));
  const realmFile = join(folder, 'realm.yaml');
  const realm = await readFile('test/flows/realm.yaml', 'utf8');
  const more = [keyed(jwk), certified].map((each) => `  - ${JSON.stringify(each)}\n`).join('');
  await writeFile(realmFile, realm.replace('\nclients:\n', `\nclients:\n${more}`));
  const host = await startHost({
    store: storeKind.endsWith('mongodb') ? 'mongodb' : 'sqlite',
    servers: storeKind.startsWith('two') ? 2 : 1,
    realmFile: relative('.', realmFile),
    env: { CONFIDENTIAL_SECRET, MACHINE_SECRET },
  });
  await rm(folder, { recursive: true });
  return host;
}

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
