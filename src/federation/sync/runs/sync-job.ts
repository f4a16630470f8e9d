import { type Instant, minutes, now } from '../../../base/clock.js';
import { newId } from '../../../base/crypto/ids.js';
import type { Job } from '../../../jobs/job.js';
import type { ConnectorService, ConnectorView } from '../../connectors/connector-service.js';
import type { LastSyncRun } from './sync-report.js';
import type { SyncReports } from './sync-reports.js';
import type { Synchronize } from './synchronize.js';

export interface SyncJobParts {
  readonly connectors: Pick<ConnectorService, 'all'>;
  readonly synchronization: { readonly reports: Pick<SyncReports, 'last'>; readonly run: Synchronize };
}

/** Synchronizes the connectors of a realm that have a schedule, one after another. */
export function syncJob({ connectors, synchronization }: SyncJobParts): Job {
  const { reports, run } = synchronization;

  async function due(): Promise<readonly ConnectorView[]> {
    const scheduled = [...(await connectors.all()).values()].filter(
      ({ enabled, sync }) => enabled && sync?.every !== undefined,
    );
    if (scheduled.length === 0) return [];
    const last = await reports.last(scheduled);
    return scheduled.filter((connector) => isDue(connector, last.get(connector.id), now()));
  }

  return {
    name: 'synchronization',
    every: minutes(1),
    isNeeded: async () => (await due()).length > 0,
    async run(_held, signal) {
      const errors: unknown[] = [];
      for (const connector of await due()) {
        if (signal.aborted) return;
        const by = { kind: 'system', id: 'synchronization', requestId: newId() } as const;
        // One connector that fails by a fault of ours must not keep the others waiting.
        await run(by, connector, { signal }).catch((error: unknown) => errors.push(error));
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** Whether a connector has a schedule whose time has come. A last run in the future was written by a wrong clock. Pure. */
function isDue(
  { sync }: Pick<ConnectorView, 'sync'>,
  last: Pick<LastSyncRun, 'endedAt'> | undefined,
  at: Instant,
): boolean {
  if (sync?.every === undefined) return false;
  return !last || last.endedAt > at || last.endedAt + minutes(sync.every) <= at;
}
