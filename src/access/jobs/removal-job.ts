import { minutes, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import { PAGE_LIMIT } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { cutReferences, type RemovalNote, removalNotes } from '../../changes/removal/remove-recorded.js';
import type { GroupService } from '../../identity/groups/group-service.js';
import { eraseConsents, eraseSessions } from '../../identity/users/erase-user-data.js';
import type { Job } from '../../jobs/job.js';
import { forgetConsents } from '../../sessions/consents/forget-consents.js';
import { logouts } from '../../sessions/logout/logout.js';
import { clients } from '../../realm/clients/client.js';
import type { Realm } from '../../storage/store.js';

/** By then every process knows of the removal, and late writes of processes that did not know are done. */
const AFTER = minutes(2);

export interface RemovalJobParts {
  readonly realm: Realm;
  readonly recorder: Recorder;
  readonly groups: Pick<GroupService, 'forget'>;
}

/**
 * Searches again for references to objects that were removed a while ago: assignments made at the same moment, and leftovers of
 * an interrupted run. Ids of users, roles and groups are never reused. Names of clients and resource servers are, so references
 * to these are kept.
 */
export const removalJob = (parts: RemovalJobParts): Job => ({
  name: 'removals',
  every: minutes(1),
  isNeeded: async () => (await dueNotes(parts.realm)).length > 0,
  async run(_held, signal) {
    for (const note of await dueNotes(parts.realm)) {
      if (signal.aborted) return;
      if (await finish(note, parts)) await parts.realm.of(removalNotes).remove(note.id);
    }
  },
});

const dueNotes = async (realm: Realm): Promise<readonly RemovalNote[]> =>
  (await realm.of(removalNotes).find('all', { at: { lte: now() - AFTER } }, { limit: 100 })).rows;

/** Returns whether nothing is left to do. */
async function finish(
  { kind, removedId: id, at }: RemovalNote,
  { realm, recorder, groups }: RemovalJobParts,
): Promise<boolean> {
  const by: Actor = { kind: 'system', id: 'removals', requestId: newId() };
  switch (kind) {
    case 'user':
      await eraseConsents(realm, id);
      if (await isToBeTold(realm, id, at)) return false;
      await eraseSessions(realm, id);
      return true;
    case 'role':
      return (await cutReferences(recorder, by, [{ kind, id }])).ok;
    case 'group':
      if (!(await cutReferences(recorder, by, [{ kind, id }])).ok) return false;
      await groups.forget(id);
      return true;
    case 'client':
      // These consents are already invalid: they belong to a client that was created earlier.
      if ((await realm.of(clients).get(id)) === undefined) await forgetConsents(realm, id);
      return true;
    case 'resource-server':
    case 'permission':
      return true;
  }
}

/** Whether applications still have to be notified of the end of this user's sessions. */
async function isToBeTold(realm: Realm, userId: string, at: number): Promise<boolean> {
  const { rows } = await realm.of(logouts).find('all', { at: { lte: at } }, { limit: PAGE_LIMIT });
  return rows.some((logout) => logout.userId === userId);
}
