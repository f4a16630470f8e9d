import type { KeyObject } from 'node:crypto';
import type { Instant } from '../../../base/clock.js';
import type { RefusedMessage } from './refusals.js';

/** An identity provider, as its metadata describes it. */
export interface KnownProvider {
  readonly entityId: string;
  /** Public keys of all its signing certificates. */
  readonly signingKeys: readonly KeyObject[];
}

/** What a message has to say to be for this connector, now. */
export interface ExpectedOfMessage {
  readonly provider: KnownProvider;
  /** Our entity id. */
  readonly entityId: string;
  /** The address of ours to which it was sent, as configured: what a proxy makes of it does not count. */
  readonly address: string;
  /** Private keys of ours, newest first: any of them opens what is encrypted. */
  readonly decryptionKeys: readonly KeyObject[];
  /** In milliseconds: how far clocks may differ. */
  readonly clockSkew: number;
  readonly at: Instant;
}

export interface ExpectedOfResponse extends ExpectedOfMessage {
  /** What has to be signed. `any`: the assertion or the response around it, as well as both. */
  readonly signed: 'assertion' | 'response' | 'both' | 'any';
  /** The names of the request that it may answer. */
  readonly requestIds: readonly string[];
  /** Whether one is taken that answers no request, and says so throughout. */
  readonly takesUnsolicited: boolean;
}

/** A name identifier (SAML Core 2.2.3). An attribute that was absent stays absent: a sign-out has to repeat it as it was. */
export interface SamlNameId {
  readonly value: string;
  readonly format?: string;
  readonly nameQualifier?: string;
  readonly spNameQualifier?: string;
}

/** What a verified response says. */
export interface VerifiedAssertion {
  readonly id: string;
  /** From then on it is refused for its age. */
  readonly expiresAt: Instant;
  readonly nameId?: SamlNameId;
  /** By `Name`. Two attributes of one name are one with the values of both; values without text are left out, and so are their attributes. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly sessionIndex?: string;
  /** `AuthnInstant`. */
  readonly authenticatedAt: Instant;
  /** `SessionNotOnOrAfter`. */
  readonly sessionEndsAt?: Instant;
  /** `AuthnContextClassRef`. */
  readonly contextClass?: string;
  /** What was signed, by a key of the provider. */
  readonly signed: { readonly response: boolean; readonly assertion: boolean };
  readonly wasEncrypted: boolean;
  /** It answers no request of ours. */
  readonly isUnsolicited: boolean;
}

export type ReadResponse =
  | { readonly kind: 'verified'; readonly assertion: VerifiedAssertion }
  /**
   * The provider says that it signed nobody in. Nobody has to have signed that: it lets nobody in. The codes are those of SAML Core 3.2.2.2
   * without their common beginning, such as `Responder` and `NoPassive`, or `other`.
   */
  | { readonly kind: 'not-signed-in'; readonly status: string; readonly detail?: string }
  /** `unknown-key`: right but for its signature, which no key of the provider verifies. It may have new keys. */
  | RefusedMessage;

/** A sign-out that the provider asks for (SAML Core 3.7.1), or its answer to one of ours (3.7.2). */
export type ReadSignOutMessage =
  | {
      readonly kind: 'request';
      readonly id: string;
      readonly nameId: SamlNameId;
      /** Empty: all sessions of the person. */
      readonly sessionIndexes: readonly string[];
      /** From then on it is refused for its age. */
      readonly expiresAt: Instant;
    }
  /** Not believed where it is not signed: what it answers happened before. */
  | {
      readonly kind: 'response';
      readonly inResponseTo: string;
      readonly isSuccess: boolean;
      readonly isSigned: boolean;
    }
  | RefusedMessage;
