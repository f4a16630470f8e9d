import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Problem } from '../../base/problems/problem.js';
import { readInput } from '../../base/problems/read-input.js';
import { sentence } from '../../sentences/sentence.js';
import {
  assign,
  type AssignmentHolder,
  type AssignmentOwner,
  unassign,
  type NewAssignment,
} from '../../access/model/assign.js';
import { termsInput } from '../../access/model/assignment-input.js';
import { effectLines } from '../../access/administration/effect-lines.js';
import { heldBoth } from '../../access/separation-of-duties/find-violations.js';
import { type PlannedRealm, previewed } from '../../access/administration/preview.js';
import { proposed } from '../../access/administration/proposed-snapshot.js';
import { newConflict } from '../../access/separation-of-duties/role-conflict.js';
import { conflictProblem } from '../../access/separation-of-duties/separation-of-duties.js';
import { readPermissionTarget } from '../../access/model/permission-target.js';
import { LIMITATIONS } from '../../access/limitations/limitations.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import { findUser } from '../arguments/find-user.js';
import { moment } from '../../base/text/moment.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';
import { snapshotNames } from '../output/snapshot-names.js';
import { columns } from '../output/table.js';
import type { Parts } from '../../app/parts.js';
import { withParts } from '../with-parts.js';

const HOLDERS = ['user', 'group', 'client'] as const;
const TARGETS = ['role', 'group', 'customer-group', 'permission'] as const;

type AssignTerms = z.output<z.ZodObject<typeof termsInput>>;

/** The holder of the assignments. */
interface Whose {
  readonly kind: (typeof HOLDERS)[number];
  readonly name: string;
}

export type AssignCommand =
  | { readonly action: 'assignments'; readonly whose: Whose }
  | { readonly action: 'unassign'; readonly whose: Whose; readonly assignment: string; readonly dryRun: boolean }
  | {
      readonly action: 'assign';
      readonly whose: Whose;
      readonly what: (typeof TARGETS)[number];
      readonly target: string;
      readonly audience?: string;
      readonly terms: AssignTerms;
      /** Only reports what would change. */
      readonly dryRun: boolean;
    };

const USAGE = {
  assign:
    'Name who is given what: gatehouse assign user alice role seller [--from MOMENT] [--until MOMENT] [--reason TEXT] [--limitation KIND=VALUE]...; a permission says where it is: gatehouse assign group staff permission orders:read --at https://orders.example.com',
  unassign:
    'Name the assignment by its id, as gatehouse assignments shows it: gatehouse unassign user alice ASSIGNMENT',
  assignments: 'Name whose assignments: gatehouse assignments user alice',
} as const;

const OPTIONS = {
  at: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  reason: { type: 'string' },
  limitation: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
} as const;

/** @throws NotUnderstood */
export function readAssignCommand(action: AssignCommand['action'], args: readonly string[]): AssignCommand {
  const { positionals, values } = parsed(action, args);
  const [kindNamed, name, what, target, ...more] = positionals;
  const kind = HOLDERS.find((one) => one === kindNamed);
  if (!kind || name === undefined) throw new NotUnderstood(USAGE[action]);
  const whose = { kind, name };
  const plain = Object.keys(values).length === 0;
  if (action === 'assignments' && what === undefined && plain) return { action, whose };
  const dryRun = values['dry-run'] === true;
  const isBare = Object.keys(values).every((name) => name === 'dry-run');
  if (action === 'unassign' && what !== undefined && target === undefined && isBare)
    return { action, whose, assignment: what, dryRun };
  const given = TARGETS.find((one) => one === what);
  if (action !== 'assign' || !given || target === undefined || more.length > 0) throw new NotUnderstood(USAGE[action]);
  if ((given === 'permission') !== (values.at !== undefined)) throw new NotUnderstood(USAGE.assign);
  const terms = termsOf(values);
  return { action, whose, what: given, target, terms, dryRun, ...(values.at !== undefined && { audience: values.at }) };
}

function parsed(action: AssignCommand['action'], args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch {
    throw new NotUnderstood(USAGE[action]);
  }
}

