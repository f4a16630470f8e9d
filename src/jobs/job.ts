/**
 * jobs: work that goes on in the background, by one process at a time whatever their number.
 *
 * Owns when a job is due and who does it. Knows none of the work; a job is handed the lease under which it writes.
 * Never in the way of a request, and never the only one to know what is true: whatever a job does late is only late.
 */
import type { Held } from '../storage/leases/lease-holder.js';
import { spec } from '../storage/spec.js';
import type { Instant } from '../base/clock.js';

export interface Job {
  readonly name: string;
  /** Milliseconds from the end of one run to the next. */
  readonly every: number;
  /**
   * Asked when it is due, before it is taken up: for a job that is due so often that taking it up for nothing would cost.
   * @param doneAt when its last run ended; 0 if that is not known
   */
  isNeeded?(doneAt: Instant): Promise<boolean>;
  /**
   * Its writes go through `held`. Returns when enough is done for once, or soon after `signal` is aborted, and is safe to be
   * cut off anywhere.
   */
  run(held: Held, signal: AbortSignal): Promise<void>;
}

/** When a job was last done. The id is its name. */
export interface JobRun {
  id: string;
  doneAt: Instant;
}

export const jobRuns = spec<JobRun>()({
  name: 'jobs',
  scope: 'installation',
  version: 1,
  transient: true,
  indexed: {},
  unique: {},
  queries: {},
});
