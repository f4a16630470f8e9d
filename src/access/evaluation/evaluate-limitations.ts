import type { Instant } from '../../base/clock.js';
import type { Assignment, Limitation } from '../../base/assignment.js';
import { type Interval, isAhead, isWithin } from '../../base/interval.js';
import { answer, type LimitationAnswer } from '../limitations/limitation.js';
import { LIMITATIONS } from '../limitations/limitations.js';
import type { EvaluationQuestion } from './evaluation-context.js';

/** Why an assignment or a policy does not hold. */
export type Obstacle =
  /** It has not begun, or has ended. */
  | ({ readonly kind: 'time' } & Interval)
  /** A limitation does not hold, lacks a fact, or can't be evaluated when a token is issued. */
  | {
      readonly kind: 'limitation';
      readonly limitation: Limitation;
      readonly answer: LimitationAnswer | { readonly is: 'later' };
    };

/** Whether it holds, and until when. */
export interface Verdict {
  readonly holds: boolean;
  readonly until?: Instant;
  /** The first obstacle, in the order of its limitations. */
  readonly obstacle?: Obstacle;
}

/** Evaluates assignments and policies for one question. */
export interface Judge {
  readonly limitations: (limitations: readonly Limitation[]) => Verdict;
  readonly assignment: (assignment: Assignment) => Verdict;
}

/** When and for what purpose something is evaluated (see {@link judgeOf}). */
export type Moment = 'issue' | 'decision' | 'possible' | 'ahead' | 'listing';

const HOLDS: Verdict = { holds: true };

/**
 * @param moment
 * - `issue`: For a token. Everything that must be evaluated later is excluded.
 * - `decision`: For a question asked now.
 * - `possible`: Everything that may hold at some time holds, without obstacles.
 * - `ahead`: Like `possible`, without what has ended.
 * - `listing`: For a list of resources that have not been read. A condition holds if some of them may satisfy it.
 * @param onChange receives each later time at which a verdict of this judge may change by itself
 */
export function judgeOf(
  question: EvaluationQuestion,
  moment: Moment,
  onChange: (at: Instant | undefined) => void = () => undefined,
): Judge {
  const { at } = question.context;

  function limitations(all: readonly Limitation[]): Verdict {
    if (all.length === 0 || moment === 'possible' || moment === 'ahead') return HOLDS;
    let until: Instant | undefined;
    for (const limitation of all) {
      const said = judged(limitation);
      onChange(said.is === 'yes' ? said.until : LIMITATIONS.get(limitation.kind)?.refusesUntil?.(at));
      if (said.is !== 'yes') return { holds: false, obstacle: { kind: 'limitation', limitation, answer: said } };
      until = nearer(until, said.until);
    }
    return until === undefined ? HOLDS : { holds: true, until };
  }

  function judged({ kind, values }: Limitation): LimitationAnswer | { readonly is: 'later' } {
    const known = LIMITATIONS.get(kind);
    // An unknown kind of limitation never holds.
    if (!known) return { is: 'no' };
    if (moment === 'listing') return answer(known.criterion(values, question) !== 'none');
    return moment === 'issue' && known.judgedAt === 'decision' ? { is: 'later' } : known.evaluate(values, question);
  }

  function mayLead(assignment: Assignment): boolean {
    switch (moment) {
      case 'possible':
        return true;
      case 'ahead':
        return isAhead(assignment, at);
      case 'issue':
      case 'decision':
      case 'listing':
        return isWithin(assignment, at);
    }
  }

  return {
    limitations,
    assignment(assignment) {
      const { validFrom, validUntil } = assignment;
      for (const bound of [validFrom, validUntil]) if (bound !== undefined && bound > at) onChange(bound);
      if (!mayLead(assignment)) {
        const times = {
          ...(validFrom !== undefined && { validFrom }),
          ...(validUntil !== undefined && { validUntil }),
        };
        return { holds: false, obstacle: { kind: 'time', ...times } };
      }
      const verdict = limitations(assignment.limitations);
      if (!verdict.holds || validUntil === undefined) return verdict;
      const until = nearer(verdict.until, validUntil);
      return { holds: true, ...(until !== undefined && { until }) };
    },
  };
}

/** The earlier of two ends, either of which may be absent. */
export const nearer = (a: Instant | undefined, b: Instant | undefined): Instant | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
