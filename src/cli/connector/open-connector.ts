import { GatehouseError } from '../../base/errors.js';
import type { ConnectorService, ConnectorView } from '../../federation/connectors/connector-service.js';
import type { ConnectorEvent, UpstreamConnector } from '../../federation/contract/connector-kind.js';

/** @throws GatehouseError `bad-configuration` */
export async function knownConnector(connectors: Pick<ConnectorService, 'get'>, id: string): Promise<ConnectorView> {
  const connector = await connectors.get(id);
  if (connector) return connector;
  const said = `There is no connector ${id}: \`gatehouse connector list\` shows those that there are.`;
  throw new GatehouseError('bad-configuration', said);
}

/** Runs the work on the connector, disabled or not, and closes it. @throws GatehouseError `bad-configuration` if it can't be opened */
export async function withOpened<T>(
  connectors: Pick<ConnectorService, 'open'>,
  { id, kind }: Pick<ConnectorView, 'id' | 'kind'>,
  work: (opened: UpstreamConnector) => Promise<T>,
  report: (event: ConnectorEvent) => void = () => undefined,
): Promise<T> {
  const opened = await connectors.open(id, report);
  if (!opened) {
    const said = `Connector ${id} can't be used: this version refuses its settings, or does not know the kind ${kind}.`;
    throw new GatehouseError('bad-configuration', said);
  }
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
