import type { UserstoreFault } from '../../identity/userstores/password-connector.js';
import type { FetchFault } from '../connectors/fetch-fault.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import { SAML_REFUSALS, type SamlRefusal } from './reader/refusals.js';

/** Reasons beside those of a message that is not believed, and whose fault they are. */
const KIND_OF = {
  // Requests for metadata.
  unreachable: 'unavailable',
  timeout: 'unavailable',
  'too-many-waiting': 'unavailable',
  'server-failing': 'unavailable',
  'address-refused': 'misconfigured',
  'answer-too-large': 'upstream-error',
  redirected: 'upstream-error',
  'metadata-missing': 'misconfigured',
  'status-unexpected': 'upstream-error',
  // What they say.
  'metadata-invalid': 'upstream-error',
  'metadata-entity': 'misconfigured',
  'metadata-not-signed': 'misconfigured',
  'metadata-signature': 'upstream-error',
  'metadata-expired': 'upstream-error',
  'metadata-no-sign-in': 'misconfigured',
  'no-signing-certificate': 'misconfigured',
  'certificate-expired': 'misconfigured',
  'certificate-unusable': 'misconfigured',
  'no-own-keys': 'misconfigured',
  // Answers.
  'saml-request-denied': 'misconfigured',
  'saml-request-refused': 'misconfigured',
  'saml-no-passive': 'upstream-error',
  'saml-no-authn-context': 'upstream-error',
  'saml-provider-failed': 'upstream-error',
  'saml-not-posted': 'upstream-error',
  'pending-unreadable': 'upstream-error',
  // Who it is.
  'saml-no-subject': 'misconfigured',
  'saml-transient-subject': 'misconfigured',
  'saml-name-id-format': 'misconfigured',
  'subject-invalid': 'upstream-error',
  'auth-too-old': 'upstream-error',
  'unexpected-error': 'upstream-error',
} as const satisfies Readonly<Record<string, UserstoreFault> & Record<FetchFault, UserstoreFault>>;

/** Settings here or there are wrong, since such a message comes from every sign-in. */
const MISCONFIGURED: ReadonlySet<string> = new Set<SamlRefusal>([
  'saml-issuer',
  'saml-destination',
  'saml-recipient',
  'saml-audience',
  'saml-not-signed',
  'saml-assertion-not-signed',
  'saml-response-not-signed',
  'saml-signature-algorithm',
  'saml-not-encrypted',
  'saml-decryption',
]);

export type SamlReason = keyof typeof KIND_OF | SamlRefusal;

export const SAML_REASONS: readonly SamlReason[] = [
  ...(Object.keys(KIND_OF) as readonly (keyof typeof KIND_OF)[]),
  ...SAML_REFUSALS,
];

export interface SamlFault {
  readonly kind: UserstoreFault;
  readonly reason: SamlReason;
  readonly details?: ConnectorEvent['details'];
}

function samlFault(reason: SamlReason, details?: ConnectorEvent['details']): SamlFault {
  const kind = reason in KIND_OF ? KIND_OF[reason as keyof typeof KIND_OF] : undefined;
  return {
    kind: kind ?? (MISCONFIGURED.has(reason) ? 'misconfigured' : 'upstream-error'),
    reason,
    ...(details && { details }),
  };
}

/** Ends a piece of work with a fault. Only this folder sees it: callers of the connector get a value. */
export class SamlFailure extends Error {
  override readonly name = 'SamlFailure';
  readonly fault: SamlFault;

  constructor(reason: SamlReason, details?: ConnectorEvent['details'], options?: ErrorOptions) {
    super(reason, options);
    this.fault = samlFault(reason, details);
  }
}

export const faultOf = (error: unknown): SamlFault =>
  error instanceof SamlFailure ? error.fault : samlFault('unexpected-error');

export const isSamlReason = (code: string): code is SamlReason => SAML_REASONS.some((reason) => reason === code);

/** Reasons that one message or account can cause. Anybody can send a message, so they say nothing of the provider's health. */
export const NOT_OF_THE_PROVIDER: ReadonlySet<string> = new Set<SamlReason>([
  ...SAML_REFUSALS,
  'too-many-waiting',
  'saml-request-denied',
  'saml-request-refused',
  'saml-no-passive',
  'saml-no-authn-context',
  'saml-provider-failed',
  'saml-not-posted',
  'pending-unreadable',
  'saml-no-subject',
  'saml-transient-subject',
  'saml-name-id-format',
  'subject-invalid',
  'auth-too-old',
]);
