/** Why an operation has no answer that can be used. Result codes of the directory are answers, not failures. */
export type LdapFailure =
  /** No connection, or it was lost before the answer was complete. */
  | { readonly kind: 'lost'; readonly reason: LossReason; readonly server?: string }
  /** The server's certificate was refused. */
  | { readonly kind: 'untrusted'; readonly reason: CertificateReason; readonly server: string }
  /** The answer breaks the protocol or our bounds. */
  | { readonly kind: 'broken'; readonly reason: BreachReason; readonly server: string }
  /** The directory refused the bind of the service account with this result code. */
  | { readonly kind: 'service-bind'; readonly code: number; readonly server: string }
  /** The directory refused to start TLS with this result code. */
  | { readonly kind: 'start-tls'; readonly code: number; readonly server: string }
  /** The settings name a service account, and there is no password for it. */
  | { readonly kind: 'no-secret' };

export type LossReason =
  | 'connect-timeout'
  | 'connect-refused'
  | 'connect-failed'
  | 'host-unknown'
  | 'host-unreachable'
  | 'tls-failed'
  | 'timeout'
  | 'connection-closed'
  /** Every server rests after failures. */
  | 'servers-resting'
  /** Too many operations wait. */
  | 'overloaded'
  | 'connector-closed';

export type CertificateReason =
  'certificate-expired' | 'certificate-not-yet-valid' | 'certificate-wrong-host' | 'certificate-untrusted';

export type BreachReason =
  | 'answer-too-large'
  | 'answer-malformed'
  /** An answer of another kind than the request, or one to no request. */
  | 'answer-unexpected'
  | 'bytes-before-tls'
  /** The directory returned the same page cookie again. */
  | 'paging-stuck';

export type LdapAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: LdapFailure };

export const answered = <T>(value: T): LdapAnswer<T> => ({ ok: true, value });
export const failed = (failure: LdapFailure): { readonly ok: false; readonly failure: LdapFailure } => ({
  ok: false,
  failure,
});
