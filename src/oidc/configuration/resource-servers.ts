import { type Configuration, errors, type ResourceServer as LibraryResourceServer } from 'oidc-provider';
import type { Client } from '../../realm/client.js';
import type { ResourceServer } from '../../realm/resource-server.js';
import type { ResourceServerService } from '../../realm/resource-server-service.js';
import type { Snapshots } from '../../access/snapshot.js';
import { accessOf } from '../access-in-request.js';
import type { ClientLookup } from '../client-lookup.js';

/** RFC 8707: which APIs a client may ask tokens for, and what such a token is like. */
export function resourceServers(
  servers: Pick<ResourceServerService, 'get'>,
  clients: ClientLookup,
  snapshots: Pick<Snapshots, 'read'>,
) {
  return {
    resourceIndicators: {
      enabled: true,

      async getResourceServerInfo({ oidc }, identifier, { clientId }) {
        const [server, client] = await Promise.all([servers.get(identifier), clients.get(clientId)]);
        // The same answer for one that does not exist and one that this client may not use.
        if (!server || !client?.resourceServers.includes(identifier)) throw new errors.InvalidTarget();
        // A client that acts for itself is the subject of its token; a user is known by now.
        if (oidc.params?.['grant_type'] === 'client_credentials')
          await accessOf(snapshots, { kind: 'client', client }, clientId);
        return info(server, client);
      },

      async defaultResource({ oidc }, library, oneOf) {
        const client = await clients.get(library.clientId);
        const preferred = client?.defaultResourceServer;
        if (oneOf) return preferred !== undefined && oneOf.includes(preferred) ? preferred : oneOf;
        // With `openid` a token without audience is for userinfo; without it, it would open nothing.
        return preferred === undefined || oidc.requestParamScopes.has('openid') ? [] : preferred;
      },

      // With `openid`, an exchange that names no resource is for userinfo, whatever was granted besides.
      useGrantedResource: () => false,
    },
  } satisfies Configuration['features'];
}

const info = (
  { identifier, permissions, accessTokenSeconds, tokenFormat, algorithm }: ResourceServer,
  client: Client,
): LibraryResourceServer => ({
  audience: identifier,
  scope: permissions.map(({ name }) => name).join(' '),
  accessTokenTTL: client.lifetimes.accessTokenSeconds ?? accessTokenSeconds,
  accessTokenFormat: tokenFormat,
  jwt: { sign: { alg: algorithm } },
});
