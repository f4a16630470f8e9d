import type { Instant } from '../../../base/clock.js';
import type { Why } from '../../refusals/because.js';
import type { Reason } from '../../refusals/reasons.js';
import type { Principal } from './principal.js';

/** The result of authenticating a caller. A refused caller does not learn which of the reasons applied; the log does. */
export type Authenticated = { readonly ok: true; readonly principal: Principal } | AuthenticationRefusal;

export type AuthenticationRefusal = { readonly ok: false; readonly why: Why; readonly client?: string | undefined } & (
  | { readonly kind: 'unauthenticated' }
  /** A token was presented. `error` is its code in the challenge (RFC 6750 3.1, RFC 9449 7.1). */
  | {
      readonly kind: 'token-refused';
      readonly error: TokenError;
      readonly scheme: 'Bearer' | 'DPoP';
      readonly detail?: string;
    }
  | { readonly kind: 'throttled'; readonly until: Instant }
);

export type TokenError = 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce';

export const notAuthenticated = (reason: Reason, words: string, client?: string): AuthenticationRefusal => ({
  ok: false,
  kind: 'unauthenticated',
  why: { reason, words },
  client,
});
