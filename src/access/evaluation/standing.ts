import type { Instant } from '../../base/clock.js';
import type { Assignment, Limitation } from '../../base/assignment.js';
import {
  type AccessQuestion,
  clientsGiving,
  contextOf,
  givesIt,
  holdsNow,
  type Judging,
  mayHold,
} from '../administration/access-question.js';
import { compiled } from './snapshot-index.js';
import { EVERYONE } from '../model/everyone.js';
import { type PermissionQuestion, givingsOf } from './matching-policies.js';
import { type Judge, judgeOf, nearer } from './evaluate-limitations.js';
import type { Subject } from './evaluation-context.js';
import { assignmentsTo, sourcesOf } from './assignment-sources.js';

/** That a subject holds something, or may come to, and through which path. */
export interface Standing {
  /** `later`: an assignment on the path begins then. `limited`: a limitation does not hold now, as far as is known. */
  readonly when: 'now' | 'later' | 'limited';
  readonly way: HoldingWay;
}

export interface HoldingWay {
  /** By id, starting from the subject. */
  readonly groups: readonly string[];
  /** The id of the role that is assigned, to the subject or to the last of the groups. */
  readonly role?: string;
  /** Everybody holds it. */
  readonly everyone?: true;
  /** The rule of a segment leads to the first of the groups. */
  readonly rule?: true;
  readonly validFrom?: Instant;
  readonly validUntil?: Instant;
  readonly limitations: readonly Limitation[];
}

/** Undefined if the subject does not hold it and no assignment leads there later. Pure. */
export function standingOf(question: AccessQuestion, subject: Subject, judging: Judging): Standing | undefined {
  const { snapshot } = judging;
  const context = contextOf(question, judging.context, snapshot);
  const fit = { ...judging, context };
  if (holdsNow(question, subject, fit)) {
    const moment = question.kind === 'permission' ? 'decision' : 'issue';
    return { when: 'now', way: wayTo(question, subject, fit, moment) };
  }
  if (mayHold(question, subject, fit)) {
    const way = wayTo(question, subject, fit, 'ahead');
    return { when: way.validFrom !== undefined && way.validFrom > context.at ? 'later' : 'limited', way };
  }
  for (const client of clientsGiving(question, fit)) {
    const used = { ...fit, context: { ...context, clientId: client } };
    if (!mayHold(question, subject, used)) continue;
    const way = wayTo(question, subject, used, 'ahead');
    return {
      when: 'limited',
      way: { ...way, limitations: [...way.limitations, { kind: 'client', values: [client] }] },
    };
  }
  return undefined;
}

/** The path with the fewest groups. */
function wayTo(
  question: AccessQuestion,
  subject: Subject,
  { snapshot, context, resource }: Judging,
  moment: 'issue' | 'decision' | 'ahead',
): HoldingWay {
  const judging = (groups?: ReadonlySet<string>): Judge =>
    judgeOf({ subject, context, ...(resource && { resource }), ...(groups && { groups }) }, moment);
  const sources = sourcesOf(subject, judging, snapshot);
  if (question.kind === 'group') {
    const from = sources.groups.find(({ id }) => id === question.id);
    return wayOver(from ? assignmentsTo({ from }, sources.all, snapshot) : [], []);
  }
  const gives = givesIt(question, snapshot);
  for (const source of sources.all) {
    for (const assignment of source.assignments) {
      if (!gives(assignment) || !sources.judge.assignment(assignment).holds) continue;
      const limitations = policyLimitations(question, assignment, { judge: sources.judge, context, snapshot });
      if (limitations) return wayOver([...assignmentsTo(source, sources.all, snapshot), assignment], limitations);
    }
  }
  return wayOver([], []);
}

/** The limitations of the policy by which the assignment grants a permission; undefined if none of the policies holds. */
function policyLimitations(
  question: AccessQuestion,
  assignment: Assignment,
  { judge, context, snapshot }: { readonly judge: Judge } & Pick<Judging, 'context' | 'snapshot'>,
): readonly Limitation[] | undefined {
  if (question.kind !== 'permission') return [];
  const givers = compiled(snapshot).givers(question.audience, question.permission);
  const permissionQuestion: PermissionQuestion | undefined = givers && { givers, audience: question.audience, context };
  const policies = permissionQuestion
    ? givingsOf(assignment, permissionQuestion).map(({ by }) => by?.policy.limitations ?? [])
    : [];
  return policies.find((limitations) => judge.limitations(limitations).holds);
}

function wayOver(assignments: readonly Assignment[], policy: readonly Limitation[]): HoldingWay {
  const role = assignments.find(({ kind }) => kind === 'role');
  const starts = assignments.flatMap(({ validFrom }) => validFrom ?? []);
  const validUntil = assignments.map((assignment) => assignment.validUntil).reduce(nearer, undefined);
  return {
    groups: assignments.flatMap(({ kind, target }) =>
      kind === 'membership' || kind === 'customer-group' ? target : [],
    ),
    ...(role && { role: role.target }),
    ...(role?.id === EVERYONE && { everyone: true as const }),
    ...(assignments[0]?.grantedBy === 'system:rule' && { rule: true as const }),
    ...(starts.length > 0 && { validFrom: Math.max(...starts) }),
    ...(validUntil !== undefined && { validUntil }),
    limitations: [...assignments.flatMap(({ limitations }) => limitations), ...policy],
  };
}
