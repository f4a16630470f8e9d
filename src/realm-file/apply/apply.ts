import { problem } from '../../base/problems/problem.js';
import type { AssignmentHolder, AssignmentOwner } from '../../access/model/assign.js';
import { roleInput } from '../../access/model/role-input.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, missing } from '../../changes/change-result.js';
import { replacingAll } from '../../changes/patched-input.js';
import { resourceServerInput } from '../../realm/resource-servers/resource-server-input.js';
import type { ResourceServer } from '../../realm/resource-servers/resource-server.js';
import { settingsInput } from '../../realm/settings/settings-input.js';
import { applyClient, applyClientSecrets, renameClient } from './apply-clients.js';
import { applyConnector, applyConnectorSecret } from './apply-connectors.js';
import { permissionRenaming } from '../../realm/resource-servers/rename-permission.js';
import { applyEmail, applyPassword, applyProfile, createUser } from './apply-users.js';
import { mirroredFault } from '../../identity/groups/mirrored-group.js';
import { declaredFirst, wantedResourceServer } from '../plan/plan-resource-servers.js';
import type { Operation } from '../plan/operation.js';
import { overlay } from '../plan/planned-fields.js';
import type { RealmParts } from '../realm-parts.js';
import type { Plan } from '../plan/plan.js';
import { groupFields, reducedRule } from '../plan/plan-groups.js';
import { aloneRole, reducedRole, wantedRole, withoutRemoved } from '../plan/plan-roles.js';
import type { Stored } from '../../storage/spec.js';
import {
  type ApplyOptions,
  type ApplyRun,
  saveAssignments,
  unchanged,
  unfit,
  type ApplyResult,
  wrote,
} from './apply-run.js';
import { saveInTurn } from './save-in-turn.js';

/**
 * Executes a plan, operation by operation, each in its own commit. After a crash between two of them, a new plan contains the
 * rest. Each operation reads its object anew and interprets the file as the plan did, so that concurrent changes stay.
 * Afterwards this process decides by the new state.
 *
 * @throws GatehouseError `bad-configuration` if changes since the check prevent it; StoreUnavailable
 */
export async function apply(parts: RealmParts, by: Actor, plan: Plan, options: ApplyOptions = {}): Promise<void> {
  const run: ApplyRun = { parts, by, plan, options };
  let done = 0;
  const carryOutOne = async (operation: Operation): Promise<void> => {
    const written = await saveInTurn(parts, thingOf(operation), () => carryOut(run, operation));
    if (written) options.onDone?.(operation);
    options.onProgress?.(++done, plan.operations.length);
  };
  for (const alike of inRunsOfAKind(plan.operations)) {
    // Another process may have created an object that this one is about to name, so the snapshot for names must be current.
    await parts.caches.readMarkers();
    await eachAtOnce(alike, mayBeAtOnce(alike[0]) ? (options.atOnce ?? 1) : 1, carryOutOne);
  }
  if (plan.operations.length > 0) await parts.caches.readMarkers();
}

/** Consecutive operations of one kind. */
function* inRunsOfAKind(operations: readonly Operation[]): Generator<readonly Operation[]> {
  let alike: Operation[] = [];
  for (const operation of operations) {
    const [first] = alike;
    if (first && (first.thing !== operation.thing || first.step !== operation.step)) {
      yield alike;
      alike = [];
    }
    alike.push(operation);
  }
  if (alike.length > 0) yield alike;
}

/** Operations whose order does not matter, and whose time goes into hashing passwords. */
const mayBeAtOnce = (operation: Operation | undefined): boolean =>
  operation?.thing === 'user' && (operation.step === 'create' || operation.step === 'password');

/** Runs them in order, a limited number in parallel. After a failure no more are started; those in progress are awaited. */
async function eachAtOnce<T>(all: readonly T[], most: number, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: most }, worker));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

const thingOf = ({ thing, name }: Operation): string => (thing === 'settings' ? 'settings' : `${thing} ${name}`);

function carryOut(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  switch (operation.thing) {
    case 'settings':
      return applySettings(run);
    case 'resource-server':
      return applyResourceServer(run, operation);
    case 'role':
      return applyRole(run, operation);
    case 'group':
      return applyGroup(run, operation);
    case 'connector':
      return operation.step === 'secrets' ? applyConnectorSecret(run, operation) : applyConnector(run, operation);
    case 'client':
      return operation.step === 'assign'
        ? give(run, operation, run.parts.clients, () => run.parts.clients.get(operation.name))
        : operation.step === 'secrets'
          ? applyClientSecrets(run, operation)
          : operation.step === 'rename'
            ? renameClient(run, operation)
            : applyClient(run, operation);
    case 'user':
      return applyUser(run, operation);
  }
}

async function applySettings({ parts: { settings }, by, plan }: ApplyRun): Promise<ApplyResult> {
  const before = await settings.get();
  const wanted = overlay(settingsInput, before, plan.file.written.settings ?? {});
  return wanted.ok ? wrote(before, await settings.save(by, wanted.value, before.version)) : unfit();
}

