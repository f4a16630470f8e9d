import type { ChangeRefusal } from '../../changes/change-result.js';
import { refusalText } from '../../sentences/sentence.js';
import { fieldProblem } from './field-problem.js';
import type { FieldProblem, ProblemCode } from '../problem.js';
import type { Why } from '../refusals/because.js';

/** The refusal of an operation, as sent to its caller. */
export interface ApiRefusal {
  readonly code: ProblemCode;
  /** A sentence for people about what happened and what to do. */
  readonly detail: string;
  readonly problems?: readonly FieldProblem[];
  /** For the log, where the code says too little. */
  readonly why?: Why;
}

/**
 * A service's refusal as a problem.
 *
 * @param isConditional whether the caller named a version: then a changed document is a failed precondition, otherwise a conflict
 */
export function problemOfChange(refusal: ChangeRefusal, isConditional: boolean): ApiRefusal {
  const detail = refusalText(refusal, 'en');
  const problems = refusal.problems.map(fieldProblem);
  switch (refusal.code) {
    case 'invalid':
      return { code: 'unprocessable', detail, problems };
    case 'changed':
      return { code: isConditional ? 'precondition-failed' : 'conflict', detail };
    case 'missing':
      return { code: 'not-found', detail };
    case 'taken':
    case 'in-use':
    case 'forbidden':
      return { code: 'conflict', detail, problems };
  }
}
