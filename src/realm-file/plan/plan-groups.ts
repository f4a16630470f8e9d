import { below, problem } from '../../base/problems/problem.js';
import { isDeepStrictEqual } from 'node:util';
import { placesHolding } from '../../access/administration/access-question.js';
import { administratorQuestion } from '../../access/administration/administrator-rank.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Assignment } from '../../base/assignment.js';
import type { Group } from '../../identity/groups/group.js';
import { mirroredFault } from '../../identity/groups/mirrored-group.js';
import { ruleFault } from '../../identity/groups/segment-rule.js';
import type { Stored } from '../../storage/spec.js';
import { type FileAssignments, holderAssignments } from './holder-assignments.js';
import type { NamesShown } from '../describe/display-names.js';
import type { Operation } from './operation.js';
import type { FileProblem } from '../read/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';
import type { GroupEntry } from '../read/schema.js';
import { unmade } from './built-ins.js';

/** The fields of a group without its assignments. */
const FIELDS = ['name', 'type', 'description', 'rule', 'segmentGroup'] as const;

/** The fields of a group that the file names. */
export function groupFields({ name, type, description, rule, segmentGroup }: GroupEntry) {
  return {
    name,
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    ...(rule !== undefined && { rule }),
    ...(segmentGroup !== undefined && { segmentGroup }),
  };
}

/** Adds every group of the file with the file's fields and its current assignments. */
export function withGroupFields(snapshot: Snapshot, { content }: RealmFile): Snapshot {
  const groups = new Map(snapshot.groups);
  const byName = new Map([...groups.values()].map((group) => [group.name, group]));
  let same = true;
  for (const entry of content.groups) {
    const before = byName.get(entry.name);
    // Its connector decides what it is; the plan refuses the entry.
    if (before?.connector !== undefined) continue;
    const after = { ...(before ?? { ...unmade(), assignments: [] }), ...groupFields(entry) };
    if (isDeepStrictEqual(before, after)) continue;
    groups.set(after.id, after);
    same = false;
  }
  return same ? snapshot : { ...snapshot, groups };
}

/** The assignments that a group keeps; the others are removed first, so that nobody gains access in between. */
function reducedAssignments(before: readonly Assignment[], after: readonly Assignment[]): readonly Assignment[] {
  const then = new Map(after.map((assignment) => [assignment.id, assignment]));
  return before.flatMap(({ id }) => then.get(id) ?? []);
}

/**
 * The rule of a segment until users have been updated: it holds for users who match the old and the new rule. No user then gains
 * access through the old rule, and users who match both keep theirs. The rule of a segment that grants administration stays
 * meanwhile: the last administrator may be leaving it.
 */
export function reducedRule(before: Stored<Group>, rule: string | undefined, snapshot: Snapshot): string | undefined {
  if (before.rule === undefined || rule === undefined || before.rule === rule) return before.rule;
  const question = administratorQuestion(snapshot);
  if (question && placesHolding(question, snapshot).groups.has(before.id)) return before.rule;
  // An earlier run ended after this step.
  if (before.rule.endsWith(` && (${rule})`)) return before.rule;
  const both = `(${before.rule}) && (${rule})`;
  return ruleFault(both) === undefined ? both : 'false';
}

/** @param start includes every group of the file, by {@link withGroupFields} */
export function planGroups(
  { content, written, locate }: RealmFile,
  base: Snapshot,
  start: Snapshot,
  fileAssignments: FileAssignments,
  names: NamesShown,
) {
  const problems: FileProblem[] = [];
  const [reduce, create, place, complete]: [Operation[], Operation[], Operation[], Operation[]] = [[], [], [], []];
  const groups = new Map(start.groups);
  const change = (before: Stored<Group>, after: Stored<Group>, entry?: number): void => {
    groups.set(after.id, after);
    const common = { thing: 'group', name: after.name, id: before.id, ...(entry !== undefined && { entry }) } as const;
    const assignments = reducedAssignments(before.assignments, after.assignments);
    const taken = names.assignmentChanges(before.assignments, assignments);
    const rule = reducedRule(before, after.rule, base);
    const reduced = { ...before, assignments: [...assignments], ...(rule !== undefined && { rule }) };
    const given = [...names.fields(before, after, FIELDS), ...names.assignmentChanges(assignments, after.assignments)];
    if (taken.length > 0 || rule !== before.rule)
      reduce.push({ ...common, step: 'reduce', changes: taken, after: { group: reduced } });
    if (given.length > 0) complete.push({ ...common, step: 'complete', changes: given, after: { group: after } });
  };
  const entryOf = new Map(content.groups.map(({ name }, i) => [name, i]));
  for (const group of start.groups.values()) {
    const entry = entryOf.get(group.name);
    const parsed = entry === undefined ? undefined : content.groups[entry];
    const before = base.groups.get(group.id);
    // A file neither takes it over nor gives it access by its name, which the directory chose.
    const mirrored = entry !== undefined ? mirroredFault(group, ['groups', entry, 'name']) : undefined;
    if (mirrored) {
      problems.push(locate(mirrored));
      continue;
    }
    if (entry !== undefined && before && before.type !== group.type) {
      const { type } = before;
      const fixed = problem('group-kind-fixed', ['groups', entry, 'type'], {
        name: group.name,
        ...(type !== undefined && { type }),
      });
      problems.push(locate(fixed));
      groups.set(group.id, before);
      continue;
    }
    const named = entry !== undefined && parsed ? { entry: parsed, written: written.groups?.[entry] ?? {} } : undefined;
    const maintained = holderAssignments(group.assignments, named, fileAssignments);
    if (!maintained.ok) {
      problems.push(locate(below(['groups', entry ?? 0, ...(maintained.path ?? [])], maintained.fault)));
      continue;
    }
    const after = { ...group, assignments: [...maintained.assignments] };
    if (before) {
      change(before, after, entry);
      continue;
    }
    groups.set(after.id, after);
    const common = { thing: 'group', name: after.name, ...(entry !== undefined && { entry }) } as const;
    create.push({
      ...common,
      step: 'create',
      changes: [{ what: 'created' }],
      after: { group: { ...after, assignments: [] } },
    });
    const given = names.assignmentChanges([], after.assignments);
    if (given.length > 0) place.push({ ...common, step: 'complete', changes: given, after: { group: after } });
  }
  return { groups, problems, reduce, create: [...create, ...place], complete };
}
