import type { UserstoreFault } from '../../../identity/userstores/password-connector.js';
import type { ConnectorEvent } from '../../contract/connector-kind.js';

/** Every reason why a sign-in fails, and whose fault it is. Text of a provider never becomes a reason. */
const KIND_OF = {
  // Requests to the provider.
  unreachable: 'unavailable',
  timeout: 'unavailable',
  'too-many-waiting': 'unavailable',
  'server-failing': 'unavailable',
  'address-refused': 'misconfigured',
  'answer-too-large': 'upstream-error',
  redirected: 'upstream-error',
  'status-unexpected': 'upstream-error',
  'not-json': 'upstream-error',
  'body-invalid': 'upstream-error',
  // Discovery and keys.
  'discovery-missing': 'misconfigured',
  'discovery-invalid': 'upstream-error',
  'issuer-mismatch': 'misconfigured',
  'no-keys': 'upstream-error',
  'key-unknown': 'upstream-error',
  // Answers of the authorization endpoint.
  'answer-state': 'upstream-error',
  'answer-issuer': 'upstream-error',
  'answer-invalid': 'upstream-error',
  'login-required': 'upstream-error',
  'interaction-required': 'upstream-error',
  'consent-required': 'upstream-error',
  'account-selection-required': 'upstream-error',
  'temporarily-unavailable': 'unavailable',
  'server-error': 'upstream-error',
  'request-refused': 'misconfigured',
  'scope-refused': 'misconfigured',
  'client-not-allowed': 'misconfigured',
  'error-unknown': 'upstream-error',
  'pending-unreadable': 'upstream-error',
  // Pushed requests.
  'push-not-offered': 'misconfigured',
  'push-refused': 'misconfigured',
  // Answers of the token endpoint.
  'no-secret': 'misconfigured',
  'secret-not-key': 'misconfigured',
  'client-refused': 'misconfigured',
  'redirect-uri-refused': 'misconfigured',
  'grant-refused': 'misconfigured',
  'code-refused': 'upstream-error',
  'token-error': 'upstream-error',
  'no-id-token': 'upstream-error',
  // ID tokens.
  'token-encrypted': 'misconfigured',
  'algorithm-refused': 'upstream-error',
  'signature-invalid': 'upstream-error',
  'token-invalid': 'upstream-error',
  'token-expired': 'upstream-error',
  'token-from-future': 'upstream-error',
  'token-too-old': 'upstream-error',
  'token-issuer': 'upstream-error',
  'token-audience': 'upstream-error',
  'token-nonce': 'upstream-error',
  'subject-invalid': 'upstream-error',
  'tenant-not-allowed': 'upstream-error',
  'auth-time-missing': 'upstream-error',
  'auth-too-old': 'upstream-error',
  // Userinfo.
  'userinfo-refused': 'upstream-error',
  'userinfo-subject': 'upstream-error',
  'refresh-subject': 'upstream-error',
  'too-many-groups': 'upstream-error',
  'groups-refused': 'upstream-error',
  'page-elsewhere': 'upstream-error',
  // A defect of ours or of the library.
  'unexpected-error': 'upstream-error',
} as const satisfies Readonly<Record<string, UserstoreFault>>;

export type ProviderReason = keyof typeof KIND_OF;

export const PROVIDER_REASONS: readonly string[] = Object.keys(KIND_OF);

export interface ProviderFault {
  readonly kind: UserstoreFault;
  readonly reason: ProviderReason;
  /** For the log: a status, an address of the provider. */
  readonly details?: ConnectorEvent['details'];
}

export const providerFault = (reason: ProviderReason, details?: ConnectorEvent['details']): ProviderFault => ({
  kind: KIND_OF[reason],
  reason,
  ...(details && { details }),
});

