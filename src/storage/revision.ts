import type { Instant } from '../base/clock.js';

/**
 * The state of an existing document, without its content: states with the same version and incarnation have the same content.
 *
 * The version alone would not do: a document that is removed and made anew begins at 1 again, and a restored backup counts up
 * again from an earlier version.
 */
export interface CurrentVersion {
  readonly version: number;
  /**
   * A random integer, new with each write. Absent for a document that an older Gatehouse wrote: whether it is unchanged can't
   * be known without reading it.
   */
  readonly incarnation?: number;
  readonly expiresAt?: Instant;
}
