import type { Grant, Provider } from 'oidc-provider';
import { hashOf } from '../../base/crypto/hash-of.js';
import { currentScope } from '../request-scope/request-scope.js';

interface Granting {
  readonly sessionUid: string;
  readonly accountId: string;
  readonly clientId: string;
  /** The one that the session names for this client, which could not be taken up; undefined for none. */
  readonly formerId: string | undefined;
}

/**
 * A grant whose id is derived from its session, user and client, so that two tabs that open one application at the same moment create the
 * same grant. A session knows one grant for each client, and the tokens of any other would be dead.
 */
export async function newGrant(provider: Provider, granting: Granting): Promise<Grant> {
  const { sessionUid, accountId, clientId, formerId } = granting;
  const grant = new provider.Grant({ accountId, clientId });
  // If the session names a grant that is not found, another tab is about to write it. A dead grant stays dead.
  const isThere = formerId !== undefined && (await currentScope().reads.grant(formerId)) !== undefined;
  grant.jti =
    formerId === undefined || isThere ? derived('grant', sessionUid, accountId, clientId, formerId ?? '') : formerId;
  return grant;
}

/** The session's name for a client (the `sid` claim). It is derived for the same reason. */
export const sidOf = (sessionUid: string, clientId: string): string => derived('sid', sessionUid, clientId);

// A session's uid has 126 random bits and is never shown, so derived values reveal nothing.
const derived = (...from: readonly string[]): string => hashOf(JSON.stringify(from)).slice('sha256:'.length);
