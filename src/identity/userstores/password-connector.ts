import type { JsonObject } from '../../base/json.js';
import type { Stored } from '../../storage/spec.js';
import type { User } from '../users/user.js';

/**
 * One userstore of the chain: it checks the password of users who live there. `primary` is ours.
 *
 * A connector knows its protocol, and nothing of throttling, pages or sessions. It never repeats a guess, and answers with a value
 * whatever the userstore does.
 */
export interface PasswordConnector {
  /** The name of the userstore: lower-case letters, digits and hyphens. */
  readonly id: string;
  /** E-mail domains, in their ASCII form, whose users are asked for here and nowhere else. */
  readonly domains?: readonly string[];
  /** It compares with hashes of ours, so its answer takes as long as a hash. */
  readonly comparesHashes?: true;
  authenticate(typed: TypedPassword, known: KnownIdentity): Promise<ConnectorOutcome>;
}

export interface TypedPassword {
  /** Normalized, without the prefix that chose the userstore. */
  readonly name: string;
  /** As it was typed; never empty. */
  readonly password: string;
}

/** What our store knows of the name, read at most once. */
export interface KnownIdentity {
  /** The user whom this name identifies in this userstore. */
  user(): Promise<Stored<User> | undefined>;
}

/** A user as a userstore describes them, once it has checked who they are. */
export interface UpstreamIdentity {
  /** The id of the user in the userstore, which never changes and is never used again. */
  readonly subject: string;
  readonly claims: JsonObject;
  /** Absent: the userstore says nothing about groups. Empty: the user is in none. */
  readonly groups?: readonly string[];
}

/** Only `unknown` continues with the next userstore. */
export type ConnectorOutcome =
  | { readonly kind: 'ok'; readonly identity: UpstreamIdentity }
  /** Authenticated, but not all that the mapping needs could be read. */
  | { readonly kind: 'partial'; readonly identity: UpstreamIdentity }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'wrong-credentials' }
  | { readonly kind: AccountFault }
  | { readonly kind: UserstoreFault; readonly reason: string };

/** The user is known there and may not sign in. */
export type AccountFault = 'locked' | 'disabled' | 'expired' | 'must-change' | 'not-allowed' | 'denied';

/** The userstore could not judge: nothing was learned about the password. `reason` is for the log. */
export type UserstoreFault = 'unavailable' | 'upstream-error' | 'misconfigured';
