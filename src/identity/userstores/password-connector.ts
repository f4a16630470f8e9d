import type { Stored } from '../../storage/spec.js';
import type { User } from '../users/user.js';

/**
 * One userstore of the chain: it checks the passwords of its users. `primary` is Gatehouse.
 *
 * A connector knows its protocol, and nothing of throttling, pages or sessions. It never repeats a guess, and returns a value
 * whatever the userstore does.
 */
export interface PasswordConnector {
  /** The name of the userstore: lower-case letters, digits and hyphens. It never changes, since users refer to it. */
  readonly id: string;
  /** Its name for people. Absent: the id. */
  readonly displayName?: string;
  /** E-mail domains, in ASCII form, whose users exist only in this userstore. */
  readonly domains?: readonly string[];
  /** Those whose users may sign in by this connector alone. */
  readonly enforces?: readonly EnforcedDomain[];
  /** The rule by which the userstore locks accounts after wrong passwords. Absent: it locks none. */
  readonly lockout?: () => Promise<LockoutRule>;
  /** After a refusal that proves no password: `next` goes on to the next userstore. Absent: `stop`. */
  readonly afterWrongPassword?: AfterWrongPassword;
  /** It compares with our hashes, so its answer takes as long as a hash. */
  readonly comparesHashes?: true;
  authenticate(typed: TypedPassword, known: KnownIdentity): Promise<ConnectorOutcome>;
  /**
   * Sets a new password for the user who proves the present one, and signs in with the new one. Like `authenticate`, it sends the present
   * password once, and asks `mayGuess` before. Absent: users change their password elsewhere.
   */
  changePassword?(typed: TypedPasswordChange, known: KnownIdentity): Promise<PasswordChangeOutcome>;
}

export type AfterWrongPassword = 'stop' | 'next';

export interface TypedPassword {
  /** Normalized, without the prefix that chose the userstore. */
  readonly name: string;
  /** As typed; never empty. */
  readonly password: string;
}

export interface TypedPasswordChange extends TypedPassword {
  /** The password to set, as typed; never empty. */
  readonly next: string;
  /** The immutable id of the account, if it is known: then it is this account or none, whatever the name means. */
  readonly subject?: string;
}

/** Our stored data for the name, read at most once. */
export interface KnownIdentity {
  /** The user whom this name identifies in this userstore. */
  user(): Promise<Stored<User> | undefined>;
  /**
   * Asked once, right before a password is sent to a userstore that may lock the account. False: the password must not be sent,
   * and the outcome is `held-back`.
   *
   * @param account the immutable id of the account, or what names it there if the id is not known yet
   */
  mayGuess(account: string): Promise<boolean>;
}

/** `except`: usernames that may go on by another way, such as an administrator for when the directory is away. */
export interface EnforcedDomain {
  readonly name: string;
  readonly except: readonly string[];
}

/** An account is locked after so many wrong passwords, each within this time (in milliseconds) after the one before. */
export interface LockoutRule {
  readonly failures: number;
  readonly within: number;
}

/** A user as an upstream (a directory, or an identity provider) describes them after authentication. */
export interface UpstreamIdentity {
  /** The id of the user there, which never changes and is never reused. Not empty; at most 255 characters. */
  readonly subject: string;
  /** Another id of the user there, while links change from one to the other: a link may know the user by either. */
  readonly otherSubject?: string;
  /** Which id of the user `subject` is, where its connector can be set to know people by another one. Absent: the usual one of its kind. */
  readonly subjectBy?: string;
  /**
   * Which id `otherSubject` is. A link that knows the user by it gets `subject` at this sign-in; one that has this text as another id is of
   * somebody else. Absent: a synchronization moves links, and the two ids never look alike.
   */
  readonly otherBy?: string;
  /**
   * By name, in the spelling of the upstream's protocol; LDAP attribute names in lower case. Every claim has at least one value.
   * A map, since names from outside are never keys of objects.
   */
  readonly claims: ReadonlyMap<string, readonly string[]>;
  /** Absent: the upstream did not report groups. Empty: the user is in none. */
  readonly groups?: readonly UpstreamGroup[];
  /** The authentication level that it reports; absent: none. */
  readonly level?: string;
  /** The authentication methods that it reports, such as those of RFC 8176; absent: it does not tell. */
  readonly methods?: readonly string[];
  /** With which its connector can ask again about the user (RFC 6749 1.5). Secret, and at most 4,096 characters. Absent: it keeps none. */
  readonly refreshToken?: string;
}

/** A group of the upstream, with everything it reports. */
export interface UpstreamGroup {
  /** Never changes and is never reused; absent: the upstream has no such id. */
  readonly id?: string;
  readonly name: string;
  /** Its distinguished name (RFC 4514), if the upstream is a directory. */
  readonly dn?: string;
}

/** Only `unknown` continues with the next userstore, unless `afterWrongPassword` says otherwise. */
export type ConnectorOutcome =
  | { readonly kind: 'ok'; readonly identity: UpstreamIdentity }
  /** Authenticated, but some data for the mapping could not be read. */
  | { readonly kind: 'partial'; readonly identity: UpstreamIdentity }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'wrong-credentials' }
  /** `mayGuess` said no: the password was not sent. */
  | { readonly kind: 'held-back' }
  | { readonly kind: AccountFault }
  | { readonly kind: UserstoreFault; readonly reason: string };

export type PasswordChangeOutcome =
  /** What the userstore said of the present password. Nothing was changed. */
  | Exclude<ConnectorOutcome, { readonly kind: 'ok' | 'partial' }>
  /** The new password is set. `signIn`: the outcome of a sign-in with it. */
  | { readonly kind: 'changed'; readonly signIn: ConnectorOutcome }
  /** The present password is right. `reason` is for the log, as in {@link UserstoreFault}. */
  | { readonly kind: 'not-changed'; readonly fault: NewPasswordFault; readonly reason: string };

/** Why a userstore did not set a new password. */
export type NewPasswordFault =
  | 'too-short'
  | 'too-long'
  /** Too easy to guess, by the rules of the userstore. */
  | 'too-simple'
  /** One of the user's former passwords. */
  | 'used-before'
  /** The present password was set too recently. */
  | 'too-young'
  /** One of the userstore's rules forbids it, and it does not say which: length, strength, history or age. */
  | 'against-rules'
  /** Users may not change their password there. */
  | 'change-not-allowed'
  /** For another reason, or for none that it tells. */
  | 'refused'
  /** It did not answer: the new password may be set or not. */
  | 'unanswered';

/** The userstore knows the user and refuses the sign-in. */
export type AccountFault = 'locked' | 'disabled' | 'expired' | 'must-change' | 'not-allowed' | 'denied';

/**
 * The userstore could not check the password and revealed nothing about it. `reason` is for the log: a short code, such as
 * `connect-timeout`, never text of the upstream.
 */
export type UserstoreFault = 'unavailable' | 'upstream-error' | 'misconfigured';
