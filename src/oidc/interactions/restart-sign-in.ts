import { hashOf } from '../../base/crypto/hash-of.js';
import type { StartAgain } from '../../sign-in/interaction.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { currentScope } from '../request-scope/request-scope.js';

/** Gives where a user starts again if the sign-in with this uid cannot continue. */
export type StartAgainFrom = (uid: string) => Promise<StartAgain | undefined>;

/**
 * Where a user starts again if the sign-in with this uid cannot continue. It is the address that the application registered for this, with
 * our issuer as `iss` (OpenID Connect Core 4). Undefined if the application is unknown or has no such address. Nothing is taken from the
 * request.
 */
export const startAgainFrom =
  (issuer: string, clients: ClientLookup): StartAgainFrom =>
  async (uid) => {
    const clientId = uid === '' ? undefined : (await currentScope().reads.interaction(hashOf(uid)))?.clientId;
    const client = clientId === undefined ? undefined : await clients.get(clientId);
    if (client?.initiateLoginUri === undefined) return undefined;
    const href = new URL(client.initiateLoginUri);
    href.searchParams.set('iss', issuer);
    return { application: client.name, href: href.href };
  };
