import type { Instant } from '../base/clock.js';
import type { Limitation } from '../base/assignment.js';
import type { Decision, DecisionStep, DecisionPath } from '../access/evaluation/decide.js';
import type { Obstacle } from '../access/evaluation/evaluate-limitations.js';
import type { StepUp } from '../access/limitations/limitation.js';
import { LIMITATIONS } from '../access/limitations/limitations.js';
import type { DecisionSnapshot } from '../access/evaluation/snapshot.js';
import { UNKNOWN_FACTS } from './english/limitations.js';

/** A decision in plain words, one sentence per line: the answer, then the reason, or the obstacles and what would help. */
export interface AccessExplanation {
  readonly answer: string;
  readonly reasons: readonly string[];
}

/**
 * Explains a decision by its trace.
 *
 * @param who a name for the subject
 * @param how.origins whether to say who granted what, when and why, which not every application may know
 */
export function explain(
  decision: Decision,
  who: string,
  snapshot: DecisionSnapshot,
  { origins = true }: { readonly origins?: boolean } = {},
): AccessExplanation {
  const { allowed, audience, permission, because, against, undeclared, stepUp, until } = decision;
  const sentence = (way: DecisionPath): string => sentenceOf(way, { permission, who, snapshot, origins });
  const may = `${who} ${allowed ? 'may' : 'may not'} ${permission} at ${audience}.`;
  if (because) {
    const end = until === undefined ? [] : [`This ends by itself at ${written(until)}.`];
    return { answer: may, reasons: [sentence(because), ...end] };
  }
  if (undeclared)
    return { answer: may, reasons: [`${audience} declares no permission ${permission}, so nobody has it.`] };
  if (against.length === 0) {
    return {
      answer: may,
      reasons: [`Nothing gives it to ${who}: no role, group or permission of theirs leads there.`],
    };
  }
  return {
    answer: may,
    reasons: [
      ...against.map(({ way, obstacles }) => {
        const but = obstacles.map((obstacle) => obstacleIn(obstacle)).join(', and ');
        return `${sentence(way).slice(0, -1)}; but ${but}.`;
      }),
      ...(stepUp ? [`Signing in again ${levelOf(stepUp)} would open it.`] : []),
    ],
  };
}

/** From the subject to the permission, in path order. */
interface ExplanationContext {
  readonly permission: string;
  readonly who: string;
  readonly snapshot: DecisionSnapshot;
  readonly origins: boolean;
}

function sentenceOf(
  { memberships, assignment, role, included, held, limitations }: DecisionPath,
  { permission, who, snapshot, origins }: ExplanationContext,
): string {
  const by = (step: DecisionStep): string => (origins ? ` (${origin(step)})` : '');
  const groups = memberships.map((step, at) => {
    const name = snapshot.groups.get(step.target)?.name ?? step.target;
    return `${at === 0 ? `${who} is in` : 'which is in'} ${name}${by(step)}`;
  });
  const last = memberships.length === 0 ? who : 'which';
  const given = role
    ? `${last} has the role ${role.name}${by(assignment)}${included ? `, which includes ${included.name}` : ''}, which gives`
    : `${last} was given${by(assignment)}`;
  const what = held === permission ? permission : `${held}, which covers or implies ${permission}`;
  const narrowed = limitations.map(describe).join(', ');
  return `${[...groups, `${given} ${what}`].join(', ')}${narrowed === '' ? '' : `, ${narrowed}`}.`;
}

function origin({ grantedBy, grantedAt, validFrom, validUntil, reason }: DecisionStep): string {
  if (grantedBy === 'system:everyone') return 'as everyone has';
  if (grantedBy === 'system:rule') return 'by its rule';
  const times = [
    ...(validFrom === undefined ? [] : [`from ${written(validFrom)}`]),
    ...(validUntil === undefined ? [] : [`until ${written(validUntil)}`]),
  ];
  return [
    `by ${grantedBy} at ${written(grantedAt)}`,
    ...times,
    ...(reason === undefined ? [] : [`because: ${reason}`]),
  ].join(', ');
}

const describe = ({ kind, values }: Limitation): string =>
  LIMITATIONS.get(kind)?.describe(values) ?? `only by a limitation ${kind} that nobody here can judge`;

function obstacleIn(obstacle: Obstacle): string {
  if (obstacle.kind === 'time') {
    const { validFrom, validUntil } = obstacle;
    return validUntil === undefined
      ? `it begins at ${written(validFrom ?? 0)}`
      : `it ended at ${written(validUntil)}, or has not begun`;
  }
  const { limitation, answer } = obstacle;
  switch (answer.is) {
    case 'missing':
      return answer.stepUp
        ? `it needs a sign-in ${levelOf(answer.stepUp)}`
        : `it is not known ${UNKNOWN_FACTS[answer.what]}`;
    case 'later':
      return `it holds ${describe(limitation)}, which only a question at the moment can settle`;
    case 'no':
    case 'yes':
      return `it holds ${describe(limitation)}`;
  }
}

const levelOf = ({ level, maxAgeSeconds }: StepUp): string =>
  `at level ${level}${maxAgeSeconds === undefined ? '' : ` within ${maxAgeSeconds} seconds`}`;

const written = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z');
