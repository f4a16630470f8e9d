import type { ZodType } from 'zod';
import type {
  AccountFault,
  LockoutRule,
  PasswordConnector,
  UpstreamIdentity,
  UserstoreFault,
} from '../../identity/userstores/password-connector.js';
import type { UpstreamReader } from './upstream-reader.js';
import type {
  ClaimChange,
  PasswordReset,
  PasswordResetOutcome,
  ProfileWriteOutcome,
  WritingAbility,
} from './upstream-writer.js';

/**
 * One protocol. `app/` lists the kinds; everything else handles connectors by this contract.
 *
 * @typeParam Settings what an administrator writes in `connection` and `subject`, parsed
 */
export interface ConnectorKind<Settings = unknown> {
  readonly kind: string;
  /** Parses `connection` and `subject` with the defaults of the preset applied. Refuses unknown fields. */
  readonly settings: ZodType<Settings>;
  /** The values of `preset`, each with the settings that it stands for. An administrator's own settings come first. */
  readonly presets: ReadonlyMap<string, object>;
  /** What its connectors can write. Absent: nothing. */
  writes?(settings: Settings): WritingAbility;
  /** The id of a user as it is stored, of any spelling that an administrator may copy. Absent: an id has one spelling. */
  subjectText?(settings: Settings, typed: string): string;
  /**
   * By which id of the upstream users are known, as a text. Another one takes effect with the next complete synchronization, which moves
   * their links. Undefined, or absent: it takes effect at once, since there is no reader.
   */
  idOf?(settings: Settings): string | undefined;
  create(parts: ConnectorParts<Settings>): UpstreamConnector;
}

export interface ConnectorParts<Settings> {
  readonly id: string;
  readonly settings: Settings;
  /** The secret of the connection, such as the password of the service account; opened. */
  readonly secret?: string;
  /**
   * The `idOf` by which users are linked, if it is another than that of the settings. Until a synchronization has moved all links, users are
   * known by either.
   */
  readonly formerId?: string;
  /** The claims that the mapping reads; a kind that has to name what it asks for asks for these too. */
  readonly claims?: readonly string[];
  /** E-mail domains whose users exist only there. */
  readonly domains?: readonly string[];
  /** Reports a fault of the upstream for the log: a reason code and what it concerns, never a value that a person typed. */
  readonly report: (event: ConnectorEvent) => void;
}

export interface ConnectorEvent {
  readonly reason: string;
  readonly details?: Readonly<Record<string, string | number>>;
}

/** A connector to a userstore elsewhere. It returns a value whatever the upstream does, and never throws. */
export interface UpstreamConnector extends PasswordConnector {
  /** Reads a user again by the immutable subject, without a password. `unknown`: the directory answered and has no such user. */
  lookup(subject: string): Promise<LookupOutcome>;
  /** Reads everybody for a synchronization. Absent: its kind cannot, or has no service account. */
  readonly reader?: UpstreamReader;
  /** Changes values of a user, all or none, as the service account. Absent: it writes no values. */
  writeProfile?(subject: string, changes: readonly ClaimChange[]): Promise<ProfileWriteOutcome>;
  /** Sets a user's password, for an administrator, as the service account. Absent: it sets none. */
  setPassword?(subject: string, reset: PasswordReset): Promise<PasswordResetOutcome>;
  /** How the upstream itself locks accounts, as far as it tells. Undefined: it locks none, or does not tell. Absent: its kind cannot read it. */
  ownLockout?(): Promise<OwnLockout | undefined>;
  /** Tries every step that a sign-in needs, in order, and changes nothing. @param name a user to look up as a sample */
  test(name?: string): Promise<readonly TestStep[]>;
  /** What is known of the upstream's health in this process. */
  health(): ConnectorHealth;
  /** Ends its connections. Nothing else is called afterwards. */
  close(): Promise<void>;
}

export interface OwnLockout {
  readonly rule: LockoutRule;
  /** What says so there, such as the name of an entry. */
  readonly at: string;
}

export type LookupOutcome =
  | { readonly kind: 'found'; readonly identity: UpstreamIdentity }
  | { readonly kind: 'unknown' }
  | { readonly kind: Extract<AccountFault, 'locked' | 'disabled' | 'expired'> }
  | { readonly kind: UserstoreFault; readonly reason: string };

/** One step of a test, or of one server of several. */
export interface TestStep {
  readonly step: 'resolve' | 'connect' | 'tls' | 'bind' | 'search' | 'lockout' | 'sample' | 'groups';
  /** `skipped`: an earlier step failed, or the settings have no use for it. */
  readonly outcome: 'ok' | 'failed' | 'skipped' | 'warning';
  /** The server or base that it concerns. */
  readonly at?: string;
  /** The reason code of a failure or warning. */
  readonly reason?: string;
  /** What was seen, for the administrator: lines such as `certificate: valid until 2027-01-01`. */
  readonly details?: readonly string[];
  /** Of the step `lockout`: what the upstream says. */
  readonly lockout?: OwnLockout;
  /** Of the step `tls`: when the certificate of the server ends. */
  readonly certificateUntil?: number;
  /** The identity of the sample user, as a sign-in would see it. */
  readonly identity?: UpstreamIdentity;
}

export interface ConnectorHealth {
  /** `unknown`: not used since the process started. `failing`: the last use failed, and the breaker may be open. */
  readonly state: 'ok' | 'failing' | 'unknown';
  readonly lastSuccessAt?: number;
  readonly lastFailureAt?: number;
  readonly lastFailure?: string;
  /** When the certificate of the server ends, as last seen. */
  readonly certificateUntil?: number;
}
