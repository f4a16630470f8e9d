import { days, type Instant } from '../../base/clock.js';
import type { LastSyncRun, SyncOutcome } from '../sync/runs/sync-report.js';

export type HealthWarning = EndWarning | SyncWarning;

/** The last synchronization did not do all that it should. */
export interface SyncWarning {
  readonly of: 'synchronization';
  readonly outcome: Exclude<SyncOutcome, 'done' | 'nothing'>;
  readonly at: Instant;
}

export interface EndWarning {
  readonly of: 'certificate' | 'secret';
  /** When it ends. */
  readonly until: Instant;
  /** The number of days within which it ends; 0: it has ended. */
  readonly within: 30 | 7 | 1 | 0;
}

const THRESHOLDS = [0, 1, 7, 30] as const;

/**
 * What ends soon. Pure.
 *
 * @param ends.secretExpiresAt a date; its first moment in UTC counts
 */
export function healthWarnings(
  ends: { readonly certificateUntil?: Instant | undefined; readonly secretExpiresAt?: string | undefined },
  at: Instant,
): readonly EndWarning[] {
  const secretUntil = ends.secretExpiresAt === undefined ? undefined : Date.parse(ends.secretExpiresAt);
  return [...warningOf('certificate', ends.certificateUntil, at), ...warningOf('secret', secretUntil, at)];
}

function warningOf(of: EndWarning['of'], until: Instant | undefined, at: Instant): readonly EndWarning[] {
  const within = until === undefined ? undefined : THRESHOLDS.find((limit) => until - at <= days(limit));
  return until === undefined || within === undefined ? [] : [{ of, until, within }];
}

/** Of the last run that was no preview. Pure. */
export function syncWarnings(last: Pick<LastSyncRun, 'outcome' | 'endedAt'> | undefined): readonly SyncWarning[] {
  if (!last || last.outcome === 'done' || last.outcome === 'nothing') return [];
  return [{ of: 'synchronization', outcome: last.outcome, at: last.endedAt }];
}
