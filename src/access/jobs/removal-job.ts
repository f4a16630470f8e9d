import { isRecordAwaited } from '../../audit/chain/awaited-record.js';
import type { AuditKeys } from '../../audit/audit-keys.js';
import { minutes, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import type { Recorder } from '../../changes/change-recorder.js';
import type { PersonalKeys } from '../../changes/personal/personal-keys.js';
import { cutReferences, type RemovalNote, removalNotes } from '../../changes/removal/remove-recorded.js';
import type { GroupService } from '../../identity/groups/group-service.js';
import { eraseConsents, eraseSessions, eraseTraces, isToBeNotified } from '../../identity/erasure/erase-user-data.js';
import type { Job } from '../../jobs/job.js';
import { forgetConsents } from '../../sessions/consents/forget-consents.js';
import { clients } from '../../realm/clients/client.js';
import type { Realm } from '../../storage/store.js';

/** By then every process knows of the removal, and late writes of processes that did not know are done. */
const AFTER = minutes(2);

export interface RemovalJobParts {
  readonly realm: Realm;
  readonly recorder: Recorder;
  readonly groups: Pick<GroupService, 'forget'>;
  readonly personal: Pick<PersonalKeys, 'erasedAt'>;
  readonly auditKeys: AuditKeys;
}

/**
 * Searches again for references to objects that were removed a while ago: assignments made at the same moment, and leftovers of
 * an interrupted run. It also completes interrupted erasures. Ids of users, roles and groups are never reused. Names of clients,
 * connectors and resource servers are, so references to these are kept.
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
  { kind, removedId: id }: RemovalNote,
  { realm, recorder, groups, personal, auditKeys }: RemovalJobParts,
): Promise<boolean> {
  const by: Actor = { kind: 'system', id: 'removals', requestId: newId() };
  switch (kind) {
    case 'user':
      if ((await personal.erasedAt(id)) !== undefined) {
        // Before: search terms are written with the links of the last records of the person.
        const awaited = await isRecordAwaited({ realm, auditKeys }, id);
        await eraseTraces(realm, id);
        return !awaited;
      }
      await eraseConsents(realm, id);
      if (await isToBeNotified(realm, id)) return false;
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
    case 'connector':
    case 'resource-server':
    case 'permission':
      return true;
  }
}
