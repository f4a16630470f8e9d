import type { JsonObject } from '../base/json.js';
import type { Actor } from '../changes/actor.js';
import type { AuditEntry } from './audit-entry.js';

/** A sign-in or an attempt at one. */
export type SignIn = {
  /** The requesting client. */
  readonly clientId?: string;
} & (
  | { readonly outcome: 'success'; readonly user: KnownName; readonly methods: readonly string[] }
  /**
   * `user` is absent if no user has the typed name. Typed text is never recorded, since it may be a password in the wrong field;
   * `typed` is its keyed hash, by which the record is found.
   */
  | { readonly outcome: 'failure'; readonly user?: KnownName; readonly why: string; readonly typed?: string }
);

interface KnownName {
  readonly id: string;
  readonly username: string;
}

/** The audit entry of a sign-in. `methods` are those of RFC 8176. */
export const signInEntry = (by: Actor, signIn: SignIn): AuditEntry => ({
  kind: 'sign-in',
  by,
  subject: signIn.user && { kind: 'user', id: signIn.user.id },
  subjectPart: signIn.user && { name: signIn.user.username },
  outcome: signIn.outcome,
  why: signIn.outcome === 'failure' ? signIn.why : undefined,
  clientId: signIn.clientId,
  details: detailsOf(signIn),
});

const detailsOf = (signIn: SignIn): JsonObject | undefined =>
  signIn.outcome === 'success'
    ? { methods: [...signIn.methods] }
    : signIn.typed === undefined
      ? undefined
      : { typed: signIn.typed };
