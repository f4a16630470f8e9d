import { hours, type Instant, minutes, now } from '../../../base/clock.js';
import { GatehouseError } from '../../../base/errors.js';
import type { Actor } from '../../../changes/actor.js';
import type { Held } from '../../../storage/leases/lease-holder.js';
import { underLease } from '../../../storage/leases/lease.js';
import type { Realm, Store } from '../../../storage/store.js';
import type { ConnectorView } from '../../connectors/connector-service.js';
import { syncSettings } from '../../connectors/sync-input.js';
import type { ConnectorEvent, UpstreamConnector } from '../../contract/connector-kind.js';
import type { SyncDiff } from '../sync-diff.js';
import type { AppliedRun, ApplySync, PlanRun, SyncRun, UnfinishedReading } from '../sync-run.js';
import { type SyncState, syncStates } from '../sync-state.js';
import { countDiff, NO_COUNTS, type SyncCounts } from './count-diff.js';
import { judge, type StopReason, type SyncApproval } from './judge.js';
import type { SyncReport } from './sync-report.js';
import type { EndedRun, SyncReports } from './sync-reports.js';

export interface RunWishes {
  /** Reads everybody, although what changed would do. */
  readonly full?: boolean;
  /** Changes nothing. */
  readonly preview?: boolean;
  /** The hash of a diff that was shown, which may happen whatever it takes away. */
  readonly approve?: string;
  /** The actor sees the diff of a run that stops, and may approve it. */
  readonly isShown?: boolean;
  readonly signal: AbortSignal;
}

export type RunResult =
  | {
      readonly kind: 'ended';
      readonly report: SyncReport;
      /** Absent: the reading did not finish. */
      readonly diff?: SyncDiff;
      /** Absent: nothing was to be changed. */
      readonly applied?: AppliedRun;
    }
  /** Nothing was read. `not-approvable`: nobody saw a diff with this hash within the last 24 hours. */
  | { readonly kind: 'refused'; readonly why: 'under-way' | 'disabled' | 'not-approvable' };

/**
 * Runs the synchronization of a connector: reads, compares, judges, and changes what may be changed. One run of a connector at a time,
 * whichever process it is in. Each run leaves a report, also one that fails.
 *
 * @throws the reason of the signal; GatehouseError `lease-lost`; StoreUnavailable
 */
export type Synchronize = (by: Actor, connector: ConnectorView, wishes: RunWishes) => Promise<RunResult>;

/** How soon after the death of a run's process another run may begin. */
const LEASE_LIFE = minutes(1);

