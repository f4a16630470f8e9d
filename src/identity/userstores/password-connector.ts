import type { JsonObject } from '../../base/json.js';
import type { Stored } from '../../storage/spec.js';
import type { User } from '../users/user.js';

/**
 * One userstore of the chain: it checks the passwords of its users. `primary` is Gatehouse.
 *
 * A connector knows its protocol, and nothing of throttling, pages or sessions. It never repeats a guess, and returns a value
 * whatever the userstore does.
 */
export interface PasswordConnector {
  /** The name of the userstore: lower-case letters, digits and hyphens. */
  readonly id: string;
  /** E-mail domains, in ASCII form, whose users exist only in this userstore. */
  readonly domains?: readonly string[];
  /** It compares with our hashes, so its answer takes as long as a hash. */
  readonly comparesHashes?: true;
  authenticate(typed: TypedPassword, known: KnownIdentity): Promise<ConnectorOutcome>;
}

export interface TypedPassword {
  /** Normalized, without the prefix that chose the userstore. */
  readonly name: string;
  /** As typed; never empty. */
  readonly password: string;
}

/** Our stored data for the name, read at most once. */
export interface KnownIdentity {
  /** The user whom this name identifies in this userstore. */
  user(): Promise<Stored<User> | undefined>;
}

/** A user as a userstore describes them after authentication. */
export interface UpstreamIdentity {
  /** The id of the user in the userstore, which never changes and is never reused. */
  readonly subject: string;
  readonly claims: JsonObject;
  /** Absent: the userstore does not report groups. Empty: the user is in none. */
  readonly groups?: readonly string[];
}

/** Only `unknown` continues with the next userstore. */
export type ConnectorOutcome =
  | { readonly kind: 'ok'; readonly identity: UpstreamIdentity }
  /** Authenticated, but some data for the mapping could not be read. */
  | { readonly kind: 'partial'; readonly identity: UpstreamIdentity }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'wrong-credentials' }
  | { readonly kind: AccountFault }
  | { readonly kind: UserstoreFault; readonly reason: string };

/** The userstore knows the user and refuses the sign-in. */
export type AccountFault = 'locked' | 'disabled' | 'expired' | 'must-change' | 'not-allowed' | 'denied';

/** The userstore could not check the password and revealed nothing about it. `reason` is for the log. */
export type UserstoreFault = 'unavailable' | 'upstream-error' | 'misconfigured';
