import type { LockoutRule, UpstreamIdentity } from '../../identity/userstores/password-connector.js';

export interface OwnLockout {
  readonly rule: LockoutRule;
  /** What says so there, such as the name of an entry. */
  readonly at: string;
}

/** One step of a test, or of one server of several. */
export interface TestStep {
  readonly step:
    | 'resolve'
    | 'connect'
    | 'tls'
    | 'bind'
    | 'search'
    | 'lockout'
    | 'sample'
    | 'groups'
    | 'discovery'
    | 'keys'
    | 'metadata'
    | 'certificates'
    | 'own-keys'
    | 'landing'
    | 'token'
    | 'profile';
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
