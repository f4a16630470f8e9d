import { minutes, now, seconds } from '../base/clock.js';
import type { Held } from '../storage/held.js';
import { underLease } from '../storage/lease.js';
import type { House } from '../storage/store.js';
import { put } from '../storage/write.js';
import { type Job, jobRuns } from './job.js';

/** The jobs of this process, at work or waiting. */
export interface Background {
  /**
   * Does each job that is due and that nobody else is doing; gives the names of those that were done.
   * @param report hears of each job that failed; it is due again at once
   */
  runDue(report: Report): Promise<readonly string[]>;
  /** Does what is due, every minute until stopped; does not keep the process alive. */
  start(report: Report): void;
  /** Returns when no job is at work any more: each ends at the next point where it can. */
  stop(): Promise<void>;
}

export type Report = (error: unknown, job: string) => void;

const LOOK_EVERY = minutes(1);
/** How soon after its holder was last heard of another process goes on with a job. */
const LEASE_LIFE = seconds(30);

export function background(house: House, jobs: readonly Job[]): Background {
  const kept = house.of(jobRuns);
  let looking: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const stopping = new AbortController();
  const { signal } = stopping;

  /** A moment that lies ahead was said by a clock that went wrong, and is no reason to wait for it. */
  const isDue = async ({ name, every }: Job): Promise<boolean> => {
    const doneAt = (await kept.get(name))?.doneAt ?? 0;
    return doneAt + every <= now() || doneAt > now();
  };

  /** Whether it was due once the lease was ours: another process may just have done it. */
  async function runUnder(held: Held, job: Job): Promise<boolean> {
    if (!(await isDue(job))) return false;
    await job.run(held, signal);
    signal.throwIfAborted();
    await held.commit(house, [put(jobRuns, { id: job.name, doneAt: now() })]);
    return true;
  }

  async function runDue(report: Report): Promise<readonly string[]> {
    const done: string[] = [];
    for (const job of jobs) {
      try {
        if (!(await isDue(job))) continue;
        const leased = await underLease(house, `job ${job.name}`, LEASE_LIFE, (held) => runUnder(held, job));
        if (leased.ok && leased.value) done.push(job.name);
      } catch (error) {
        if (!signal.aborted) report(error, job.name);
      }
      if (signal.aborted) break;
    }
    return done;
  }

  return {
    runDue,
    start(report) {
      const look = async (): Promise<void> => {
        looking = runDue(report);
        await looking;
        plan(LOOK_EVERY);
      };
      const plan = (wait: number): void => {
        // stop() may have come while a job was at work.
        if (!signal.aborted) timer = setTimeout(() => void look(), wait).unref();
      };
      // Not in the way of the start, and processes started at once don't all ask at once.
      plan(seconds(5) + Math.random() * LOOK_EVERY);
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}
