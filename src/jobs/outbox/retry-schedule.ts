/** How long a failed delivery waits before the next attempt, and the number of attempts. */
export interface RetrySchedule {
  /** Milliseconds after the first failure; each further wait is three times as long as the previous one. */
  readonly firstWait: number;
  readonly longestWait: number;
  readonly mostAttempts: number;
}

const GROWTH = 3;

/** The wait after this many failed attempts, in milliseconds. */
export const nextWait = ({ firstWait, longestWait }: RetrySchedule, attempts: number): number =>
  Math.min(firstWait * GROWTH ** (attempts - 1), longestWait);
