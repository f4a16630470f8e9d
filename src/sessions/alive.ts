import { type Block, isBlocked } from '../base/block.js';
import type { Instant } from '../base/clock.js';
import type { Grant } from './grants/grant.js';
import type { Session } from './session.js';
import { isSince, type SignedOut, type SignOutEpoch } from './sign-out-epoch.js';
import type { Token } from './tokens/token.js';

/** The fields of a user that determine whether their sessions and tokens are valid. */
export interface Owner extends SignedOut {
  readonly blocks: readonly Block[];
}

/** The documents that a token refers to, as the caller read them. */
export interface TokenReferences {
  readonly grant?: Grant | undefined;
  readonly session?: Session | undefined;
  readonly owner?: Owner | undefined;
}

/**
 * Whether a stored token is still valid: it, its grant, its user and, if it is bound to one, its session all are. Pure: the
 * epoch determines what a sign-out ended, and no clock is compared with another. Whether a code or refresh token was used before is a separate
 * question.
 */
export function alive(token: Token, { grant, session, owner }: TokenReferences, at: Instant): boolean {
  if (token.expiresAt <= at || token.revokedAt !== undefined) return false;
  // A client acting for itself has neither user nor grant.
  if (token.userId === undefined) return true;
  if (!owner || !grant || !grantAlive(grant, owner, at)) return false;
  return !token.sessionBound || (session !== undefined && sessionAlive(session, owner, at));
}

/** Whether something was issued to this client, and not to a removed one with the same id. Pure. */
export const issuedTo = (
  issued: { readonly clientMade?: Instant },
  client: { readonly createdAt: Instant } | undefined,
): boolean => client !== undefined && (issued.clientMade === undefined || issued.clientMade === client.createdAt);

export const grantAlive = (grant: Grant, owner: Owner, at: Instant): boolean =>
  grant.revokedAt === undefined && livesOn(grant.signOutEpoch, owner, at);

/** A session without a sign-in has no owner, and is valid until it ends. */
export const sessionAlive = (session: Session, owner: Owner | undefined, at: Instant): boolean =>
  session.endedAt === undefined &&
  (session.userId === undefined || (owner !== undefined && livesOn(session.signOutEpoch, owner, at)));

const livesOn = (epoch: SignOutEpoch, owner: Owner, at: Instant): boolean =>
  !isBlocked(owner, at) && isSince(epoch, owner);
