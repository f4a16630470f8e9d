import { type Instant, minutes, now, seconds } from '../base/clock.js';
import type { Held } from '../storage/leases/lease-holder.js';
import { underLease } from '../storage/leases/lease.js';
import type { InstallationStore } from '../storage/store.js';
import { put } from '../storage/write.js';
import { type Job, jobRuns } from './job.js';

/** The jobs of this process, at work or waiting. */
export interface Background {
  /**
   * Does each job that is due and that nobody else is doing; gives the names of those that were done.
   * @param report hears of each job that failed; it is due again at once
   */
  runDue(report: ReportJobError): Promise<readonly string[]>;
  /**
   * Does what is due until stopped, each job by itself, so that a long one keeps no other waiting; does not keep the process alive.
   */
  start(report: ReportJobError): void;
  /** Returns when no job is at work any more: each ends at the next point where it can. */
  stop(): Promise<void>;
}

export type ReportJobError = (error: unknown, job: string) => void;

/** The most that passes between two looks at whether a job is due. */
const LOOK_EVERY = minutes(1);
/** The first look comes after so long at most, and as long again at random. */
const FIRST_LOOK = seconds(5);
const AFTER_FAILURE = seconds(10);
/** How soon after its holder was last heard of another process goes on with a job. */
const LEASE_LIFE = seconds(30);

export function background(installation: InstallationStore, jobs: readonly Job[]): Background {
  const runs = installation.of(jobRuns);
  const looking = new Map<string, Promise<unknown>>();
  const timers = new Map<string, NodeJS.Timeout>();
  const stopping = new AbortController();
  const { signal } = stopping;

  /** When a job was last done; 0: never, or at a moment that lies ahead, which a wrong clock said. */
  const lastDone = async ({ name }: Job): Promise<Instant> => {
    const doneAt = (await runs.get(name))?.doneAt ?? 0;
    return doneAt > now() ? 0 : doneAt;
  };
  const isDue = ({ every }: Job, doneAt: Instant): boolean => doneAt + every <= now();

  /** Whether it was due once the lease was ours: another process may just have done it. */
  async function runUnder(held: Held, job: Job): Promise<boolean> {
    if (!isDue(job, await lastDone(job))) return false;
    await job.run(held, signal);
    signal.throwIfAborted();
    await held.commit(installation, [put(jobRuns, { id: job.name, doneAt: now() })]);
    return true;
  }

  async function runOne(job: Job, report: ReportJobError): Promise<'done' | 'left' | 'failed'> {
    try {
      const doneAt = await lastDone(job);
      if (!isDue(job, doneAt) || (await job.isNeeded?.(doneAt)) === false) return 'left';
      const leased = await underLease(installation, `job ${job.name}`, LEASE_LIFE, (held) => runUnder(held, job));
      return leased.ok && leased.value ? 'done' : 'left';
    } catch (error) {
      if (!signal.aborted) report(error, job.name);
      return 'failed';
    }
  }

  async function runDue(report: ReportJobError): Promise<readonly string[]> {
    const done: string[] = [];
    for (const job of jobs) {
      if ((await runOne(job, report)) === 'done') done.push(job.name);
      if (signal.aborted) break;
    }
    return done;
  }

  return {
    runDue,
    start(report) {
      for (const job of jobs) {
        const between = Math.min(job.every, LOOK_EVERY);
        const plan = (wait: number): void => {
          // stop() may have come while the job was at work.
          if (!signal.aborted) timers.set(job.name, setTimeout(() => void look(), wait).unref());
        };
        const look = async (): Promise<void> => {
          const looked = runOne(job, report);
          looking.set(job.name, looked);
          // Failures are reported that often, so that the log is not flooded while the store is unavailable.
          plan((await looked) === 'failed' ? Math.max(between, AFTER_FAILURE) : between);
        };
        // Not in the way of the start, and processes started at once don't all ask at once.
        plan(Math.min(FIRST_LOOK, between) + Math.random() * between);
      }
    },
    async stop() {
      stopping.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(looking.values());
    },
  };
}
