import { type Instant, now } from '../base/clock.js';
import { timeOrderedId } from '../base/crypto/ids.js';
import type { Actor } from '../changes/actor.js';
import type { Realm } from '../storage/store.js';
import { type AuditRecord, auditRecords } from './audit-record.js';
import { actorFields, networkOf } from './audit-actor.js';

/** A sign-in or an attempt at one. */
export type SignIn = {
  /** The requesting client. */
  readonly clientId?: string;
} & (
  | { readonly outcome: 'success'; readonly user: KnownName; readonly methods: readonly string[] }
  /** `user` is absent if no user has the typed name. Typed text is never recorded: it may be a password in the wrong field. */
  | { readonly outcome: 'failure'; readonly user?: KnownName; readonly why: string }
);

interface KnownName {
  readonly id: string;
  readonly username: string;
}

/** Stores the audit records of sign-ins. A sign-in changes nothing, so its record is a plain insert. */
export const recordSignIns =
  (realm: Realm) =>
  async (by: Actor, signIn: SignIn): Promise<void> => {
    await realm.of(auditRecords).insert(signInRecord(by, signIn, now()));
  };

/** The audit record of a sign-in. */
export const signInRecord = (by: Actor, signIn: SignIn, at: Instant): AuditRecord => ({
  id: timeOrderedId(at),
  at,
  kind: 'sign-in',
  ...actorFields(by),
  ...(signIn.user && { subjectKind: 'user', subjectId: signIn.user.id }),
  outcome: signIn.outcome,
  ...(signIn.outcome === 'failure' && { why: signIn.why }),
  ...(signIn.clientId !== undefined && { clientId: signIn.clientId }),
  ...(signIn.outcome === 'success' && { methods: [...signIn.methods] }),
  personal: {
    ...networkOf(by),
    ...(signIn.user && { names: { subject: signIn.user.username } }),
  },
});
