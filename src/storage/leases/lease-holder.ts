import type { AnyCondition } from '../condition.js';
import type { CommitOutcome } from '../refusal.js';
import type { Write } from '../write.js';

/** What the holder of a lease works with: see `lease`. */
export interface Held {
  /** What every write of the work expects of the lease; made anew for each write, since it says that the time is not up. */
  fence(): { readonly id: string; readonly condition: AnyCondition };
  /**
   * Commits under the lease, on a realm or on the installation's own documents.
   * @throws GatehouseError `lease-lost`: somebody else may hold it by now; nothing was written
   */
  commit(
    on: { commit(writes: readonly Write[]): Promise<CommitOutcome> },
    writes: readonly Write[],
  ): Promise<CommitOutcome>;
}
