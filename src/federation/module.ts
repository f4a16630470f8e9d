import { connectorDomains, connectors } from './connectors/connector.js';
import { mappedAccess, type MappedAccessParts } from './connectors/mapped-access-guard.js';

/** Registrations of `federation`: connectors, and the guard over the access that their mappings give. */
export const federation = {
  specs: [connectors, connectorDomains],
  guards: (services: () => MappedAccessParts) => [mappedAccess(services)],
};
