import { type Instant, minutes, now, seconds } from '../base/clock.js';
import type { Held } from '../storage/leases/lease-holder.js';
import { underLease } from '../storage/leases/lease.js';
import type { InstallationStore } from '../storage/store.js';
import { put } from '../storage/write.js';
import { type Job, jobRuns } from './job.js';

/** The running and waiting jobs of this process. */
export interface Background {
  /**
   * Runs each job that is due and that no other process runs; returns the names of those that ran.
   * @param report receives the error of each failed job, which is due again at once
   */
  runDue(report: ReportJobError): Promise<readonly string[]>;
  /** Runs due jobs until stopped, each independently, so that a long one delays no other; does not keep the process alive. */
  start(report: ReportJobError): void;
  /** Returns when no job is running any more: each ends at the next point where it can. */
  stop(): Promise<void>;
}

export type ReportJobError = (error: unknown, job: string) => void;

/** The maximum interval between checks whether a job is due. */
const LOOK_EVERY = minutes(1);
/** The first check comes after at most this time, and up to the same time again at random. */
const FIRST_LOOK = seconds(5);
const AFTER_FAILURE = seconds(10);
/** How soon after its holder's last renewal another process continues a job, unless the job says. */
const LEASE_LIFE = seconds(30);

export function background(installation: InstallationStore, jobs: readonly Job[]): Background {
  const runs = installation.of(jobRuns);
  const looking = new Map<string, Promise<unknown>>();
  const timers = new Map<string, NodeJS.Timeout>();
  const stopping = new AbortController();
  const { signal } = stopping;

  /** When a job last ran; 0: never, or in the future, by a wrong clock. */
  const lastDone = async ({ name }: Job): Promise<Instant> => {
    const doneAt = (await runs.get(name))?.doneAt ?? 0;
    return doneAt > now() ? 0 : doneAt;
  };
  const isDue = ({ every }: Job, doneAt: Instant): boolean => doneAt + every <= now();

  /** Whether it was still due once we held the lease: another process may just have run it. */
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
      const leased = await underLease(installation, `job ${job.name}`, job.leaseLife ?? LEASE_LIFE, (held) =>
        runUnder(held, job),
      );
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
          // stop() may have been called while the job was running.
          if (!signal.aborted) timers.set(job.name, setTimeout(() => void look(), wait).unref());
        };
        const look = async (): Promise<void> => {
          const looked = runOne(job, report);
          looking.set(job.name, looked);
          // Failures are reported at this interval, so that the log is not flooded while the store is unavailable.
          plan((await looked) === 'failed' ? Math.max(between, AFTER_FAILURE) : between);
        };
        // Not during the start, and at different times in processes that start together.
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
