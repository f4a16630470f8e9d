import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { OpenedRecord } from '../../audit/audit-trail.js';
import type { Instant } from '../../base/clock.js';
import { users } from '../../identity/users/user.js';
import type { Parts } from '../../app/parts.js';

/** The names of those whom records concern, as they are now. */
export interface RecordNames {
  actor(record: OpenedRecord): string;
  /** Empty for a record without a subject. */
  subject(record: OpenedRecord): string;
}

/** Two store calls. A user who was removed or erased is named by their id. @throws StoreUnavailable */
export async function recordNames(
  { realm, snapshots }: Pick<Parts, 'realm' | 'snapshots'>,
  records: readonly OpenedRecord[],
): Promise<RecordNames> {
  const ids = new Set(
    records.flatMap(({ actorKind, actorId, subjectKind, subjectId }) => [
      ...(actorKind === 'user' ? [actorId] : []),
      ...(subjectKind === 'user' && subjectId !== undefined ? [subjectId] : []),
    ]),
  );
  // Removed users are in neither.
  const [known, snapshot] = await Promise.all([realm.of(users).getMany([...ids]), snapshots.read()]);
  const nameOf = (kind: string, id: string): string => {
    const name = kind === 'user' ? known.get(id)?.username : namedIn(snapshot, kind, id);
    return kind === 'user' && name !== undefined ? name : `${kind} ${name ?? id}`;
  };
  return {
    actor: ({ actorKind, actorId }) => nameOf(actorKind, actorId),
    subject: ({ subjectKind, subjectId }) =>
      subjectKind === undefined || subjectId === undefined ? '' : nameOf(subjectKind, subjectId),
  };
}

function namedIn({ roles, groups }: Snapshot, kind: string, id: string): string | undefined {
  if (kind === 'role') return roles.get(id)?.name;
  return kind === 'group' ? groups.get(id)?.name : undefined;
}

/** To the second, in a form that the commands also accept. */
export const timeOf = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