function termsOf({ from, until, reason, limitation = [] }: ReturnType<typeof parsed>['values']): AssignTerms {
  const byKind = new Map<string, string[]>();
  for (const pair of limitation) {
    const [kind = '', ...value] = pair.split('=');
    byKind.set(kind, [...(byKind.get(kind) ?? []), value.join('=')]);
  }
  const read = readInput(z.strictObject(termsInput), {
    ...(from !== undefined && { validFrom: from }),
    ...(until !== undefined && { validUntil: until }),
    ...(reason !== undefined && { reason }),
    limitations: [...byKind].map(([kind, values]) => ({ kind, values })),
  });
  if (read.ok) return read.value;
  throw new NotUnderstood(read.problems.map((problem) => sentence(problem, 'en')).join(' '));
}

/** Assigns, removes or shows assignments. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function assignCommand(by: Actor, command: AssignCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const snapshot = await parts.snapshots.read();
    const { kind, name } = command.whose;
    const looking = { snapshot, users: parts.users, clients: parts.clients, behaviours: parts.behaviours };
    switch (kind) {
      case 'user':
        return carryOut(by, command, parts.users, await findUser(parts, name), looking, out);
      case 'group': {
        const group = snapshot.groups.get(snapshotNames(snapshot).group(name));
        if (!group) throw new GatehouseError('bad-configuration', `There is no group ${name}.`);
        await carryOut(by, command, parts.groups, group, looking, out);
        if (command.action !== 'assignments' && !command.dryRun) await parts.groups.indexPeopleBelow(group.id);
        return;
      }
      case 'client': {
        const client = await parts.clients.get(name);
        if (!client) throw new GatehouseError('bad-configuration', `There is no client ${name}.`);
        return carryOut(by, command, parts.clients, client, looking, out);
      }
    }
  });
}

/** The dependencies of a preview before an assignment, or instead of it. */
type Looking = Pick<Parts, 'users' | 'clients' | 'behaviours'> & { readonly snapshot: Snapshot };

async function carryOut<T extends AssignmentHolder>(
  by: Actor,
  command: AssignCommand,
  owner: AssignmentOwner<T>,
  holder: T,
  looking: Looking,
  out: Output,
): Promise<void> {
  const { kind, name } = command.whose;
  const { snapshot } = looking;
  switch (command.action) {
    case 'assignments':
      for (const line of assignmentTable(holder.assignments, snapshot)) out.line(line);
      return;
    case 'unassign':
      if (command.dryRun) {
        const { assignments } = saved(await unassign(by, dryRunOwner, holder, [command.assignment], snapshot));
        return tell(plannedOf(kind, holder.id, assignments, snapshot), looking, out);
      }
      saved(await unassign(by, owner, holder, [command.assignment], snapshot));
      out.line(`Assignment ${command.assignment} of ${name} removed.`);
      return;
    case 'assign': {
      if (command.dryRun) {
        // An owner that records the assignments instead of writing them.
        const { assignments } = saved(await assign(by, dryRunOwner, holder, [wantedOf(command, snapshot)], snapshot));
        const planned = plannedOf(kind, holder.id, assignments, snapshot);
        const against = await standsAgainst(planned, { before: holder.assignments, after: assignments }, looking);
        if (against) out.line(`It would be refused: ${sentence(against, 'en')}`);
        return tell(planned, looking, out);
      }
      const after = saved(await assign(by, owner, holder, [wantedOf(command, snapshot)], snapshot));
      out.line(after.version === holder.version ? `${name} already has this assignment.` : assigned(command));
      return;
    }
  }
}

/** The planned realm. */
function plannedOf(
  kind: Whose['kind'],
  id: string,
  assignments: readonly Assignment[],
  snapshot: Snapshot,
): PlannedRealm {
  const planned = new Map([[id, assignments]]);
  return {
    snapshot: kind === 'group' ? proposed(snapshot, { group: id, assignments }) : snapshot,
    users: kind === 'user' ? planned : new Map(),
    clients: kind === 'client' ? planned : new Map(),
  };
}

