import { auditRecords } from '../../audit/audit-record.js';
import type { Instant } from '../../base/clock.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Actor } from '../../changes/actor.js';
import { missing, savedAs, type Saved } from '../../changes/change-result.js';
import type { Change } from '../../changes/event.js';
import type { PersonalKeys } from '../../changes/personal/personal-keys.js';
import { removalNote } from '../../changes/removal/remove-recorded.js';
import { usedUserIds } from '../../realm/used-user-id.js';
import type { Unlocking } from '../throttling/unlock.js';
import { removeUser } from '../users/remove-user.js';
import type { UserDocuments } from '../users/user-documents.js';
import { eraseTraces } from './erase-user-data.js';

/** What the store has of the person with an id. */
export type PersonState =
  | { readonly kind: 'user' }
  /** The user was removed; audit records and history still open. */
  | { readonly kind: 'removed' }
  | { readonly kind: 'erased'; readonly at: Instant };

/** Erases people from a realm. */
export interface Erasure {
  /** Undefined if nobody has or had this id. @throws StoreUnavailable */
  stateOf(id: string): Promise<PersonState | undefined>;
  /**
   * Erases a user, or a person whose user was removed. One commit removes the user, destroys the person's key and records the
   * erasure; it also notes the rest for a job, so an interrupted erasure is completed. Erasing again removes what is left and
   * records nothing. Returns the state before. Refused with `missing`, `forbidden` (the last administrator), `changed`.
   * @throws StoreUnavailable
   */
  erase(by: Actor, id: string): Promise<Saved<PersonState>>;
}

export function erasure(parts: {
  readonly documents: UserDocuments;
  readonly personal: Pick<PersonalKeys, 'destroy' | 'forget' | 'erasedAt'>;
  readonly unlocking: Pick<Unlocking, 'forget'>;
}): Erasure {
  const { documents, personal, unlocking } = parts;
  const { realm, recorder, recorded } = documents;

  async function stateOf(id: string): Promise<PersonState | undefined> {
    const [user, erasedAt, used] = await Promise.all([
      documents.read(id),
      personal.erasedAt(id),
      realm.of(usedUserIds).get(id),
    ]);
    // The key is destroyed in the commit that removes the user.
    if (erasedAt !== undefined) return { kind: 'erased', at: erasedAt };
    if (user.ok) return { kind: 'user' };
    const wasRemoved = (used !== undefined && used.client !== true) || (await isRecorded(id));
    return wasRemoved ? { kind: 'removed' } : undefined;
  }

  /** Ids of users who were removed before removed ids were listed. */
  const isRecorded = async (id: string): Promise<boolean> =>
    (await realm.of(auditRecords).count('bySubject', { subjectKind: 'user', subjectId: id }, 1)) > 0;

  async function record(by: Actor, id: string, state: PersonState, change: Change): Promise<Saved<unknown>> {
    switch (state.kind) {
      case 'user': {
        // Throttled names are found by the user, and hold the addresses of those who typed them.
        await unlocking.forget({ id });
        const read = () => documents.read(id);
        return removeUser({ realm, recorder, documents: recorded }, by, id, read, { cascade: true, also: [change] });
      }
      case 'removed': {
        const writes = [...change.writes, removalNote('user', id)];
        return savedAs({ kind: 'user', name: id }, await recorder.record(by, change.event, writes), undefined);
      }
      case 'erased':
        return { ok: true, value: undefined };
    }
  }

  async function eraseOnce(by: Actor, id: string): Promise<Saved<PersonState>> {
    const state = await stateOf(id);
    if (!state) return missing('user', id);
    const change = { event: documents.event('erased', id), writes: [personal.destroy(id)] };
    const done = await record(by, id, state, change);
    return done.ok ? { ok: true, value: state } : done;
  }

  return {
    stateOf,
    async erase(by, id) {
      // Somebody else removed or changed the user meanwhile.
      const isOvertaken = (saved: Saved<PersonState>): boolean =>
        !saved.ok && (saved.refusal.code === 'changed' || saved.refusal.code === 'missing');
      if (!(await stateOf(id))) return missing('user', id);
      const erased = await retryOnConflict(() => eraseOnce(by, id), isOvertaken);
      if (!erased.ok) return erased;
      personal.forget(id);
      await eraseTraces(realm, id);
      return erased;
    },
  };
}
