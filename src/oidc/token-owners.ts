import type { Client } from '../realm/client.js';

/** What of a token says whom it concerns. */
export interface Concerned {
  readonly clientId?: string | undefined;
  readonly aud?: unknown;
}

/**
 * Whether this client may learn what a token is worth: it was issued to it, or the client is the resource server that it is
 * for, and proves it by authenticating. Everybody else is told that it is worth nothing (RFC 7662 4).
 */
export const mayIntrospect = (client: Client, { clientId, aud }: Concerned): boolean =>
  clientId === client.id ||
  (client.authentication !== 'none' && typeof aud === 'string' && client.introspects?.includes(aud) === true);

/** RFC 7009 2.1: nobody revokes another client's token, or learns whether it is one. */
export const mayRevoke = (clientId: string, token: Concerned): boolean => token.clientId === clientId;
