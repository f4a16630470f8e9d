import { isDeepStrictEqual } from 'node:util';
import type { AuditEntry } from '../audit/audit-entry.js';
import type { AuditKeys } from '../audit/audit-keys.js';
import { recordWrites } from '../audit/pending-mark.js';
import { sealRecord } from '../audit/seal-record.js';
import type { Actor } from '../changes/actor.js';
import type { Contributor } from '../changes/contributor.js';
import type { Event } from '../changes/event.js';

/** What ended one session. */
export type SessionEndCause =
  /** The user signed out in this browser. */
  | 'sign-out'
  /** Somebody else signed in in this browser. */
  | 'other-sign-in'
  /** The user ended it from another session. */
  | 'ended-by-user'
  /** The user signed out at the identity provider by which the session began. */
  | 'upstream-sign-out'
  | 'administrator';

/** What ended all sessions of a user. */
type AllEndedCause =
  | 'signed-out-everywhere'
  | 'administrator'
  | 'password-change'
  | 'second-factor-change'
  | 'user-disabled'
  | 'user-removed'
  | 'user-erased';

/** The audit entry of one ended session. */
export const sessionEndedEntry = (
  by: Actor,
  { id, userId }: { readonly id: string; readonly userId: string },
  cause: SessionEndCause,
): AuditEntry => ({
  kind: 'session.ended',
  by,
  subject: { kind: 'user', id: userId },
  outcome: 'success',
  details: { cause, session: id },
});

/**
 * Accompanies every change that ends all sessions of a user in one write (`signedOutAt`): one record, however many sessions
 * there are.
 */
export const allSessionsEnded =
  (keys: AuditKeys): Contributor =>
  (by, event, at, personal) => {
    const { realm, subject } = event;
    const cause = causeOf(by, event);
    if (cause === undefined) return [];
    const details = { cause, all: true };
    const entry = { kind: 'session.ended', by, subject, outcome: 'success', at: event.at, details } as const;
    return recordWrites(sealRecord({ realm, keys, personal }, entry, at));
  };

/** Undefined if it ends no session. */
function causeOf(by: Actor, { kind, subject, before, after }: Event): AllEndedCause | undefined {
  if (subject.kind !== 'user') return undefined;
  if (kind === 'user.removed') return 'user-removed';
  if (kind === 'user.erased') return 'user-erased';
  const epoch = after?.['signedOutAt'];
  if (epoch === undefined || epoch === before?.['signedOutAt']) return undefined;
  if (kind === 'user.password-set') return 'password-change';
  if (kind.startsWith('user.second-factor-')) return 'second-factor-change';
  if (!isDeepStrictEqual(after?.['blocks'], before?.['blocks'])) return 'user-disabled';
  return by.kind === 'user' && by.id === subject.id ? 'signed-out-everywhere' : 'administrator';
}
