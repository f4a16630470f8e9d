import { minutes } from '../../base/clock.js';
import type { Job } from '../../jobs/job.js';
import type { HealthOfConnectors } from './connector-health.js';

/** Checks the connectors of a realm now and then, so that an end that nears is seen before sign-ins fail. */
export const healthJob = ({ connectorHealth }: { readonly connectorHealth: HealthOfConnectors }): Job => ({
  name: 'connector health',
  every: minutes(15),
  async run(_held, signal) {
    await connectorHealth.check(signal);
  },
});
