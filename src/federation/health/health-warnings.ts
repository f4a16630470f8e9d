import { days, type Instant } from '../../base/clock.js';

export interface HealthWarning {
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
): readonly HealthWarning[] {
  const secretUntil = ends.secretExpiresAt === undefined ? undefined : Date.parse(ends.secretExpiresAt);
  return [...warningOf('certificate', ends.certificateUntil, at), ...warningOf('secret', secretUntil, at)];
}

function warningOf(of: HealthWarning['of'], until: Instant | undefined, at: Instant): readonly HealthWarning[] {
  const within = until === undefined ? undefined : THRESHOLDS.find((limit) => until - at <= days(limit));
  return until === undefined || within === undefined ? [] : [{ of, until, within }];
}
