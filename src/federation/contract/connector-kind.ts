import type { KeyObject } from 'node:crypto';
import type { ZodType } from 'zod';
import type { Instant } from '../../base/clock.js';
import type {
  AccountFault,
  PasswordConnector,
  UpstreamIdentity,
  UserstoreFault,
} from '../../identity/userstores/password-connector.js';
import type { Mapping } from '../mapping/mapping-input.js';
import type { ConnectorHealth, OwnLockout, TestStep } from './connector-condition.js';
import type { ConnectorAddresses, RedirectConnector, UpstreamFetch } from './redirect-connector.js';
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
export type ConnectorKind<Settings = unknown> = PasswordKind<Settings> | RedirectKind<Settings>;

interface AnyKind<Settings> {
  readonly kind: string;
  /** Parses `connection` and `subject` with the defaults of the preset applied. Refuses unknown fields. */
  readonly settings: ZodType<Settings>;
  /** The values of `preset`, each with the settings that it stands for. An administrator's own settings come first. */
  readonly presets: ReadonlyMap<string, ConnectorPreset>;
  /** The rules for fields where neither an administrator nor the preset has any. Absent: none. */
  readonly mapping?: PresetMapping;
  /** The id of a user as it is stored, of any spelling that an administrator may copy. Absent: an id has one spelling. */
  subjectText?(settings: Settings, typed: string): string;
}

/** What stands where an administrator writes nothing. */
export interface ConnectorPreset {
  readonly connection?: object;
  readonly subject?: object;
  readonly mapping?: PresetMapping;
}

/** The two belong together: `emailTrust` is for these rules, and not for those of an administrator. */
export interface PresetMapping {
  readonly profile: Mapping['profile'];
  /** Absent: `never`. */
  readonly emailTrust?: NonNullable<Mapping['emailTrust']>;
}

/** People type their password here, and the upstream checks it. */
export interface PasswordKind<Settings = unknown> extends AnyKind<Settings> {
  readonly signsInBy: 'password';
  /** What its connectors can write. Absent: nothing. */
  writes?(settings: Settings): WritingAbility;
  /**
   * By which id of the upstream users are known, as a text. Another one takes effect with the next complete synchronization, which moves
   * their links. Undefined, or absent: it takes effect at once, since there is no reader.
   */
  idOf?(settings: Settings): string | undefined;
  create(parts: ConnectorParts<Settings>): UpstreamConnector;
}

/** The browser goes to the upstream, and comes back. */
export interface RedirectKind<Settings = unknown> extends AnyKind<Settings> {
  readonly signsInBy: 'redirect';
  /** Its upstreams never tell when people signed in there, so no rule can ask for a recent sign-in. */
  readonly tellsNoTime?: true;
  /**
   * The settings on which the ids of people depend, as texts, by their fields: with another client id the same person may have another one
   * (Core 8.1). Nobody who is linked may be recognized after such a change. Absent: none is known to matter.
   */
  idsDependOn?(settings: Settings): ReadonlyMap<string, string>;
  /** Answers to its connectors are documents: see `receive` of a connector. */
  readonly readsDocuments?: true;
  /** Its connectors have key pairs of their own, each in a certificate that this makes (DER). Absent: they have none. */
  readonly certify?: CertifyOwnKey;
  create(parts: RedirectParts<Settings>): RedirectConnector;
}

/** @returns a certificate in DER */
export type CertifyOwnKey = (
  pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  name: string,
  time: { readonly from: Instant; readonly until: Instant },
) => Buffer;

/** A key pair of a connector. */
export interface OwnKey {
  /** `next`: announced. `current`: signs. `former`: opens what was encrypted before. */
  readonly state: 'next' | 'current' | 'former';
  readonly privateKey: KeyObject;
  /** DER. */
  readonly certificate: Buffer;
}

export interface RedirectParts<Settings> extends ConnectorParts<Settings> {
  readonly fetch: UpstreamFetch;
  readonly addresses: ConnectorAddresses;
  /** Newest first. Absent: its kind has none. */
  readonly ownKeys?: readonly OwnKey[];
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
  readonly signsInBy: 'password';
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

export type LookupOutcome =
  | { readonly kind: 'found'; readonly identity: UpstreamIdentity }
  | { readonly kind: 'unknown' }
  | { readonly kind: Extract<AccountFault, 'locked' | 'disabled' | 'expired'> }
  | { readonly kind: UserstoreFault; readonly reason: string };
