import type { HealthOfConnectors } from '../federation/health/connector-health.js';
import type { HealthWarning } from '../federation/health/health-warnings.js';

/** The connectors as anybody may see them: no servers, no reasons, no times. Empty if there are none. */
export async function connectorStates(connectorHealth: Pick<HealthOfConnectors, 'all'>): Promise<object> {
  const all = await connectorHealth.all();
  if (all.length === 0) return {};
  return {
    connectors: all.map(({ id, state, warnings }) => ({
      id,
      state,
      ...(warnings.length > 0 && { warnings: warnings.map(codeOf) }),
    })),
  };
}

const codeOf = (warning: HealthWarning): string =>
  warning.of === 'synchronization' ? `synchronization-${warning.outcome}` : `${warning.of}-ends`;
