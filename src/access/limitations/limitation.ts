import type { Problem } from '../../base/problems/problem.js';
import type { Instant } from '../../base/clock.js';
import type { Level } from '../../base/authentication-level.js';
import type { EvaluationQuestion } from '../evaluation/evaluation-context.js';
import type { ListedFact } from '../facts/facts.js';

/** A level that would suffice, proven no longer ago than this many seconds: a client requests it to step up (RFC 9470). */
export interface StepUp {
  readonly level: Level;
  readonly maxAgeSeconds?: number;
}

/** A fact or another part of the question that a limitation needs and the question lacks. */
export type MissingFact = ListedFact['name'] | 'groups' | 'resource' | 'action' | 'attribute';

/** Whether a limitation holds. */
export type LimitationAnswer =
  /** @param until the time from which it will no longer hold; if that is more than a day away, possibly a later time */
  | { readonly is: 'yes'; readonly until?: Instant }
  | { readonly is: 'no' }
  /** @param stepUp for `authentication`: the level that would suffice */
  | { readonly is: 'missing'; readonly what: MissingFact; readonly stepUp?: StepUp };

const YES: LimitationAnswer = { is: 'yes' };
export const NO: LimitationAnswer = { is: 'no' };

/** The answer yes or no, for a simple condition. */
export const answer = (holds: boolean): LimitationAnswer => (holds ? YES : NO);

/** For a limitation that does not read the row: its answer applies to all rows. */
export const allOrNone = ({ is }: LimitationAnswer): Criterion => (is === 'yes' ? 'all' : 'none');

/**
 * The rows of a list that a limitation accepts, in terms that a store can look up: those whose field is, or contains, one of
 * these values. It may include too many rows, never too few, because each row is evaluated.
 */
export type Criterion =
  'all' | 'none' | { readonly field: 'owner' | 'within' | 'userstore' | 'client'; readonly in: readonly string[] };

/**
 * One kind of condition that only narrows. Its values are ORed, and each is a string, so all kinds are stored, shown and
 * written in a realm file in the same way.
 */
export interface LimitationKind {
  readonly kind: string;
  /**
   * `issue`: everything it depends on is known when a token is issued, so a token may carry permissions under it. `decision`:
   * it can be evaluated only at the time of a question, so no token carries them.
   */
  readonly judgedAt: 'issue' | 'decision';
  /**
   * The kind of object that its values refer to, so that users can see and enter names for them. Absent: values are themselves.
   */
  readonly valuesName?: 'group' | 'client';
  /** Why this is no valid value; undefined: it is valid. */
  fault(value: string): Problem | undefined;
  /** Whether one of the values holds. Pure; never throws, whatever the values. */
  evaluate(values: readonly string[], question: EvaluationQuestion): LimitationAnswer;
  /** The rows of a list that {@link evaluate} may accept, before any of them is read. */
  criterion(values: readonly string[], question: EvaluationQuestion): Criterion;
  /**
   * Until when an answer other than yes surely stays, if nothing but time passes. Absent: time alone never turns it into yes.
   */
  refusesUntil?(at: Instant): Instant;
  /** As the end of a sentence: `only between 09:00 and 17:00`. */
  describe(values: readonly string[]): string;
}
