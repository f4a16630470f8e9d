import type { ChangeRefusal } from '../../changes/change-result.js';
import type { FieldProblem, ProblemCode } from '../problem.js';
import type { Why } from '../refusals/because.js';

/** Why an operation was refused, as its caller is told. */
export interface ApiRefusal {
  readonly code: ProblemCode;
  /** A sentence for a person: what happened, and what to do. */
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
  const { message: detail } = refusal;
  switch (refusal.code) {
    case 'invalid':
      return { code: 'unprocessable', detail, problems: [{ code: refusal.fault ?? 'invalid', path: '', detail }] };
    case 'taken':
      return { code: 'conflict', detail, problems: [{ code: 'taken', path: refusal.key, detail }] };
    case 'changed':
      return { code: isConditional ? 'precondition-failed' : 'conflict', detail };
    case 'missing':
      return { code: 'not-found', detail };
    case 'in-use': {
      const problems = refusal.references.map((reference) => ({ code: 'in-use', path: '', params: { ...reference } }));
      return { code: 'conflict', detail, problems };
    }
    case 'forbidden':
      return { code: 'conflict', detail, problems: [{ code: refusal.guard, path: '', detail }] };
  }
}
