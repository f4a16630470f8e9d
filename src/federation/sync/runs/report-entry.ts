import type { AuditEntry } from '../../../audit/audit-entry.js';
import type { JsonObject } from '../../../base/json.js';
import type { Actor } from '../../../changes/actor.js';
import type { SyncOutcome, SyncReport } from './sync-report.js';

/** The audit entry of a run. */
export function reportEntry(by: Actor, report: SyncReport): AuditEntry {
  const { connector, mode } = report;
  const why = whyFailed(report);
  return {
    kind: mode === 'preview' ? 'connector.synchronization-previewed' : 'connector.synchronized',
    ...{ by, subject: { kind: 'connector', id: connector } },
    ...(why === undefined ? { outcome: 'success' } : { outcome: 'failure', why }),
    reason: by.reason,
    details: detailsOf(report),
  };
}

/** The audit entry of an approval that was used. */
export const approvalEntry = (by: Actor, connector: string, hash: string): AuditEntry => ({
  kind: 'connector.synchronization-approved',
  ...{ by, subject: { kind: 'connector', id: connector } },
  ...{ outcome: 'success', reason: by.reason, details: { hash } },
});

/** A preview that would stop has shown what it was asked for. */
function whyFailed({ mode, outcome }: SyncReport): SyncOutcome | undefined {
  switch (outcome) {
    case 'done':
    case 'nothing':
      return undefined;
    case 'stopped':
      return mode === 'preview' ? undefined : outcome;
    case 'partial':
    case 'failed':
      return outcome;
  }
}

const detailsOf = ({ id, mode, counts, stops, moreStops, hash, reason }: SyncReport): JsonObject => ({
  ...{ run: id, mode },
  counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  ...(stops.length > 0 && { stops: stops.length + moreStops }),
  ...(hash !== undefined && { hash }),
  ...(reason !== undefined && { reason }),
});
