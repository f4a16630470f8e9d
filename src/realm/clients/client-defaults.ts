import type { Client } from './client.js';
import { clientInput } from './client-input.js';
import type { Settings } from '../settings/settings.js';

const today = clientInput.parse({ id: 'x', name: 'x', redirectUris: ['https://x.example/'] });

/** Fields whose defaults have changed since the first release, and their values for a new client. */
const changed = (realm: Pick<Settings, 'idTokenAlgorithm'>) => ({
  authentication: today.authentication,
  pkce: today.pkce,
  refreshReuseSeconds: today.refreshReuseSeconds,
  resourceAtToken: today.resourceAtToken,
  idTokenAlgorithm: realm.idTokenAlgorithm,
});

/** The differences of an older client from today's defaults, such as `pkce required (now or-nonce)`. Empty for all others. */
export function olderThanDefaults(client: Client, realm: Pick<Settings, 'idTokenAlgorithm'>): readonly string[] {
  if (client.madeBefore === undefined) return [];
  const isPublic = client.authentication === 'none';
  return Object.entries(changed(realm)).flatMap(([name, now]) => {
    const field = name as keyof ReturnType<typeof changed>;
    // A public client needs PKCE whatever the field says, and keys of its own are never a default.
    if (field === 'pkce' && isPublic) return [];
    if (field === 'authentication' && (isPublic || client.authentication === 'private_key_jwt')) return [];
    return client[field] === now ? [] : [`${field} ${client[field]} (now ${now})`];
  });
}
