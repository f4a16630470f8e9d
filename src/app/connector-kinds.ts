import { byKind } from '../federation/connectors/connector-settings.js';

/** The protocols of connectors. */
export const CONNECTOR_KINDS = byKind([]);
