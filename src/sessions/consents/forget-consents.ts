import { PAGE_LIMIT, rows } from '../../base/paging.js';
import type { Realm } from '../../storage/store.js';
import { consents, resourceServersOf } from './consent.js';

/** Deletes the consents to a removed client. It may run again. */
export async function forgetConsents(realm: Realm, clientId: string): Promise<void> {
  while ((await realm.of(consents).removeWhere('byClient', { clientId }, PAGE_LIMIT)) === PAGE_LIMIT);
}

/** Removes a deleted resource server from consents, so that one declared anew needs new consent. It may run again. */
export async function forgetResourceServer(realm: Realm, identifier: string): Promise<void> {
  const collection = realm.of(consents);
  for await (const { id } of rows((page) =>
    collection.find('byResourceServer', { resourceServers: identifier }, page),
  )) {
    await collection.change(id, ({ version: _, ...consent }) => {
      const resourceScopes = consent.resourceScopes.filter(({ resourceServer }) => resourceServer !== identifier);
      return { ...consent, resourceScopes, resourceServers: resourceServersOf({ resourceScopes }) };
    });
  }
}
