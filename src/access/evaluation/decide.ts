import type { Instant } from '../../base/clock.js';
import type { Assignment, Limitation } from '../../base/assignment.js';
import { atLeast } from '../../base/authentication-level.js';
import { compiled } from './snapshot-index.js';
import { trace, type TracedAssignment, type TracedRole } from './effective.js';
import { type PermissionQuestion, type Giving, givingsOf, mayGive } from './matching-policies.js';
import { type Judge, judgeOf, nearer, type Obstacle } from './evaluate-limitations.js';
import type { StepUp } from '../limitations/limitation.js';
import type { Action, EvaluationContext, Resource, Subject } from './evaluation-context.js';
import type { DecisionSnapshot } from './snapshot.js';
import { assignmentsTo, type JudgedSource, sourcesOf } from './assignment-sources.js';

/** A permission of one resource server, by its identifier. */
export interface WantedPermission {
  readonly audience: string;
  readonly permission: string;
  /** Properties of the action, as the caller gives them. */
  readonly properties?: Action['properties'];
}

/** An assignment on a path, and where it comes from. */
export type DecisionStep = TracedAssignment & Pick<Assignment, 'grantedBy' | 'grantedAt' | 'validFrom' | 'reason'>;

/** A path from the subject to the permission. */
export interface DecisionPath {
  /** From the subject's own assignment through the groups above it. */
  readonly memberships: readonly DecisionStep[];
  /** The assignment that grants it, from the last of these groups or the subject itself. */
  readonly assignment: DecisionStep;
  /** The role that the assignment leads to; absent: the assignment grants the permission directly. */
  readonly role?: TracedRole;
  /** The role with the policy, if `role` includes it. */
  readonly included?: TracedRole;
  /** The permission that is held: the same, a node above it, a pattern, or one that implies it. */
  readonly held: string;
  /** All limitations on the path, from the first assignment to the policy. */
  readonly limitations: readonly Limitation[];
}

export interface Decision extends Omit<WantedPermission, 'properties'> {
  readonly allowed: boolean;
  /** The path that grants it; if there are several, the first by its assignments' ids. */
  readonly because?: DecisionPath;
  /** The latest end of the access, by the assignments on the path. */
  readonly until?: Instant;
  /** If denied: the possible paths and their obstacles. */
  readonly against: readonly { readonly way: DecisionPath; readonly obstacles: readonly Obstacle[] }[];
  /** If denied: the permission is not declared, so nobody holds it. */
  readonly undeclared?: true;
  /** The level that would allow it, if nothing else is missing. */
  readonly stepUp?: StepUp;
}

/** The maximum number of failed paths to explain. */
const MOST_AGAINST = 20;

/**
 * Whether the subject may do this to the resource, and why. Pure over its arguments: reads no store and no clock. Policies are
 * ORed, limitations of one path ANDed, values of one limitation ORed. Denied unless a path leads there. @throws never
 */
export function decide(
  subject: Subject,
  { audience, permission, properties = {} }: WantedPermission,
  resource: Resource | undefined,
  context: EvaluationContext,
  snapshot: DecisionSnapshot,
): Decision {
  const wanted = { audience, permission };
  const givers = compiled(snapshot).givers(audience, permission);
  if (!givers) return { ...wanted, allowed: false, against: [], undeclared: true };

  const action = { name: permission, properties };
  const question = { subject, context, action, ...(resource && { resource }) };
  const permissionQuestion: PermissionQuestion = { givers, audience, context };
  const judging = (groups?: ReadonlySet<string>) => judgeOf({ ...question, ...(groups && { groups }) }, 'decision');
  const sources = sourcesOf(subject, judging, snapshot);
  const { judge } = sources;
  for (const source of sources.all) {
    for (const assignment of source.assignments) {
      if (!mayGive(assignment, givers)) continue;
      const verdict = judge.assignment(assignment);
      if (!verdict.holds) continue;
      for (const giving of givingsOf(assignment, permissionQuestion)) {
        const policy = giving.by && judge.limitations(giving.by.policy.limitations);
        if (policy && !policy.holds) continue;
        const assignments = assignmentsTo(source, sources.all, snapshot);
        const until = [verdict.until, policy?.until, ...assignments.map((each) => judge.assignment(each).until)].reduce(
          nearer,
          undefined,
        );
        const because = wayOf(source, assignments, assignment, giving, snapshot);
        return { ...wanted, allowed: true, because, against: [], ...(until !== undefined && { until }) };
      }
    }
  }
  return { ...wanted, allowed: false, ...obstaclesTo(subject, permissionQuestion, judge, snapshot) };
}

