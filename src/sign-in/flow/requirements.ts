import type { Level } from '../../base/authentication-level.js';

/** The demands of the authorization request and its client, which `nextStep` must see satisfied. */
export interface Requirements {
  /** prompt=login: authenticate again, whoever is signed in. */
  readonly login: boolean;
  /** prompt=select_account: ask which account is meant, even where one is signed in. */
  readonly choose: boolean;
  /** prompt=consent, or a native client (RFC 8252 8.6): ask for consent again, whatever was granted before. */
  readonly consent: boolean;
  /** max_age: how long ago, at most, the authentication may be. */
  readonly maxAgeSeconds?: number;
  /** The only users that will do, from id_token_hint and a requested `sub`; of an empty list, nobody. */
  readonly subjects?: readonly string[];
  /** The level that the client demands of every sign-in, whatever the request says. */
  readonly level?: Level;
  /** Users with a second factor use it at every sign-in, whatever else is demanded. */
  readonly alwaysSecondFactor: boolean;
  /**
   * `acr` values as the request names them (acr_values, and essential ones of the claims parameter), the preferred ones
   * first: of each list one must be reached.
   */
  readonly acrValues: readonly (readonly string[])[];
}