/** Carries a fault through the library, which passes on what the fetcher throws as a cause. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly fault: ProviderFault;

  constructor(reason: ProviderReason, details?: ConnectorEvent['details'], options?: ErrorOptions) {
    super(reason, options);
    this.fault = providerFault(reason, details);
  }
}

/** Reasons that one user's browser or account can cause, or ours alone. They say nothing of the provider's health. */
export const NOT_OF_THE_PROVIDER: ReadonlySet<ProviderReason> = new Set<ProviderReason>([
  'too-many-waiting',
  'answer-state',
  'answer-issuer',
  'answer-invalid',
  'login-required',
  'interaction-required',
  'consent-required',
  'account-selection-required',
  'temporarily-unavailable',
  'server-error',
  'request-refused',
  'scope-refused',
  'client-not-allowed',
  'error-unknown',
  'pending-unreadable',
  'code-refused',
  'token-error',
  'token-nonce',
  'tenant-not-allowed',
  'auth-time-missing',
  'auth-too-old',
  'too-many-groups',
  'groups-refused',
]);

/** The error codes of the authorization endpoint (RFC 6749 4.1.2.1, Core 3.1.2.6). */
const ANSWER_ERRORS: ReadonlyMap<string, ProviderReason> = new Map<string, ProviderReason>([
  ['login_required', 'login-required'],
  ['interaction_required', 'interaction-required'],
  ['consent_required', 'consent-required'],
  ['account_selection_required', 'account-selection-required'],
  ['temporarily_unavailable', 'temporarily-unavailable'],
  ['server_error', 'server-error'],
  ['invalid_request', 'request-refused'],
  ['unsupported_response_type', 'request-refused'],
  ['invalid_scope', 'scope-refused'],
  ['unauthorized_client', 'client-not-allowed'],
  // Of GitHub.
  ['redirect_uri_mismatch', 'request-refused'],
  ['application_suspended', 'client-not-allowed'],
]);

/** The person, or the provider, said no. That is no fault. Apple and LinkedIn have codes of their own for "Cancel". */
export const DENIALS: ReadonlySet<string> = new Set([
  'access_denied',
  'user_cancelled_authorize',
  'user_cancelled_login',
]);

/** What another error of the authorization endpoint than {@link DENIALS} means for a sign-in. */
export const answerError = (code: string): ProviderFault => providerFault(ANSWER_ERRORS.get(code) ?? 'error-unknown');

/** The error codes of the token endpoint (RFC 6749 5.2), and those that providers added. */
const TOKEN_ERRORS: ReadonlyMap<string, ProviderReason> = new Map<string, ProviderReason>([
  ['invalid_client', 'client-refused'],
  ['unauthorized_client', 'client-not-allowed'],
  ['redirect_uri_mismatch', 'redirect-uri-refused'],
  ['unsupported_grant_type', 'grant-refused'],
  // Also for a redirect URI that differs from that of the request, which cannot happen here.
  ['invalid_grant', 'code-refused'],
  ['server_error', 'server-failing'],
  ['temporarily_unavailable', 'server-failing'],
  // Slack.
  ['invalid_client_id', 'client-refused'],
  ['bad_client_secret', 'client-refused'],
  ['bad_redirect_uri', 'redirect-uri-refused'],
  // Of GitHub.
  ['bad_verification_code', 'code-refused'],
  ['bad_refresh_token', 'code-refused'],
  ['incorrect_client_credentials', 'client-refused'],
]);

/** Reasons for which the provider signed somebody in whom the settings do not let in. Waiting helps nobody. */
export const NOT_LET_IN: ReadonlySet<ProviderReason> = new Set<ProviderReason>(['tenant-not-allowed']);

/** Reasons for which an answer to a refresh token is about somebody else. */
export const OF_SOMEBODY_ELSE: ReadonlySet<ProviderReason> = new Set<ProviderReason>([
  'refresh-subject',
  'userinfo-subject',
]);

/** What an error of the endpoint for pushed requests means for a sign-in (RFC 9126 2.3). */
export const pushError = (code: string): ProviderReason =>
  ANSWER_ERRORS.get(code) ?? TOKEN_ERRORS.get(code) ?? 'push-refused';

/** What an error of the token endpoint means for a sign-in. */
export const tokenError = (code: string): ProviderFault => providerFault(TOKEN_ERRORS.get(code) ?? 'token-error');
