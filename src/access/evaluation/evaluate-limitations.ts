import type { Instant } from '../../base/clock.js';
import type { Assignment, Limitation } from '../../base/assignment.js';
import { isActive, isAhead } from '../model/assignment-rules.js';
import { answer, type LimitationAnswer } from '../limitations/limitation.js';
import { LIMITATIONS } from '../limitations/limitations.js';
import type { EvaluationQuestion } from './evaluation-context.js';

/** Why an assignment or a policy does not hold. */
export type Obstacle =
  /** It has not begun, or is over. */
  | { readonly kind: 'time'; readonly validFrom?: Instant; readonly validUntil?: Instant }
  /** A limitation does not hold, lacks a fact, or can't be judged when a token is made. */
  | {
      readonly kind: 'limitation';
      readonly limitation: Limitation;
      readonly answer: LimitationAnswer | { readonly is: 'later' };
    };

/** Whether something leads on; and until when by itself. */
export interface Verdict {
  readonly holds: boolean;
  readonly until?: Instant;
  /** The first thing that stands against it, in the order of its limitations. */
  readonly obstacle?: Obstacle;
}

/** Judges assignments and policies for one question. */
export interface Judge {
  readonly limitations: (limitations: readonly Limitation[]) => Verdict;
  readonly assignment: (assignment: Assignment) => Verdict;
}

/** When and for what something is judged (see {@link judgeOf}). */
export type Moment = 'issue' | 'decision' | 'possible' | 'ahead' | 'listing';

const HOLDS: Verdict = { holds: true };

/**
 * @param moment `issue`: a token is to be made, and what must be judged later is not in it; `decision`: somebody asks now;
 * `possible`: whatever may hold at some moment does, and nothing stands against anything; `ahead`: the same, without what is over;
 * `listing`: a list of resources is to be read, none of which is known yet: what some of them may pass holds
 */
export function judgeOf(question: EvaluationQuestion, moment: Moment): Judge {
  function limitations(all: readonly Limitation[]): Verdict {
    if (all.length === 0 || moment === 'possible' || moment === 'ahead') return HOLDS;
    let until: Instant | undefined;
    for (const limitation of all) {
      const said = judged(limitation);
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
        return isAhead(assignment, question.context.at);
      case 'issue':
      case 'decision':
      case 'listing':
        return isActive(assignment, question.context.at);
    }
  }

  return {
    limitations,
    assignment(assignment) {
      const { validFrom, validUntil } = assignment;
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

/** The nearer of two ends, of which either may not be. */
export const nearer = (a: Instant | undefined, b: Instant | undefined): Instant | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
