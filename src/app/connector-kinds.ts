import type { ConnectorKind } from '../federation/contract/connector-kind.js';

/** The protocols of connectors. */
export const CONNECTOR_KINDS: readonly ConnectorKind[] = [];
