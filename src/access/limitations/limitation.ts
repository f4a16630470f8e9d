import type { Instant } from '../../base/clock.js';
import type { Level } from '../../base/authentication-level.js';
import type { EvaluationQuestion } from '../evaluation/evaluation-context.js';

/** A level that would do, shown no longer ago than so many seconds: what a client asks for to step up (RFC 9470). */
export interface StepUp {
  readonly level: Level;
  readonly maxAgeSeconds?: number;
}

/** A fact that a limitation needs and nobody told. */
export type MissingFact =
  'groups' | 'client' | 'address' | 'country' | 'authentication' | 'sessions' | 'resource' | 'action' | 'attribute';

/** Whether a limitation holds. */
export type LimitationAnswer =
  /** @param until by itself it will no longer hold from this moment on, or perhaps from a later one if this is more than a day off */
  | { readonly is: 'yes'; readonly until?: Instant }
  | { readonly is: 'no' }
  /** @param stepUp for `authentication`: what would do */
  | { readonly is: 'missing'; readonly what: MissingFact; readonly stepUp?: StepUp };

const YES: LimitationAnswer = { is: 'yes' };
export const NO: LimitationAnswer = { is: 'no' };

/** Yes or no, of a plain condition. */
export const answer = (holds: boolean): LimitationAnswer => (holds ? YES : NO);

/** For a limitation that does not read the row: its answer applies to all rows. */
export const allOrNone = ({ is }: LimitationAnswer): Criterion => (is === 'yes' ? 'all' : 'none');

/**
 * Which rows of a list a limitation leaves, in terms that a store can look up: those whose field is, or holds, one of these.
 * It may let too much through, never too little: each row is judged once more.
 */
export type Criterion =
  'all' | 'none' | { readonly field: 'owner' | 'within' | 'userstore' | 'client'; readonly in: readonly string[] };

/**
 * One kind of condition that only narrows. Its values are ORed, and each is one string, so that every kind is stored, shown and
 * written in a realm file alike.
 */
export interface LimitationKind {
  readonly kind: string;
  /**
   * `issue`: all it hangs on is known when a token is made, so a token may carry what it narrows. `decision`: only whoever is
   * asked at the very moment can judge it, so no token does.
   */
  readonly judgedAt: 'issue' | 'decision';
  /** What its values refer to, so that users can see and enter names for them. Absent: values are themselves. */
  readonly valuesName?: 'group' | 'client';
  /** Why this is no value of this kind, as a sentence that says what would be; undefined: it is one. */
  fault(value: string): string | undefined;
  /** Whether one of the values holds. Pure; never throws, whatever the values. */
  evaluate(values: readonly string[], question: EvaluationQuestion): LimitationAnswer;
  /** The rows of a list that {@link evaluate} may accept, before any of them is read. */
  criterion(values: readonly string[], question: EvaluationQuestion): Criterion;
  /** As the end of a sentence: `only between 09:00 and 17:00`. */
  describe(values: readonly string[]): string;
}
