import { type Configuration, errors, type ResourceServer as LibraryResourceServer } from 'oidc-provider';
import type { Client } from '../../realm/clients/client.js';
import type { ResourceServer } from '../../realm/resource-servers/resource-server.js';
import type { ResourceServerService } from '../../realm/resource-servers/resource-server-service.js';
import { apiScopesIn, assertKnownScope, noteUnknownScopes } from '../requests/requested-scopes.js';
import { clientBehind } from '../library/client/client-behind.js';
import type { ClientLookup } from '../requests/client-lookup.js';

/** RFC 8707: which APIs a client may ask tokens for, and what such a token is like. */
export function resourceServers(servers: Pick<ResourceServerService, 'get'>, clients: ClientLookup) {
  return {
    resourceIndicators: {
      enabled: true,

      async getResourceServerInfo(_ctx, identifier, { clientId }) {
        const [server, client] = await Promise.all([servers.get(identifier), clients.get(clientId)]);
        // The same answer for one that does not exist and one that this client may not use.
        if (!server || !client?.resourceServers.includes(identifier)) throw new errors.InvalidTarget();
        return info(server, client);
      },

      async defaultResource({ oidc }, library, oneOf) {
        const client = await clients.get(library.clientId);
        const preferred = client?.defaultResourceServer;
        if (oneOf) {
          // One that is named twice is one.
          const [only, ...others] = new Set(oneOf);
          if (only !== undefined && others.length === 0) return only;
          return preferred !== undefined && oneOf.includes(preferred) ? preferred : oneOf;
        }
        const selected = await selectedBy(apiScopesIn(oidc), client?.resourceServers ?? []);
        if (selected.length > 0) return selected;
        // The library drops them before anybody else could see them.
        noteUnknownScopes(oidc);
        // With `openid` a token without audience is for userinfo; without it, it would open nothing.
        if (preferred !== undefined && !oidc.requestParamScopes.has('openid')) return preferred;
        if (oidc.params?.['grant_type'] !== 'client_credentials' || oidc.params['scope'] !== undefined) {
          assertKnownScope(oidc, { lends: false });
        }
        return [];
      },

      // Applications that send `resource` to the authorization endpoint alone mean it for the token too. Which of several is meant, nobody knows.
      useGrantedResource({ oidc }, { resource }) {
        if (!oidc.client || typeof resource !== 'string') return false;
        const { resourceAtToken, resourceServers: allowed } = clientBehind(oidc.client);
        return resourceAtToken === 'optional' && allowed.includes(resource);
      },
    },
  } satisfies Configuration['features'];

  /** The APIs that these scopes belong to: each scope selects the one of these APIs that declares it, where no other does. */
  async function selectedBy(scopes: readonly string[], identifiers: readonly string[]): Promise<string[]> {
    if (scopes.length === 0) return [];
    const found = await Promise.all(identifiers.map((identifier) => servers.get(identifier)));
    const declaring = (scope: string) =>
      found.filter((server) => server?.permissions.some(({ name }) => name === scope) === true);
    const selected = scopes.flatMap((scope) => {
      const [only, ...others] = declaring(scope);
      return only && others.length === 0 ? [only.identifier] : [];
    });
    return [...new Set(selected)];
  }
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
