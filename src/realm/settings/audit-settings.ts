import { z } from 'zod';

/** Settings of the audit trail. */
export const auditSettings = z.strictObject({
  /**
   * The records of issued access tokens: none, one a minute for each client, subject and grant type, or one for each token.
   */
  tokenIssue: z.enum(['none', 'aggregated', 'each']).default('aggregated'),
});

export type AuditSettings = z.infer<typeof auditSettings>;
