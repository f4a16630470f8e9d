/** Why a message is not believed. Each has a sentence for administrators (`sentences/provider-reasons.ts`); none has text of the message. */
export const SAML_REFUSALS = [
  'saml-too-long',
  'saml-encoding',
  'saml-xml',
  'saml-xml-forbidden',
  'saml-xml-limits',
  'saml-xml-duplicate-id',
  'saml-text-split',
  'saml-message',
  'saml-version',
  'saml-issuer',
  'saml-destination',
  'saml-in-response-to',
  'saml-unsolicited',
  'saml-issue-instant',
  'saml-not-signed',
  'saml-assertion-not-signed',
  'saml-response-not-signed',
  'saml-signature-shape',
  'saml-signature-algorithm',
  'saml-signature',
  'saml-decryption',
  'saml-not-encrypted',
  'saml-assertion-count',
  'saml-subject',
  'saml-confirmation',
  'saml-recipient',
  'saml-conditions',
  'saml-condition-unknown',
  'saml-audience',
  'saml-time',
  'saml-authn-statement',
  'saml-session-ended',
  'saml-attributes',
  'saml-query',
] as const;

export type SamlRefusal = (typeof SAML_REFUSALS)[number];

/** Ends the reading of a message. Only this folder sees it: callers get a value. */
export class SamlRefused extends Error {
  override readonly name = 'SamlRefused';
  readonly reason: SamlRefusal;
  /** The message is right but for its signature, which no known key verifies. */
  readonly unknownKey: boolean;
  /** What it is in truth, where `reason` hides that from whoever sent the message. */
  readonly within: SamlRefusal | undefined;

  constructor(reason: SamlRefusal, more: { readonly unknownKey?: boolean; readonly within?: SamlRefusal } = {}) {
    super(reason);
    this.reason = reason;
    this.unknownKey = more.unknownKey ?? false;
    this.within = more.within;
  }
}

/** @throws SamlRefused unless it is so */
export function must(isSo: boolean, reason: SamlRefusal): asserts isSo {
  if (!isSo) throw new SamlRefused(reason);
}

export interface RefusedMessage {
  readonly kind: 'refused';
  /** Whoever sent the message may see it. */
  readonly reason: SamlRefusal;
  readonly unknownKey?: true;
  /** What it is in truth, where `reason` is `saml-decryption` for every failure. For the log of administrators alone. */
  readonly within?: SamlRefusal;
}

/** What a reading gives, or why it ended. @throws what is no {@link SamlRefused} */
export function refusedOr<T>(read: () => T): T | RefusedMessage {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SamlRefused)) throw error;
    const { reason, unknownKey, within } = error;
    return { kind: 'refused', reason, ...(unknownKey && { unknownKey }), ...(within !== undefined && { within }) };
  }
}
