import { connectorChecks } from './health/connector-check.js';
import { healthJob } from './health/health-job.js';
import type { HealthOfConnectors } from './health/connector-health.js';
import { type Leavers, leaversJob } from './sync/leaving/leavers.js';
import { upstreamAnswers } from './answers/upstream-answer.js';
import { connectorDomains, connectors } from './connectors/connector.js';
import { mappedAccess, type MappedAccessParts } from './connectors/mapped-access-guard.js';
import { upstreamReturns } from './sign-out/upstream-return.js';
import { syncJob, type SyncJobParts } from './sync/runs/sync-job.js';
import { lastSyncRuns, syncRuns } from './sync/runs/sync-report.js';
import { syncStates } from './sync/sync-state.js';

/** Registrations of `federation`: connectors, and the guard over the access that their mappings give. */
export const federation = {
  specs: [
    connectors,
    connectorDomains,
    upstreamAnswers,
    upstreamReturns,
    connectorChecks,
    syncStates,
    syncRuns,
    lastSyncRuns,
  ],
  jobs: (services: { readonly connectorHealth: HealthOfConnectors; readonly leavers: Leavers } & SyncJobParts) => [
    healthJob(services),
    syncJob(services),
    leaversJob(services),
  ],
  guards: (services: () => MappedAccessParts) => [mappedAccess(services)],
};
