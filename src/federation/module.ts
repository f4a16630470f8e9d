import { connectorChecks } from './health/connector-check.js';
import { healthJob } from './health/health-job.js';
import type { HealthOfConnectors } from './health/connector-health.js';
import { connectorDomains, connectors } from './connectors/connector.js';
import { mappedAccess, type MappedAccessParts } from './connectors/mapped-access-guard.js';
import { syncStates } from './sync/sync-state.js';

/** Registrations of `federation`: connectors, and the guard over the access that their mappings give. */
export const federation = {
  specs: [connectors, connectorDomains, connectorChecks, syncStates],
  jobs: (services: { readonly connectorHealth: HealthOfConnectors }) => [healthJob(services)],
  guards: (services: () => MappedAccessParts) => [mappedAccess(services)],
};
