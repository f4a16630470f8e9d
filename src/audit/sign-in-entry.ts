import { deviceOf } from '../base/device.js';
import type { JsonObject } from '../base/json.js';
import type { Actor } from '../changes/actor.js';
import type { AuditEntry } from './audit-entry.js';

/** A sign-in or an attempt at one. */
export type SignIn = {
  /** The requesting client. */
  readonly clientId?: string;
  /** The methods of RFC 8176 that were shown; for a failure those before it. */
  readonly methods?: readonly string[];
  /** The connector that checked the password. */
  readonly connector?: string;
  /** The session existed, and only its level was raised. */
  readonly stepUp?: boolean;
} & (
  | { readonly outcome: 'success'; readonly user: KnownName }
  /**
   * `user` is absent if no user has the typed name. Typed text is never recorded, since it may be a password in the wrong field;
   * `typed` is its keyed hash, by which the record is found.
   */
  | { readonly outcome: 'failure'; readonly user?: KnownName; readonly why: string; readonly typed?: string }
);

interface KnownName {
  readonly id: string;
  readonly username: string;
  readonly userstore?: string;
}

/** The audit entry of a sign-in. */
export const signInEntry = (by: Actor, signIn: SignIn): AuditEntry => ({
  kind: 'sign-in',
  by,
  device: deviceOf(by.agent),
  subject: signIn.user && { kind: 'user', id: signIn.user.id },
  subjectPart: signIn.user && { name: signIn.user.username },
  outcome: signIn.outcome,
  why: signIn.outcome === 'failure' ? signIn.why : undefined,
  clientId: signIn.clientId,
  details: detailsOf(signIn),
});

function detailsOf(signIn: SignIn): JsonObject | undefined {
  const { methods, user, connector, stepUp } = signIn;
  const details: JsonObject = {
    ...(methods && methods.length > 0 && { methods: [...methods] }),
    ...(user?.userstore !== undefined && { userstore: user.userstore }),
    ...(connector !== undefined && { connector }),
    ...(stepUp === true && { stepUp }),
    ...(signIn.outcome === 'failure' && signIn.typed !== undefined && { typed: signIn.typed }),
  };
  return Object.keys(details).length > 0 ? details : undefined;
}

/** A consent that the user denied, and what was asked for. */
interface DeniedConsent {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** By resource server. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}

export const deniedConsentEntry = (
  by: Actor,
  { userId, clientId, scopes, resourceScopes }: DeniedConsent,
): AuditEntry => ({
  kind: 'consent.denied',
  by,
  subject: { kind: 'user', id: userId },
  outcome: 'failure',
  why: 'consent-denied',
  clientId,
  details: {
    scopes: [...scopes],
    resourceScopes: Object.fromEntries(Object.entries(resourceScopes).map(([server, names]) => [server, [...names]])),
  },
});
