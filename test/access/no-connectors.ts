import type { ConnectorStandings } from '../../src/access/evaluation/confirmed-assignments.js';

const NONE: ConnectorStandings = new Map();

/** Stands for the connectors of a realm that has none. */
export const noConnectors = { standings: async () => NONE };
