import type { Instant } from '../../base/clock.js';
import type { HistoryRow } from '../../changes/history.js';
import { allFirstEndedAfter, stateAt } from '../../changes/history-at.js';
import type { GroupAccess } from '../../identity/groups/group.js';
import type { ResourceServerAccess } from '../../realm/resource-servers/resource-server.js';
import type { Realm } from '../../storage/store.js';
import type { DecisionResourceServer, DecisionSnapshot, Snapshot } from '../evaluation/snapshot.js';
import type { RoleAccess } from '../model/role.js';
import { pastAssignments } from './past-assignments.js';

/**
 * The snapshot that a decision read at an instant. The `version` of a role or group is the last one with the same access. Reads
 * the history of roles, groups and resource servers since then, and that of no user.
 *
 * @param current read before this call
 * @throws StoreUnavailable
 */
export async function snapshotAt(realm: Pick<Realm, 'of'>, current: Snapshot, at: Instant): Promise<DecisionSnapshot> {
  const [roles, groups, resourceServers] = await Promise.all([
    allFirstEndedAfter(realm, 'role', at),
    allFirstEndedAfter(realm, 'group', at),
    allFirstEndedAfter(realm, 'resource-server', at),
  ]);
  const pastRoles = statesAt(current.roles.values(), roles, at, (row, role) => ({
    ...roleAccess(row),
    ...periodOf(row),
    createdAt: role?.createdAt ?? row.from,
  }));
  const pastGroups = statesAt(current.groups.values(), groups, at, (row, group) => ({
    ...groupAccess(row),
    ...periodOf(row),
    assignments: pastAssignments(row.access ?? {}),
    createdAt: group?.createdAt ?? row.from,
  }));
  const pastServers = statesAt<DecisionResourceServer>(
    current.resourceServers.values(),
    resourceServers,
    at,
    (row, server) => {
      // Rows of earlier releases have no identifier, so of those nothing tells which removed resource server it was.
      const { identifier = server?.identifier, ...access } = serverAccess(row);
      return identifier === undefined ? undefined : { permissions: [], ...access, ...periodOf(row), identifier };
    },
  );
  return {
    roles: new Map(pastRoles.map((role) => [role.id, role])),
    groups: new Map(pastGroups.map((group) => [group.id, group])),
    resourceServers: new Map(pastServers.map((server) => [server.identifier, server])),
  };
}

/** Everything of one kind at an instant, in no order. */
function statesAt<D extends { readonly id: string; readonly since: Instant }>(
  documents: Iterable<D>,
  ended: ReadonlyMap<string, HistoryRow>,
  at: Instant,
  fromRow: (row: HistoryRow, current: D | undefined) => D | undefined,
): D[] {
  const current = new Map([...documents].map((document) => [document.id, document]));
  return [...new Set([...current.keys(), ...ended.keys()])].flatMap((id) => {
    const document = current.get(id);
    const state = stateAt(document, ended.get(id), at);
    switch (state.is) {
      case 'current':
        return state.document;
      case 'past':
        return fromRow(state.row, document) ?? [];
      case 'not-yet':
      case 'gone':
        return [];
    }
  });
}

// Each is written by the service of its kind.
const roleAccess = ({ access = {} }: HistoryRow) => access as unknown as RoleAccess;
const groupAccess = ({ access = {} }: HistoryRow) => access as unknown as GroupAccess;
const serverAccess = ({ access = {} }: HistoryRow) => access as unknown as Partial<ResourceServerAccess>;

const periodOf = ({ subject, from, subjectVersion }: HistoryRow) => ({
  id: subject,
  since: from,
  version: subjectVersion,
});
