import { logRefusal } from '../../http/refusals/log-refusal.js';
import { shownUri } from '../../http/refusals/shown-uri.js';
import type { Client } from '../../realm/clients/client.js';
import { audiencesOf } from '../issuance/audiences.js';

/** The fields of a token that say whom it concerns. */
export interface Concerned {
  readonly clientId?: string | undefined;
  readonly aud?: unknown;
}

/**
 * Whether this client may introspect a token. It may if the token was issued to it. It also may if it is the resource server that the token
 * is for, and authenticates. Everybody else is told that the token is inactive (RFC 7662 4).
 */
export const mayIntrospect = (client: Client, { clientId, aud }: Concerned): boolean =>
  clientId === client.id ||
  (client.authentication !== 'none' && audiencesOf(aud).some((audience) => client.introspects?.includes(audience)));

/** RFC 7009 2.1: nobody revokes another client's token, or learns whether it is one. */
export const mayRevoke = (clientId: string, token: Concerned): boolean => token.clientId === clientId;

/** Says in the request's log line why a live token is answered as inactive: an API that asks with the wrong client sees no more than that. */
export function notForCaller(
  ctx: Parameters<typeof logRefusal>[0],
  { id }: Client,
  { clientId, aud }: Concerned,
): void {
  const audience = [aud ?? []].flat().filter((one) => typeof one === 'string');
  const whom = audience.length === 0 ? 'no API' : audience.map(shownUri).join(', ');
  logRefusal(ctx, {
    client: id,
    endpoint: 'introspection',
    error: 'inactive',
    reason: 'audience-wrong',
    words: `token of the client ${clientId ?? 'unknown'} is for ${whom}, which is not among the client’s introspects`,
  });
}
