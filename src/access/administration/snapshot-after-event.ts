import type { JsonObject } from '../../base/json.js';
import type { Event } from '../../changes/event.js';
import type { Group } from '../../identity/groups/group.js';
import type { Role } from '../model/role.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** The snapshot with the role or group as the event shows it, or without it. */
export function asIn(shown: JsonObject | undefined, { subject: { kind, id } }: Event, snapshot: Snapshot): Snapshot {
  const [roles, groups] = [new Map(snapshot.roles), new Map(snapshot.groups)];
  const plain = { id, createdAt: 0, since: 0, version: 0, name: id };
  roles.delete(kind === 'role' ? id : '');
  groups.delete(kind === 'group' ? id : '');
  if (shown && kind === 'role') roles.set(id, { ...plain, policies: [], ...(shown as unknown as Partial<Role>) });
  if (shown && kind === 'group') groups.set(id, { ...plain, assignments: [], ...(shown as unknown as Partial<Group>) });
  return { ...snapshot, roles, groups };
}