export function synchronizing(parts: {
  readonly realm: Realm;
  readonly store: Pick<Store, 'installation'>;
  readonly opened: (id: string) => Promise<Pick<UpstreamConnector, 'reader'> | undefined>;
  readonly reports: SyncReports;
  readonly planRun: PlanRun;
  readonly applyRun: ApplySync;
  readonly report: (connector: string, event: ConnectorEvent) => void;
}): Synchronize {
  const { realm, store, opened, reports, planRun, applyRun, report } = parts;

  return async (by, connector, wishes) => {
    if (!connector.enabled) return { kind: 'refused', why: 'disabled' };
    const name = `synchronization of ${connector.id} in ${realm.id}`;
    const leased = await underLease(store.installation, name, LEASE_LIFE, async (held): Promise<RunResult> => {
      const { approve } = wishes;
      const approval = approve === undefined ? undefined : await reports.approvable(connector, approve);
      if (approve !== undefined && !approval) return { kind: 'refused', why: 'not-approvable' };
      return runUnder(held, by, connector, wishes, approval);
    });
    return leased.ok ? leased.value : { kind: 'refused', why: 'under-way' };
  };

  async function runUnder(
    held: Held,
    by: Actor,
    connector: ConnectorView,
    wishes: RunWishes,
    approval: SyncApproval | undefined,
  ): Promise<RunResult> {
    const startedAt = now();
    const state = await stateOf(connector);
    const isFull = needsFull(connector, state, wishes, startedAt);
    const mode = wishes.preview === true ? 'preview' : isFull ? 'full' : 'incremental';
    const begun = { mode, startedAt, counts: NO_COUNTS, stops: [], isShown: false } as const;
    const end = async (ended: Partial<EndedRun> & Pick<EndedRun, 'outcome'>): Promise<SyncReport> => {
      const kept = await reports.keep(by, connector, { ...begun, ...ended });
      logEnd(kept);
      return kept;
    };

    const upstream = await opened(connector.id);
    const reader = upstream?.reader;
    if (!reader) {
      const reason = upstream ? 'no-reader' : 'connector-not-opened';
      return { kind: 'ended', report: await end({ outcome: 'failed', reason }) };
    }
    const run: SyncRun = { by, connector, reader, state, full: isFull, signal: wishes.signal };
    try {
      const planned = await planRun(run);
      if (planned.kind !== 'planned') return { kind: 'ended', report: await end(unfinished(planned)) };
      const { diff } = planned;
      const judgement = judge(diff, syncSettings(connector).limits, approval, now());
      const seen: Omit<EndedRun, 'outcome'> = {
        ...begun,
        mode: wishes.preview === true ? 'preview' : diff.isFull ? 'full' : 'incremental',
        ...{ counts: countDiff(diff), hash: diff.hash },
        // An approval is for everything that happens, so only a diff of everybody has one.
        isShown: diff.isFull && (wishes.preview === true || wishes.isShown === true),
      };
      if (judgement.kind === 'stops') {
        return { kind: 'ended', diff, report: await end({ ...seen, outcome: 'stopped', stops: judgement.why }) };
      }
      if (wishes.preview === true) {
        return { kind: 'ended', diff, report: await end({ ...seen, outcome: hasChanges(diff) ? 'done' : 'nothing' }) };
      }
      // Before anything happens, so that no change lacks the record of who allowed it.
      if (approval) await reports.approved(by, connector, approval.hash);
      const applied = await applyRun({ ...run, held }, diff);
      return { kind: 'ended', diff, applied, report: await end({ ...seen, ...appliedEnd(diff, applied) }) };
    } catch (error) {
      // Another process goes on with it, or this one stops: the next run begins anew, and its report counts.
      const isInterrupted = wishes.signal.aborted || (error instanceof GatehouseError && error.code === 'lease-lost');
      // Kept so that the schedule waits for its next turn, and that somebody sees it. The error itself is what the caller needs.
      if (!isInterrupted) await end({ outcome: 'failed', reason: 'internal-error' }).catch(() => undefined);
      throw error;
    }
  }

  /** News only: an outage of a night is one line, and not one for each interval. */
  function logEnd({ connector, mode, outcome, reason, hash, repeated }: SyncReport): void {
    if (mode === 'preview' || outcome === 'done' || outcome === 'nothing' || repeated) return;
    const details = { ...(reason !== undefined && { cause: reason }), ...(hash !== undefined && { hash }) };
    report(connector, { reason: `synchronization-${outcome}`, details });
  }

  /** Of this connector, and not of one of the same name that was removed before. */
  async function stateOf({ id, createdAt }: ConnectorView): Promise<SyncState | undefined> {
    const state = await realm.of(syncStates).get(id);
    return state && state.fullAt >= createdAt ? state : undefined;
  }
}

/**
 * Whether everybody has to be read. A preview and an approval are about everything that would happen. A last time in the future was
 * written by a wrong clock. Pure.
 */
const needsFull = (
  connector: ConnectorView,
  state: SyncState | undefined,
  { full = false, preview = false, approve }: Pick<RunWishes, 'full' | 'preview' | 'approve'>,
  at: Instant,
): boolean =>
  full ||
  preview ||
  approve !== undefined ||
  !state ||
  state.fullAt > at ||
  at - state.fullAt >= hours(syncSettings(connector).full);

const unfinished = ({ kind, reason }: UnfinishedReading): Pick<EndedRun, 'outcome' | 'reason'> => ({
  outcome: kind === 'partial' ? 'partial' : 'failed',
  reason,
});

const hasChanges = ({ digests, renamedGroups }: SyncDiff): boolean => digests.size > 0 || renamedGroups.length > 0;

function appliedEnd(
  diff: SyncDiff,
  { end, done, left }: AppliedRun,
): Pick<EndedRun, 'outcome' | 'reason' | 'counts'> & { readonly stops: readonly StopReason[] } {
  const planned = countDiff(diff);
  if (end.kind === 'applied') {
    const outcome = hasChanges(diff) ? 'done' : 'nothing';
    return { outcome, counts: { ...planned, ...done, left }, stops: [] };
  }
  // How much was taken away before the end of the second reading is told by the people who were changed.
  const counts: SyncCounts = { ...planned, ...done, left, membershipsLost: 0, fieldsEmptied: 0 };
  return { ...unfinished(end), counts, stops: [] };
}
