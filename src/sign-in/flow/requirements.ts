import type { Level } from '../../base/authentication-level.js';

/** The requirements of the authorization request and its client, for `nextStep`. */
export interface Requirements {
  /** prompt=login: authenticate again, even with an active session. */
  readonly login: boolean;
  /** prompt=select_account: ask for the account, even with an active session. */
  readonly choose: boolean;
  /** prompt=consent, or a native client (RFC 8252 8.6): ask for consent again, whatever was granted before. */
  readonly consent: boolean;
  /** max_age: the maximum age of the authentication. */
  readonly maxAgeSeconds?: number;
  /** The only acceptable users, from id_token_hint and a requested `sub`; if empty, nobody. */
  readonly subjects?: readonly string[];
  /** The name is asked for on a page of its own. Only the pages need it: on arrival either page is a sign-in. */
  readonly nameFirst?: true;
  /** The userstores that the client offers; absent: all. */
  readonly userstores?: readonly string[];
  /** The level that the client requires for every sign-in, whatever the request says. */
  readonly level?: Level;
  /** Users with a second factor use it at every sign-in, whatever else is required. */
  readonly alwaysSecondFactor: boolean;
  /**
   * The requested `acr` values (acr_values, and essential ones of the claims parameter), in order of preference: one of each
   * list must be reached.
   */
  readonly acrValues: readonly (readonly string[])[];
}
