import type { Effective } from '../../access/evaluation/effective.js';
import type { IssueRecord, OverBudgetRecord } from '../../sessions/tokens/token.js';

/** What a token is made from: kept beside the tokens, so that it can be said later why it says what it says. */
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
