import type { Effective } from '../../access/evaluation/effective.js';
import type { IssueRecord, OverBudgetRecord } from '../../sessions/tokens/token.js';

/** Records how a token was made. It is stored beside the tokens, to explain their contents later. */
export const issueRecordOf = (
  { trace }: Effective,
  token: { readonly audience: string; readonly scope: string[] },
  overBudget?: OverBudgetRecord,
): IssueRecord => ({
  ...token,
  assignmentIds: trace.assignments.map(({ id }) => id),
  roles: trace.roles.map(({ id, version }) => ({ id, version })),
  groups: trace.groups.map(({ id, version }) => ({ id, version })),
  ...(overBudget && { overBudget }),
});
