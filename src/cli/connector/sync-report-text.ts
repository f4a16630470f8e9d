import type { SyncReport } from '../../federation/sync/runs/sync-report.js';
import { stopReasonText } from '../../sentences/describe-sync.js';

const COUNTED = [
  ['read', 'read'],
  ['new', 'new'],
  ['joined', 'joined to an account'],
  ['changed', 'changed'],
  ['collided', 'collided'],
  ['gone', 'gone'],
  ['returned', 'returned'],
  ['disabled', 'disabled'],
  ['enabled', 'enabled'],
  ['membershipsLost', 'roles and groups lost'],
  ['fieldsEmptied', 'fields emptied'],
  ['unreadable', 'without a usable id'],
  ['left', 'left to the next run'],
] as const;

/** The counts that are not 0, as one text. */
export const countText = ({ counts }: Pick<SyncReport, 'counts'>): string =>
  COUNTED.flatMap(([count, words]) => (counts[count] === 0 ? [] : [`${numbered(counts[count])} ${words}`])).join(', ');

/** A report with times and sentences that people can read. */
export const reportJson = ({
  startedAt,
  endedAt,
  approvableUntil,
  repeated,
  stops,
  expiresAt: _expiresAt,
  ...report
}: SyncReport): object => ({
  ...report,
  ...{ startedAt: iso(startedAt), endedAt: iso(endedAt) },
  ...(repeated && { repeated: { ...repeated, since: iso(repeated.since) } }),
  stops: stops.map((reason) => ({ ...reason, sentence: stopReasonText(reason, 'en') })),
  ...(approvableUntil !== undefined && { approvableUntil: iso(approvableUntil) }),
});

const iso = (at: number): string => new Date(at).toISOString();

export const numbered = (n: number): string => n.toLocaleString('en');