async function applyResourceServer(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { name, step, entry } = operation;
  const { resourceServers } = run.parts;
  const before = await resourceServers.get(name);
  if (step === 'rename') return before ? renamePermission(run, operation, before) : unchanged;
  const wanted = wantedResourceServer(before, run.plan.file.written.resourceServers?.[entry ?? -1]);
  if (!wanted.ok) return unfit();
  if (!before) return wrote(undefined, await resourceServers.create(run.by, wanted.value));
  const next = step === 'complete' ? wanted.value : declaredFirst(before, wanted.value);
  // The plan has removed the references to a removed permission; references added meanwhile are removed too.
  const patch = replacingAll(resourceServerInput, next);
  const how = { cascade: step === 'complete' };
  return wrote(before, await resourceServers.update(run.by, name, patch, before.version, how));
}

/** References change to the new name. A permission that another run renamed meanwhile is left alone. */
async function renamePermission(
  { parts, by }: ApplyRun,
  { changes: [change] }: Operation,
  before: Stored<ResourceServer>,
): Promise<ApplyResult> {
  const isDeclared = (wanted: string): boolean => before.permissions.some(({ name }) => name === wanted);
  if (change?.what !== 'permission-renamed' || !isDeclared(change.from) || isDeclared(change.to)) return unchanged;
  const { from, to } = change;
  const patch = permissionRenaming(before, from, to);
  const how = { renamed: new Map([[from, to]]) };
  return wrote(before, await parts.resourceServers.update(by, before.identifier, patch, before.version, how));
}

async function applyRole(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { parts, by, plan } = run;
  const { name, step, id, entry } = operation;
  const all = await parts.roles.all();
  const before = (id !== undefined && all.get(id)) || [...all.values()].find((role) => role.name === name);
  if (step === 'rename' && before) {
    return wrote(before, await parts.roles.update(by, before.id, { name }, before.version));
  }
  if (step === 'create' && before) return unchanged;
  const snapshot = await parts.snapshots.read();
  const fields = plan.file.written.roles?.[entry ?? -1];
  const wanted = fields
    ? wantedRole(before || undefined, fields, snapshot, plan.removed)
    : overlay(roleInput, before && withoutRemoved(before, plan.removed), {});
  if (!wanted.ok) return unfit();
  if (step === 'create') return wrote(undefined, await parts.roles.create(by, aloneRole(wanted.value)));
  if (!before) return missing('role', name);
  const next = step === 'reduce' ? overlay(roleInput, reducedRole(before, wanted.value), {}) : wanted;
  if (!next.ok) return unfit();
  return wrote(before, await parts.roles.update(by, before.id, replacingAll(roleInput, next.value), before.version));
}

async function applyGroup(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { parts, by, plan } = run;
  const { groups } = parts;
  const { name, step, id, entry } = operation;
  const parsed = plan.file.content.groups[entry ?? -1];
  const before = id === undefined ? await groups.findByName(name) : await groups.get(id);
  if (step === 'rename' && before) return wrote(before, await groups.update(by, before.id, { name }, before.version));
  // A connector made it since the plan: the file does not give it anything.
  const mirrored = before && parsed ? mirroredFault(before) : undefined;
  if (mirrored) return invalid(mirrored);
  if (step === 'create')
    return before || !parsed ? unchanged : wrote(undefined, await groups.create(by, groupFields(parsed)));
  if (!before) return missing('group', name);
  let group = before;
  if (step === 'complete' && parsed) {
    const changed = await groups.update(by, before.id, groupFields(parsed), before.version);
    if (!changed.ok) return changed;
    group = changed.value;
  }
  if (step === 'reduce' && parsed) {
    const rule = reducedRule(before, parsed.rule, await parts.snapshots.read());
    const changed = await groups.update(by, before.id, rule === undefined ? {} : { rule }, before.version);
    if (!changed.ok) return changed;
    group = changed.value;
  }
  const saved = await saveAssignments(run, operation, groups, group);
  if (!saved.ok) return saved;
  const moves = operation.changes.some(
    (change) => (change.what === 'assigned' || change.what === 'taken') && change.assignment.kind === 'membership',
  );
  if (moves) await groups.indexPeopleBelow(group.id);
  return wrote(before, saved);
}

function applyUser(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { id } = operation;
  switch (operation.step) {
    case 'create':
      return createUser(run, operation);
    case 'password':
      return applyPassword(run, operation);
    case 'profile':
      return applyProfile(run, operation);
    case 'email':
      return applyEmail(run, operation);
    case 'rename':
    case 'reduce':
    case 'declare':
    case 'change':
    case 'secrets':
    case 'complete':
      throw new Error(`A user has no step ${operation.step}.`);
    case 'assign':
      return give(run, operation, run.parts.users, () =>
        id === undefined ? run.parts.identifiers.findUser(operation.name) : run.parts.users.get(id),
      );
  }
}

/** Removes and adds assignments in one commit. */
async function give<T extends AssignmentHolder>(
  run: ApplyRun,
  operation: Operation,
  owner: AssignmentOwner<T>,
  read: () => Promise<T | undefined>,
): Promise<ApplyResult> {
  const holder = await read();
  if (!holder) return invalid(problem('gone', [], {}));
  return wrote(holder, await saveAssignments(run, operation, owner, holder));
}
