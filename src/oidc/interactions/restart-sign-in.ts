import { hashOf } from '../../base/crypto/hash-of.js';
import type { StartAgain } from '../../sign-in/interaction.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { currentScope } from '../request-scope/request-scope.js';

/** Gives where a person starts again whose sign-in of this uid cannot go on. */
export type StartAgainFrom = (uid: string) => Promise<StartAgain | undefined>;

/**
 * Where a person starts again whose sign-in of this uid cannot go on: at the address that its application has registered, which
 * is told whose people it is to sign in (OpenID Connect Core 4). Undefined where nobody knows. Nothing of it is taken from the request.
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
