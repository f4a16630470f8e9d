import type { AnyCondition } from '../condition.js';
import type { CommitOutcome } from '../refusal.js';
import type { Write } from '../write.js';
import type { Committing } from './commits-together.js';

/** The tools of a lease's holder: see `lease`. */
export interface Held {
  /**
   * The condition on the lease that every write of the work must carry. It includes the time, so it is made anew for each
   * write.
   */
  fence(): { readonly id: string; readonly condition: AnyCondition };
  /**
   * Commits under the lease, in a realm or on the installation's own documents. Commits that are asked for meanwhile go together, so that
   * many at once are quick.
   * @throws GatehouseError `lease-lost`: another process may hold it; nothing was written
   */
  commit(on: Committing, writes: readonly Write[]): Promise<CommitOutcome>;
}
