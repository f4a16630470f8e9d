import { decide, type Decision, type DecisionPath, type WantedPermission } from '../evaluation/decide.js';
import type { EvaluationContext, Resource, Subject } from '../evaluation/evaluation-context.js';
import type { DecisionSnapshot } from '../evaluation/snapshot.js';
import { type PossibleSubjects, possibleSubjects } from '../evaluation/subject.js';
import type { DecidingUser } from '../../identity/users/access-relevant-fields.js';

/** A decision about a user whose activity then is not known: activity is counted, and the counts have no history. */
export interface PastDecision {
  readonly allowed: boolean | 'unknown';
  /** If `allowed` is unknown: the decision for a user who is in all of `unknownSegments`. */
  readonly decision: Decision;
  /** Ids of segments of which it is not known whether the user was in them, and on which the decision depends. */
  readonly unknownSegments: readonly string[];
}

/** The question of a decision, without its subject. */
export interface PastQuestion {
  readonly wanted: WantedPermission;
  readonly resource: Resource | undefined;
  readonly context: EvaluationContext;
}

/**
 * The answer of {@link decide} about a user on the snapshot of that instant. Segments only add access, so the answer is known if
 * it is the same with none and with all of the unknown ones. Pure.
 */
export function decideAt(user: DecidingUser, question: PastQuestion, snapshot: DecisionSnapshot): PastDecision {
  const { sure, possible, unknown }: PossibleSubjects = possibleSubjects(user, snapshot, question.context.at);
  const of = (subject: Subject): Decision =>
    decide(subject, question.wanted, question.resource, question.context, snapshot);
  const least = of(sure);
  if (least.allowed || unknown.length === 0) {
    return { allowed: least.allowed, decision: least, unknownSegments: [] };
  }
  const most = of(possible);
  const paths = [...(most.because ? [most.because] : []), ...most.against.map(({ way }) => way)];
  const read = new Set(paths.flatMap(groupsOf));
  return {
    allowed: most.allowed && 'unknown',
    decision: most,
    unknownSegments: unknown.filter((id) => read.has(id)),
  };
}

/** The groups that a path leads through or is limited to. */
const groupsOf = ({ memberships, limitations }: DecisionPath): readonly string[] => [
  ...memberships.map(({ target }) => target),
  ...limitations.flatMap(({ kind, values }) => (kind === 'group' ? values : [])),
];