function stepOf(assignment: Assignment, from: { readonly id: string } | undefined): DecisionStep {
  const { grantedBy, grantedAt, validFrom, reason } = assignment;
  return {
    ...trace(assignment, from),
    grantedBy,
    grantedAt,
    ...(validFrom !== undefined && { validFrom }),
    ...(reason !== undefined && { reason }),
  };
}

function wayOf(
  { from }: JudgedSource,
  memberships: readonly Assignment[],
  assignment: Assignment,
  { by }: Giving,
  snapshot: DecisionSnapshot,
): DecisionPath {
  const role = by && snapshot.roles.get(assignment.target);
  return {
    memberships: memberships.map((each, at) => {
      const above = memberships[at - 1];
      return stepOf(each, above && { id: above.target });
    }),
    assignment: stepOf(assignment, from),
    ...(role && { role: { id: role.id, name: role.name, version: role.version } }),
    ...(by &&
      by.role.id !== role?.id && { included: { id: by.role.id, name: by.role.name, version: by.role.version } }),
    held: by?.policy.permission ?? assignment.target.slice(assignment.target.indexOf(' ') + 1),
    limitations: [...memberships, assignment, ...(by ? [by.policy] : [])].flatMap(({ limitations }) => limitations),
  };
}

/** Every path that may lead there at some time, with all current obstacles. */
function obstaclesTo(
  subject: Subject,
  question: PermissionQuestion,
  judge: Judge,
  snapshot: DecisionSnapshot,
): Pick<Decision, 'against' | 'stepUp'> {
  const possible = judgeOf({ subject, context: question.context }, 'possible');
  const against: { way: DecisionPath; obstacles: readonly Obstacle[] }[] = [];
  const stepUps: StepUp[] = [];
  const sources = sourcesOf(subject, () => possible, snapshot).all;
  for (const source of sources) {
    for (const assignment of source.assignments) {
      if (!mayGive(assignment, question.givers)) continue;
      for (const giving of givingsOf(assignment, question)) {
        const memberships = assignmentsTo(source, sources, snapshot);
        const obstacles = [...memberships, assignment].flatMap((each) => obstaclesOf(each, judge));
        if (giving.by) obstacles.push(...limitationsAgainst(giving.by.policy.limitations, judge));
        const wanted = stepUpFor(obstacles);
        if (wanted) stepUps.push(wanted);
        if (against.length < MOST_AGAINST) {
          against.push({ way: wayOf(source, memberships, assignment, giving, snapshot), obstacles });
        }
      }
    }
  }
  const [stepUp] = stepUps.sort(easierFirst);
  return { against, ...(stepUp && { stepUp }) };
}

function obstaclesOf(assignment: Assignment, judge: Judge): Obstacle[] {
  const { obstacle } = judge.assignment(assignment);
  return obstacle?.kind === 'time' ? [obstacle] : limitationsAgainst(assignment.limitations, judge);
}

const limitationsAgainst = (limitations: readonly Limitation[], judge: Judge): Obstacle[] =>
  limitations.flatMap((limitation) => judge.limitations([limitation]).obstacle ?? []);

/** The level that would suffice, if only a level is missing: the highest level and the shortest age of all that are required. */
function stepUpFor(obstacles: readonly Obstacle[]): StepUp | undefined {
  let all: StepUp | undefined;
  for (const obstacle of obstacles) {
    if (obstacle.kind !== 'limitation' || obstacle.answer.is !== 'missing' || !obstacle.answer.stepUp) return undefined;
    const { level, maxAgeSeconds } = obstacle.answer.stepUp;
    const age = nearer(all?.maxAgeSeconds, maxAgeSeconds);
    all = {
      level: all && atLeast(all.level, level) ? all.level : level,
      ...(age !== undefined && { maxAgeSeconds: age }),
    };
  }
  return all;
}

const easierFirst = (a: StepUp, b: StepUp): number => {
  if (a.level !== b.level) return atLeast(a.level, b.level) ? 1 : -1;
  return (b.maxAgeSeconds ?? Infinity) === (a.maxAgeSeconds ?? Infinity)
    ? 0
    : (b.maxAgeSeconds ?? Infinity) > (a.maxAgeSeconds ?? Infinity)
      ? 1
      : -1;
};
