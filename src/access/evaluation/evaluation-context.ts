import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import type { Json } from '../../base/json.js';
import type { FactValues } from '../facts/fact.js';
import type { ListedFact } from '../facts/facts.js';

/**
 * The subject: a user, or a client that acts for itself. Never a user through a client: a user's token contains the user's own
 * access.
 */
export interface Subject {
  readonly kind: 'user' | 'client';
  readonly id: string;
  readonly assignments: readonly Assignment[];
  /** The organisation's attributes of a user; a name may occur several times. */
  readonly attributes?: readonly { readonly name: string; readonly value: string }[];
  /** Where a user's password and profile live. */
  readonly userstore?: string;
  /** The segments whose rule holds for a user, by id. */
  readonly segments?: readonly string[];
}

/** The circumstances of the question: its time, and every fact in `facts/`. An absent fact is unknown, and nothing is granted on it. */
export interface EvaluationContext extends FactValues<ListedFact> {
  readonly at: Instant;
}

/** The resource to be acted on, as the resource server describes it. */
export interface Resource {
  readonly type?: string;
  readonly id?: string;
  /** The id of the user or client that owns it. */
  readonly owner?: string;
  /** The groups that it belongs to and those above them, by id. */
  readonly within?: readonly string[];
  readonly attributes?: Readonly<Record<string, Json>>;
}

/** The action, as the caller describes it. */
export interface Action {
  /** The name of the permission. */
  readonly name: string;
  readonly properties: Readonly<Record<string, Json>>;
}

/** Everything that a limitation may read. */
export interface EvaluationQuestion {
  readonly subject: Subject;
  /** Every group above the subject, by id; absent while they are being resolved. */
  readonly groups?: ReadonlySet<string>;
  readonly resource?: Resource;
  /** Absent if no single permission is asked about. */
  readonly action?: Action;
  readonly context: EvaluationContext;
}
