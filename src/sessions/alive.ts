import type { Instant } from '../base/clock.js';
import type { Grant } from './grants/grant.js';
import type { Session } from './session.js';
import { isSince, type SignedOut, type SignOutEpoch } from './sign-out-epoch.js';
import type { Token } from './tokens/token.js';

/** The fields of a user that decide whether their sessions and tokens are alive. */
export interface Owner extends SignedOut {
  readonly state: 'active' | 'disabled';
}

/** The documents that a token refers to, as the caller read them. */
export interface TokenReferences {
  readonly grant?: Grant | undefined;
  readonly session?: Session | undefined;
  readonly owner?: Owner | undefined;
}

/**
 * Whether a token that was found still opens anything: it, its grant, its user and, where it is bound to one, its session
 * all live. Pure: of what its user was signed out of, the epoch decides and no clock. Whether a code or refresh token was used before is another question.
 */
export function alive(token: Token, { grant, session, owner }: TokenReferences, at: Instant): boolean {
  if (token.expiresAt <= at || token.revokedAt !== undefined) return false;
  // A client acting for itself has neither user nor grant.
  if (token.userId === undefined) return true;
  if (!owner || !grant || !grantAlive(grant, owner)) return false;
  return !token.sessionBound || (session !== undefined && sessionAlive(session, owner));
}

/** Whether what was issued to a client was issued to this one, and not to one that had its id before and was removed. Pure. */
export const issuedTo = (
  issued: { readonly clientMade?: Instant },
  client: { readonly createdAt: Instant } | undefined,
): boolean => client !== undefined && (issued.clientMade === undefined || issued.clientMade === client.createdAt);

export const grantAlive = (grant: Grant, owner: Owner): boolean =>
  grant.revokedAt === undefined && livesOn(grant.signOutEpoch, owner);

/** A session nobody has signed in to has no owner, and lives until it ends. */
export const sessionAlive = (session: Session, owner: Owner | undefined): boolean =>
  session.endedAt === undefined &&
  (session.userId === undefined || (owner !== undefined && livesOn(session.signOutEpoch, owner)));

const livesOn = (epoch: SignOutEpoch, owner: Owner): boolean => owner.state === 'active' && isSince(epoch, owner);
