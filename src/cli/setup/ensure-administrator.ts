import { ADMINISTRATOR } from '../../access/model/administrator.js';
import { type HolderParts, holdersOf } from '../../access/administration/holders.js';
import { now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import type { Saved } from '../../changes/change-result.js';
import type { NewPassword } from '../../identity/users/new-user.js';
import { refusalText } from '../../sentences/sentence.js';
import type { RealmParts } from '../../realm-file/realm-parts.js';
import { saveInTurn } from '../../realm-file/apply/save-in-turn.js';

/**
 * Creates the first administrator, with role and password in one commit, unless a user is administrator already, by whatever
 * path. Returns whether it did. An existing user never becomes administrator.
 *
 * @throws GatehouseError `bad-configuration` if another user has the name, or the password is too weak
 */
export async function ensureAdministrator(
  parts: RealmParts & HolderParts,
  by: Actor,
  username: string,
  password: NewPassword,
): Promise<boolean> {
  const role = await parts.roles.findByName(ADMINISTRATOR);
  if (!role) throw new Error('The built-in role administrator is not there.');
  return saveInTurn(parts, `the administrator ${username}`, async (): Promise<Saved<boolean>> => {
    if (await hasHolder(parts, role.id)) return { ok: true, value: false };
    if (await parts.identifiers.findUser(username)) {
      throw new GatehouseError(
        'bad-configuration',
        `GATEHOUSE_ADMIN_USERNAME must be a new name, since there is no administrator and ${username} is someone else.`,
      );
    }
    const at = now();
    const assignment = {
      id: newId(),
      kind: 'role' as const,
      target: role.id,
      grantedBy: `${by.kind}:${by.id}`,
      grantedAt: at,
      limitations: [],
    };
    // With the assignment from the start: an administrator without the role would block the next attempt.
    const made = await parts.users.create(by, { username, password, assignments: [assignment] });
    if (made.ok) return { ok: true, value: true };
    if (made.refusal.code === 'invalid') {
      const setting = made.refusal.problems.some(({ path }) => path[0] === 'username') ? 'USERNAME' : 'PASSWORD';
      throw new GatehouseError(
        'bad-configuration',
        `GATEHOUSE_ADMIN_${setting} does not fit the administrator ${username}: ${refusalText(made.refusal, 'en')}`,
      );
    }
    return made;
  });
}

/** Whether a user holds the role now and can sign in. */
async function hasHolder(parts: RealmParts & HolderParts, roleId: string): Promise<boolean> {
  let snapshot = await parts.snapshots.read();
  if (!snapshot.roles.has(roleId)) {
    // Another process created the role a moment ago.
    await parts.caches.readMarkers();
    snapshot = await parts.snapshots.read();
  }
  const found = holdersOf({ kind: 'role', id: roleId }, { snapshot, context: { at: now() } }, parts, {
    kinds: ['user'],
  });
  for await (const { who, when } of found) if (when === 'now' && who.disabled !== true) return true;
  return false;
}
