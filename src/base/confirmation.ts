import type { Instant } from './clock.js';

/**
 * A connector confirmed a user: at a sign-in, or when it was asked again. Access that the connector's mapping gave lasts for a time
 * from here. It is stored in the user and not in the assignments, so that a sign-in that changes nothing ends no version of them.
 */
export type Confirmation = { connector: string; at: Instant };

/** With this confirmation in place of the connector's earlier one. Pure. */
export const withConfirmation = (
  before: readonly Confirmation[] | undefined,
  confirmation: Confirmation,
): Confirmation[] => [...(before ?? []).filter(({ connector }) => connector !== confirmation.connector), confirmation];
