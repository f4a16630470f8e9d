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
 * A grant whose id follows from whose it is, so that two tabs that open one application at the same moment make the same one:
 * a session knows one grant a client, and the tokens of any other would be dead.
 */
export async function newGrant(provider: Provider, granting: Granting): Promise<Grant> {
  const { sessionUid, accountId, clientId, formerId } = granting;
  const grant = new provider.Grant({ accountId, clientId });
  // One that the session names and nobody finds is on its way from another tab; one that is found and dead stays dead.
  const isThere = formerId !== undefined && (await currentScope().reads.grant(formerId)) !== undefined;
  grant.jti =
    formerId === undefined || isThere ? derived('grant', sessionUid, accountId, clientId, formerId ?? '') : formerId;
  return grant;
}

/** The session's name towards a client (the `sid` claim), for the same reason the same in every tab. */
export const sidOf = (sessionUid: string, clientId: string): string => derived('sid', sessionUid, clientId);

// A session's uid has 126 random bits and is told to nobody, so nothing is learnt from what is derived from it.
const derived = (...from: readonly string[]): string => hashOf(JSON.stringify(from)).slice('sha256:'.length);
