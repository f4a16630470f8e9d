import type { Instant } from '../../base/clock.js';
import { compiled } from '../evaluation/snapshot-index.js';
import { permissionTarget } from '../model/permission-target.js';
import { effective } from '../evaluation/effective.js';
import type { Subject } from '../evaluation/evaluation-context.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** The access of a subject: the readable names of roles and permissions, under a key that survives a rename. */
export interface AccessHeld {
  readonly now: ReadonlyMap<string, string>;
  /** Now or later, and regardless of limitations. */
  readonly ahead: ReadonlyMap<string, string>;
}

/**
 * Computes this with {@link effective}, for the subject itself and for each client whose own roles the subject may come to
 * hold. Pure.
 *
 * @param renamed permissions with a new name, both as `<resource server> <permission>`; the result uses the new name
 */
export function accessHeld(
  subject: Subject,
  snapshot: Snapshot,
  at: Instant,
  renamed?: ReadonlyMap<string, string>,
): AccessHeld {
  const [now, ahead] = [new Map<string, string>(), new Map<string, string>()];
  for (const clientId of [undefined, ...clientsFor(subject, snapshot, at)]) {
    add(now, 'issue', clientId);
    add(ahead, 'ahead', clientId);
  }
  return { now, ahead };

  function add(found: Map<string, string>, moment: 'issue' | 'ahead', clientId: string | undefined): void {
    const context = { at, ...(clientId !== undefined && { clientId }) };
    const access = effective(subject, context, snapshot, moment);
    const put = (key: string, name: string): void => {
      // Access without a client applies with every client.
      if (found.has(key)) return;
      if (clientId === undefined) found.set(key, name);
      else found.set(`${key} ${clientId}`, `${name} in ${clientId}`);
    };
    for (const { id, name } of access.trace.roles) put(`role ${id}`, `role ${name}`);
    for (const audience of snapshot.resourceServers.keys()) {
      for (const permission of access.permissions(audience)) {
        const to = renamed?.get(permissionTarget(audience, permission));
        const name = to?.slice(audience.length + 1) ?? permission;
        put(`permission ${audience} ${name}`, `${name} at ${audience}`);
      }
    }
  }
}

/** Clients whose own roles the subject may come to hold. */
function clientsFor(subject: Subject, snapshot: Snapshot, at: Instant): readonly string[] {
  const { withIncluded } = compiled(snapshot);
  const roles = effective(subject, { at }, snapshot, 'ahead').trace.assignments.flatMap(({ kind, target }) =>
    kind === 'role' ? withIncluded(target) : [],
  );
  const clients = roles.flatMap(({ audience }) => (audience && 'client' in audience ? audience.client : []));
  return [...new Set(clients)].sort();
}
