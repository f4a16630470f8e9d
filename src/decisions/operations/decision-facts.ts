import { z } from 'zod';
import { resourceServerSecurity } from '../resource-server-caller.js';

/** The facts that all operations for resource servers share. */
export const decisionFacts = {
  method: 'POST',
  group: 'decision',
  security: resourceServerSecurity,
  permission: {
    none: 'A resource server asks about its own permissions. `introspects` of the client says which those are.',
  },
  // A hundred questions fit. The certification of AuthZEN wants 400 for another media type.
  bodyRules: { limit: 256 * 1024, otherType: 400 },
  /** AuthZEN 1.0 ignores what it does not know. */
  query: z.looseObject({}),
  invalidReason: 'question-invalid',
  returnsRequestId: true,
} as const;
