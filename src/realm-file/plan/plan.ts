import { below } from '../../base/problems/problem.js';
import type { PlannedRealm } from '../../access/administration/preview.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { type Instant, now } from '../../base/clock.js';
import type { AssignmentSource } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import { settingsInput } from '../../realm/settings/settings-input.js';
import type { CurrentRealm } from './current-realm.js';
import type { FoundSecrets } from '../secrets/find-secrets.js';
import { sourceOf } from './holder-assignments.js';
import { knownFields } from '../read/known-fields.js';
import { namesShown } from '../describe/display-names.js';
import { notInFile } from './not-in-file.js';
import type { Note, Operation } from './operation.js';
import { overlay } from './planned-fields.js';
import { type ChangedIds, type EnforcedConnector, planConnectors } from './plan-connectors.js';
import { planClients } from './plan-clients.js';
import { planGroups, withGroupFields } from './plan-groups.js';
import { planResourceServers } from './plan-resource-servers.js';
import { planRoles, withRoleNames } from './plan-roles.js';
import { planUsers } from './plan-users.js';
import type { FileProblem } from '../read/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';
import { removedPermissions, type RemovedPermissions } from './removed-permissions.js';
import { planRenames } from './plan-renames.js';
import { takesAdministrator } from '../check/takes-administrator.js';
import { withBuiltIns } from './built-ins.js';

/** All changes that a realm file makes to a realm, and what it leaves alone. Empty `operations`: nothing changes. */
export interface Plan {
  readonly file: RealmFile;
  readonly source: AssignmentSource;
  readonly secrets: FoundSecrets;
  readonly removed: RemovedPermissions;
  /** In order of execution. Each leaves a working realm, so that a run may end between two of them. */
  readonly operations: readonly Operation[];
  /** The current realm, with the new names of roles and groups. */
  readonly before: Snapshot;
  readonly planned: PlannedRealm;
  /** Users who are created. */
  readonly added: readonly Stored<User>[];
  /** Users who get a password, by id. */
  readonly givenPasswords: ReadonlySet<string>;
  /** All connectors afterwards. */
  readonly connectors: readonly EnforcedConnector[];
  /** Connectors after which people may not be recognized. */
  readonly changedIds: readonly ChangedIds[];
  /** Parts of the file that the run ignores. */
  readonly ignored: readonly Note[];
  /** Objects in the realm that the file does not name and that stay. */
  readonly notInFile: readonly Note[];
  /** Problems of the file as a whole. */
  readonly problems: readonly FileProblem[];
}

/** Computes what applying the file would change. Pure over the data read, except for ids of new objects. */
export function plan(current: CurrentRealm, file: RealmFile, secrets: FoundSecrets, at: Instant = now()): Plan {
  const { content } = file;
  const source = sourceOf(file);
  const { renamedPermissions } = current;
  const renames = planRenames(file, withBuiltIns(current.snapshot));
  const before = renames.snapshot;
  const base = renamedPermissions?.snapshot(before) ?? before;
  const removed = removedPermissions(file, base.resourceServers);
  const named = withGroupFields(withRoleNames(base, file), file);
  const names = namesShown(named, base);
  const settings = planSettings(file, current);
  const servers = planResourceServers(file, base.resourceServers, names);
  const start = sameOr(base, { ...named, resourceServers: servers.planned });
  const roles = planRoles(file, { base, start, removed, names });
  const assignments = { by: PLANNER, source, removed, snapshot: { ...start, roles: roles.roles }, at };
  const groups = planGroups(file, base, start, assignments, names);
  const clients = planClients(file, current, secrets, assignments, names);
  const users = planUsers(file, current, secrets, assignments, names);
  const { connectors: standings } = base;
  const after = {
    roles: roles.roles,
    groups: groups.groups,
    resourceServers: servers.planned,
    connectors: standings,
  };
  const connectors = planConnectors(file, current.connectors, secrets, { after, names, at });
  const takesLast = takesAdministrator(base, after, at);
  const taking = [...groups.reduce, ...users.operations].filter(takesLast);
  const operations = [
    ...renames.operations,
    ...current.renamedClients.map(({ index: entry, from, to: name }): Operation => {
      return { thing: 'client', name, step: 'rename', id: from, entry, changes: [{ what: 'renamed', from }] };
    }),
    ...(renamedPermissions?.operations ?? []),
    ...roles.reduce,
    ...groups.reduce.filter((operation) => !takesLast(operation)),
    ...settings.operations,
    ...servers.first,
    ...roles.create,
    ...groups.create,
    ...connectors.operations,
    ...clients.operations,
    ...users.operations.filter((operation) => !takesLast(operation)),
    ...roles.complete,
    ...groups.complete,
    ...connectors.enforcing,
    ...taking,
    ...servers.last,
  ];
  const planned: PlannedRealm = {
    // The same object if nothing in it changes: then only holders with changes of their own are evaluated.
    snapshot: operations.some(({ thing }) => thing === 'role' || thing === 'group' || thing === 'resource-server')
      ? after
      : before,
    users: users.planned,
    clients: clients.planned,
    profiles: users.profiles,
    ...(renamedPermissions && { permissions: renamedPermissions.names }),
  };
  return {
    file,
    source,
    secrets,
    removed,
    operations,
    before,
    planned,
    added: users.added,
    givenPasswords: users.givenPasswords,
    connectors: connectors.planned,
    changedIds: connectors.changedIds,
    ignored: users.ignored,
    notInFile: notInFile({ content, source, current, planned, names }),
    problems: [
      ...settings.problems,
      ...servers.problems,
      ...roles.problems,
      ...groups.problems,
      ...connectors.problems,
      ...clients.problems,
      ...users.problems,
    ],
  };
}

const sameOr = (base: Snapshot, after: Snapshot): Snapshot =>
  base.roles === after.roles && base.groups === after.groups && base.resourceServers === after.resourceServers
    ? base
    : after;

function planSettings({ written, locate }: RealmFile, { settings }: CurrentRealm) {
  const operations: Operation[] = [];
  if (!written.settings) return { operations, problems: [] };
  const wanted = overlay(settingsInput, settings, written.settings);
  const problems = wanted.ok ? [] : wanted.problems.map((one) => locate(below(['settings'], one)));
  const names = namesShown();
  const changes = wanted.ok ? names.fields(settings ?? {}, { ...settings, ...wanted.value }, FIELDS) : [];
  if (changes.length > 0) operations.push({ thing: 'settings', name: 'settings', step: 'change', changes });
  return { operations, problems };
}

const FIELDS = knownFields(settingsInput, []);

/** A plan makes no assignments. */
const PLANNER: Actor = { kind: 'system', id: 'realm-file', requestId: 'plan' };
