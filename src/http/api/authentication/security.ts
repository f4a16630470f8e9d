import type { Why } from '../../refusals/because.js';
import type { Principal } from './principal.js';

/** How callers of an operation may authenticate. */
export type AuthenticationWay =
  /** A client, by HTTP Basic with its secret. */
  | 'client-basic'
  /** A client, by an access token that it got for itself. */
  | 'client-token'
  /** A user, by an access token that a client got for them. */
  | 'user-token';

/** The authentication that an operation asks for. `open`: none, and everybody may call it. */
export type Security = 'open' | CallerSecurity;

export interface CallerSecurity {
  readonly ways: readonly [AuthenticationWay, ...AuthenticationWay[]];
  /** `refused`: tokens that are bound to a key (DPoP) are not accepted. Absent: they are accepted with a proof. */
  readonly dpop?: 'refused';
  /** A sentence for callers that are turned away: who may call the operation, and how they authenticate. */
  readonly help: string;
  /** Refuses an authenticated caller that may not call this operation, with 401. Absent: every caller may. */
  readonly accepts?: (principal: Principal) => Why | undefined;
}

/** Whether access tokens are accepted, as `Bearer` or also bound to a key. */
export const acceptsTokens = ({ ways }: CallerSecurity): boolean => ways.some((way) => way !== 'client-basic');
export const acceptsProofs = (security: CallerSecurity): boolean =>
  acceptsTokens(security) && security.dpop !== 'refused';
