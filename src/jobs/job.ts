import type { Held } from '../storage/leases/lease-holder.js';
import { spec } from '../storage/spec.js';
import type { Instant } from '../base/clock.js';

export interface Job {
  readonly name: string;
  /** Milliseconds from the end of one run to the next. */
  readonly every: number;
  /** How soon after its holder's last renewal another process continues it, in milliseconds. Absent: after 30 seconds. */
  readonly leaseLife?: number;
  /**
   * Called when it is due, before it starts: for frequent jobs, where a start without work would be expensive.
   * @param doneAt the end of its last run; 0 if unknown
   */
  isNeeded?(doneAt: Instant): Promise<boolean>;
  /**
   * Its writes go through `held`. Returns when it has done enough for one run, or soon after `signal` is aborted, and may be
   * interrupted anywhere.
   */
  run(held: Held, signal: AbortSignal): Promise<void>;
}

/** When a job last ran. The id is its name. */
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
