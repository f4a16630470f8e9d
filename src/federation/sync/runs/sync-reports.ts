import { days, hours, type Instant, now } from '../../../base/clock.js';
import { timeOrderedId } from '../../../base/crypto/ids.js';
import { type Page, PAGE_LIMIT, type PageRequest } from '../../../base/paging.js';
import type { AuditTrail } from '../../../audit/audit-trail.js';
import type { Actor } from '../../../changes/actor.js';
import type { Realm } from '../../../storage/store.js';
import { put } from '../../../storage/write.js';
import type { Connector } from '../../connectors/connector.js';
import type { SyncCounts } from './count-diff.js';
import type { StopReason, SyncApproval } from './judge.js';
import { approvalEntry, reportEntry } from './report-entry.js';
import {
  lastSyncRuns,
  type LastSyncRun,
  type SyncMode,
  type SyncOutcome,
  type SyncReport,
  syncRuns,
} from './sync-report.js';

/** How many reports a connector keeps, and how long. */
const MOST_REPORTS = 200;
const KEPT = days(400);
/** How long a diff that was shown can be approved. */
const APPROVABLE = hours(24);
/** How many reasons a report lists. */
const MOST_STOPS = 50;

/** A run that has ended. */
export interface EndedRun {
  readonly mode: SyncMode;
  readonly startedAt: Instant;
  readonly outcome: SyncOutcome;
  readonly reason?: string;
  readonly counts: SyncCounts;
  readonly stops: readonly StopReason[];
  /** The whole diff of everybody has this hash. */
  readonly hash?: string;
  /** Whether whoever started it sees the diff, so that they may approve it. */
  readonly isShown: boolean;
}

/** Which connector; one of the same name that was removed before has other reports. */
export type ReportedConnector = Pick<Connector, 'id' | 'createdAt'>;

/** The reports of runs, in the audit trail as well. */
export interface SyncReports {
  /** Keeps the report, and removes the oldest of more than {@link MOST_REPORTS}. */
  keep(by: Actor, connector: ReportedConnector, run: EndedRun): Promise<SyncReport>;
  /** Newest first. */
  list(connector: ReportedConnector, page: PageRequest): Promise<Page<SyncReport>>;
  /** The last runs that were no previews, by connector; at most {@link PAGE_LIMIT} connectors. */
  readonly last: (connectors: readonly ReportedConnector[]) => Promise<ReadonlyMap<string, LastSyncRun>>;
  /** The approval that this hash can have now; undefined if nobody saw its diff within the last 24 hours. */
  approvable(connector: ReportedConnector, hash: string): Promise<SyncApproval | undefined>;
  /** Records that the actor lets this diff happen. */
  approved(by: Actor, connector: ReportedConnector, hash: string): Promise<void>;
}

export function syncReports({
  realm,
  audit,
}: {
  readonly realm: Realm;
  readonly audit: Pick<AuditTrail, 'record' | 'writes'>;
}): SyncReports {
  const runs = realm.of(syncRuns);

  async function last(connectors: readonly ReportedConnector[]): Promise<ReadonlyMap<string, LastSyncRun>> {
    const found = await realm.of(lastSyncRuns).getMany(connectors.map(({ id }) => id));
    const own = connectors.flatMap(({ id, createdAt }) => {
      const run = found.get(id);
      return run && run.endedAt >= createdAt ? [[id, run] as const] : [];
    });
    return new Map(own);
  }

  /** The last report, if this run of the schedule came to the same end: nobody wants the same news every hour. */
  async function sameAsLast(connector: ReportedConnector, run: SyncReport): Promise<SyncReport | undefined> {
    if (run.by.kind !== 'system' || run.outcome === 'done') return undefined;
    const lastId = (await last([connector])).get(connector.id)?.run;
    const before = lastId === undefined ? undefined : await runs.get(lastId);
    const isSame = before?.by.kind === 'system' && endOf(before) === endOf(run);
    return isSame ? before : undefined;
  }

  return {
    last,
    async keep(by, connector, ended) {
      const run = reportOf(by, connector, ended, now());
      const before = await sameAsLast(connector, run);
      const kept = before ? repeated(before, run) : run;
      const { outcome, reason, endedAt } = kept;
      const lastRun = { id: connector.id, run: kept.id, endedAt, outcome, ...(reason !== undefined && { reason }) };
      await realm.commit([
        put(syncRuns, kept),
        ...(kept.mode === 'preview' ? [] : [put(lastSyncRuns, lastRun)]),
        ...(before ? [] : await audit.writes([reportEntry(by, kept)])),
      ]);
      const many = await runs.count('newest', { connector: connector.id }, MOST_REPORTS + PAGE_LIMIT);
      if (many > MOST_REPORTS) await runs.removeWhere('oldest', { connector: connector.id }, many - MOST_REPORTS);
      return kept;
    },
    list: ({ id, createdAt }, page) => runs.find('newest', { connector: id, endedAt: { gte: createdAt } }, page),
    async approvable({ id, createdAt }, hash) {
      const { rows } = await runs.find('approvable', { connector: id, hash }, { limit: 1 });
      const [run] = rows;
      if (run?.approvableUntil === undefined || run.endedAt < createdAt || run.approvableUntil <= now())
        return undefined;
      return { hash, until: run.approvableUntil };
    },
    approved: (by, { id }, hash) => audit.record(approvalEntry(by, id, hash)),
  };
}

function reportOf(by: Actor, connector: ReportedConnector, ended: EndedRun, at: Instant): SyncReport {
  const { mode, startedAt, outcome, reason, counts, stops, hash, isShown } = ended;
  const needsApproval = stops.length > 0 && isShown && hash !== undefined;
  return {
    ...{ id: timeOrderedId(at), connector: connector.id, mode, by: { kind: by.kind, id: by.id } },
    ...{ startedAt, endedAt: at, outcome, ...(reason !== undefined && { reason }), counts },
    ...{ stops: stops.slice(0, MOST_STOPS), moreStops: Math.max(0, stops.length - MOST_STOPS) },
    ...(hash !== undefined && { hash }),
    ...(needsApproval && { approvableUntil: at + APPROVABLE }),
    expiresAt: at + KEPT,
  };
}

/** Why it ended so. What was read may differ. */
const endOf = ({ outcome, reason, hash, stops, moreStops, counts: { collided, unreadable } }: SyncReport): string =>
  JSON.stringify([outcome, reason, collided, unreadable, outcome === 'stopped' ? [hash, stops, moreStops] : []]);

/** The report of both, with the times and counts of the later one. */
const repeated = (before: SyncReport, run: SyncReport): SyncReport => ({
  ...run,
  id: before.id,
  repeated: {
    since: before.repeated?.since ?? before.startedAt,
    times: (before.repeated?.times ?? 1) + 1,
  },
});