/** Prints the gains and losses of everybody affected. */
async function tell(planned: PlannedRealm, { snapshot, ...parts }: Looking, out: Output): Promise<void> {
  let [looked, changed] = [0, 0];
  for await (const { effect } of previewed(snapshot, planned, parts, now())) {
    looked++;
    if (!effect) continue;
    changed++;
    for (const line of effectLines(effect)) out.line(line);
  }
  if (changed === 0) out.line('Nobody would gain or lose anything.');
  out.line(`Nothing was changed. Looked at everybody whom it may concern: ${looked} users and clients.`);
}

/** The refusal because of roles that exclude each other, if any. */
async function standsAgainst(
  planned: PlannedRealm,
  { before, after }: { readonly before: readonly Assignment[]; readonly after: readonly Assignment[] },
  { snapshot, ...holders }: Looking,
): Promise<Problem | undefined> {
  if (planned.snapshot !== snapshot) return (await heldBoth(snapshot, planned.snapshot, holders, now()))?.problem;
  const conflict = newConflict({ assignments: before, snapshot }, { assignments: after, snapshot }, now());
  return conflict && conflictProblem(conflict);
}

/** Writes nothing. */
const dryRunOwner: AssignmentOwner<AssignmentHolder> = {
  replaceAssignments: (_by, id, assignments, version) =>
    Promise.resolve({ ok: true, value: { id, assignments, version } }),
};

/** `Role seller assigned to ada (starts now, no end date).` */
function assigned({
  what,
  target,
  audience,
  terms,
  whose,
}: Extract<AssignCommand, { readonly action: 'assign' }>): string {
  const starts = terms.validFrom === undefined ? 'starts now' : `starts ${moment(terms.validFrom)}`;
  const ends = terms.validUntil === undefined ? 'no end date' : `ends ${moment(terms.validUntil)}`;
  const narrowed =
    terms.limitations.length === 0 ? '' : `, limited by ${terms.limitations.map(({ kind }) => kind).join(', ')}`;
  const thing = `${LABELS[what]} ${target}${audience === undefined ? '' : ` at ${audience}`}`;
  return `${thing} assigned to ${whose.name} (${starts}, ${ends}${narrowed}).`;
}

const LABELS = { role: 'Role', group: 'Group', 'customer-group': 'Customer group', permission: 'Permission' } as const;

function wantedOf(
  { what, target, audience = '', terms }: Extract<AssignCommand, { action: 'assign' }>,
  snapshot: Snapshot,
): NewAssignment {
  const names = snapshotNames(snapshot);
  const limitations = terms.limitations.map(({ kind, values }) => ({
    kind,
    values: LIMITATIONS.get(kind)?.valuesName === 'group' ? values.map(names.group) : values,
  }));
  const rest = { ...terms, limitations };
  switch (what) {
    case 'role':
      return { role: names.role(target), ...rest };
    case 'group':
      return { group: names.group(target), ...rest };
    case 'customer-group':
      return { customerGroup: names.group(target), ...rest };
    case 'permission':
      return { resourceServer: audience, permission: target, ...rest };
  }
}

function assignmentTable(assignments: readonly Assignment[], snapshot: Snapshot): string[] {
  if (assignments.length === 0) return ['Nothing.'];
  return columns([
    ['Assignment', 'What', 'From', 'Until', 'Limitations', 'Given by', 'Reason'],
    ...assignments.map((assignment) => [
      assignment.id,
      targetOf(assignment, snapshot),
      assignment.validFrom === undefined ? '' : moment(assignment.validFrom),
      assignment.validUntil === undefined ? '' : moment(assignment.validUntil),
      assignment.limitations.map(({ kind, values }) => `${kind}=${values.join('|')}`).join(', '),
      assignment.grantedBy,
      assignment.reason ?? '',
    ]),
  ]);
}

function targetOf({ kind, target }: Assignment, { roles, groups }: Snapshot): string {
  switch (kind) {
    case 'role':
      return `role ${roles.get(target)?.name ?? target}`;
    case 'membership':
      return `group ${groups.get(target)?.name ?? target}`;
    case 'customer-group':
      return `customer group ${groups.get(target)?.name ?? target}`;
    case 'permission': {
      const read = readPermissionTarget(target);
      return read ? `permission ${read.permission} at ${read.resourceServer}` : target;
    }
  }
}
