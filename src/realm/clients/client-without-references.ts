import { assignmentsWithout } from '../../base/assignment-references.js';
import type { ReferenceHow } from '../../changes/removal/reference.js';
import type { Removed } from '../../changes/removal/referrer.js';
import type { Client } from './client.js';

/** The client without its references to an object, and how it referred to it; undefined if it has none. Pure. */
export function clientWithout<C extends Client>(
  client: C,
  removed: Removed,
): { readonly client: C; readonly how: readonly ReferenceHow[] } | undefined {
  const assignments = assignmentsWithout(client.assignments, removed);
  const how: ReferenceHow[] = [...(assignments?.how ?? [])];
  const after = { ...client, ...(assignments && { assignments: assignments.assignments }) };
  const { kind, id: gone, to } = removed;
  if (kind === 'permission' && to !== undefined && client.claims) {
    const nameIn = (target: string, resourceServer: string): string => target.slice(resourceServer.length + 1);
    const claims = client.claims.map((claim) => {
      const { value, resourceServer = '', only } = claim;
      if (value !== 'permissions' || !only || !gone.startsWith(`${resourceServer} `)) return claim;
      const name = nameIn(gone, resourceServer);
      if (!only.includes(name)) return claim;
      return { ...claim, only: only.map((one) => (one === name ? nameIn(to, resourceServer) : one)) };
    });
    if (claims.some((claim, i) => claim !== client.claims?.[i])) {
      how.push('claims');
      after.claims = claims;
    }
  }
  if (removed.kind === 'resource-server') {
    const { id } = removed;
    if (client.resourceServers.includes(id)) {
      how.push('resource-servers');
      after.resourceServers = client.resourceServers.filter((one) => one !== id);
    }
    if (client.defaultResourceServer === id) delete after.defaultResourceServer;
    if (client.introspects?.includes(id) === true) {
      how.push('introspects');
      after.introspects = client.introspects.filter((one) => one !== id);
    }
    if (client.claims?.some(({ resourceServer }) => resourceServer === id) === true) {
      how.push('claims');
      after.claims = client.claims.filter(({ resourceServer }) => resourceServer !== id);
    }
  }
  if (removed.kind === 'connector' && client.connectors?.includes(removed.id) === true) {
    how.push('connectors');
    // An empty list offers nothing; without a list the client would offer every userstore.
    after.connectors = client.connectors.filter((id) => id !== removed.id);
  }
  return how.length === 0 ? undefined : { client: after, how };
}
