import type { Actor } from '../../changes/actor.js';
import type { RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { removeRecorded, type RemovalOptions } from '../../changes/removal/remove-recorded.js';
import type { Saved } from '../../changes/change-result.js';
import type { Change } from '../../changes/event.js';
import type { AnySpec, Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { remove, type Write } from '../../storage/write.js';
import { behaviours } from '../activity/activity.js';
import { MOST_NAMES } from '../identifiers/identifier-writes.js';
import { credentials } from '../passwords/credential.js';
import { identifiers } from '../identifiers/identifier.js';
import { identityLinks, MOST_LINKS } from '../links/identity-link.js';
import { secondFactors } from '../second-factor/second-factor.js';
import { keepUserId } from '../../realm/used-user-id.js';
import { eraseConsents } from '../erasure/erase-user-data.js';
import { type User, type users } from './user.js';

interface RemovalParts {
  readonly realm: Realm;
  readonly recorder: Recorder;
  readonly documents: RecordedDocuments<typeof users>;
}

interface UserRemovalOptions extends RemovalOptions {
  /** Changes in the same commit. */
  readonly also?: readonly Change[];
}

/** Removes a user with all of their data, in one commit; consents follow. Refused as `read` is, or as `forbidden`. */
export async function removeUser(
  { realm, recorder, documents }: RemovalParts,
  by: Actor,
  id: string,
  read: () => Promise<Saved<Stored<User>>>,
  { also = [], ...options }: UserRemovalOptions = {},
): Promise<Saved<Stored<User>>> {
  const planned = async () => {
    const user = await read();
    if (!user.ok) return user;
    const more = [...(await belongingsOf(realm, id)), keepUserId(id)];
    return {
      ok: true,
      value: { value: user.value, changes: [documents.planRemoval(user.value, { more }), ...also] },
    } as const;
  };
  const thing = ({ username }: User) => ({ kind: 'user', name: username }) as const;
  const saved = await removeRecorded(recorder, by, { removed: [{ kind: 'user', id }], thing, read: planned }, options);
  if (saved.ok) await eraseConsents(realm, id);
  return saved;
}

/** The documents removed in the same commit as the user: names, links, password, second factor and activity counts. */
async function belongingsOf(realm: Realm, userId: string): Promise<readonly Write[]> {
  const own = [credentials, secondFactors, behaviours] as const;
  const [names, links, ...found] = await Promise.all([
    realm.of(identifiers).find('byUser', { userId }, { limit: MOST_NAMES }),
    realm.of(identityLinks).find('byUser', { userId }, { limit: MOST_LINKS }),
    ...own.map((spec: (typeof own)[number] & AnySpec) => realm.of(spec).get(userId)),
  ]);
  return [
    ...names.rows.map(({ id }) => remove(identifiers, id)),
    ...links.rows.map(({ id }) => remove(identityLinks, id)),
    ...own.flatMap((spec, at) => (found[at] === undefined ? [] : [remove(spec, userId)])),
  ];
}
