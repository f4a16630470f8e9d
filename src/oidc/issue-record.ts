import type { Effective } from '../access/effective.js';
import type { IssueRecord } from '../sessions/token.js';

/** What a token is made from: kept beside the tokens, so that it can be said later why it says what it says. */
export const issueRecordOf = (access: Effective | undefined, audience: string, scope: string[]): IssueRecord => ({
  audience,
  scope,
  edgeIds: access?.trace.edges.map(({ id }) => id) ?? [],
  roles: access?.trace.roles.map(({ id, version }) => ({ id, version })) ?? [],
  groups: access?.trace.groups.map(({ id, version }) => ({ id, version })) ?? [],
});
