import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/** The last check of a connector. The id is the connector's. */
export type ConnectorCheck = {
  id: string;
  checkedAt: Instant;
  state: 'ok' | 'failing';
  lastSuccessAt?: Instant;
  lastFailureAt?: Instant;
  /** A reason code. */
  lastFailure?: string;
  /** The first end of a certificate among its servers. */
  certificateUntil?: Instant;
  /** When warnings were last logged. */
  warnedAt?: Instant;
};

export const connectorChecks = spec<ConnectorCheck>()({
  name: 'connectorChecks',
  scope: 'realm',
  version: 1,
  transient: true,
  indexed: {},
  unique: {},
  queries: {},
});
