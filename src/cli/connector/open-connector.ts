import { GatehouseError } from '../../base/errors.js';
import type { ConnectorService, ConnectorView } from '../../federation/connectors/connector-service.js';
import type { ConnectorEvent, UpstreamConnector } from '../../federation/contract/connector-kind.js';
import type { RedirectConnector } from '../../federation/contract/redirect-connector.js';
import { subjectFault } from './upstream-subject.js';

/** @throws GatehouseError `bad-configuration` */
export async function knownConnector(connectors: Pick<ConnectorService, 'get'>, id: string): Promise<ConnectorView> {
  const connector = await connectors.get(id);
  if (connector) return connector;
  const said = `There is no connector ${id}: \`gatehouse connector list\` shows those that there are.`;
  throw new GatehouseError('bad-configuration', said);
}

/**
 * Runs the work on the connector, disabled or not, with the events that it has reported so far, and closes it.
 *
 * @throws GatehouseError `bad-configuration` if it can't be opened
 */
export async function withOpened<T>(
  connectors: Pick<ConnectorService, 'open'>,
  { id, kind }: Pick<ConnectorView, 'id' | 'kind'>,
  work: (opened: UpstreamConnector | RedirectConnector, events: readonly ConnectorEvent[]) => Promise<T>,
): Promise<T> {
  const events: ConnectorEvent[] = [];
  const opened = await connectors.open(id, (event) => events.push(event));
  if (!opened) {
    const said = `Connector ${id} can't be used: this version refuses its settings, or does not know the kind ${kind}.`;
    throw new GatehouseError('bad-configuration', said);
  }
  try {
    return await work(opened, events);
  } finally {
    await opened.close();
  }
}

/**
 * Like `withOpened`, for what only a directory can do: it is asked about people without them.
 *
 * @param cure what to do with a connector that can't be asked
 * @throws GatehouseError `bad-configuration`
 */
export function withDirectory<T>(
  connectors: Pick<ConnectorService, 'open'>,
  connector: Pick<ConnectorView, 'id' | 'kind'>,
  cure: string,
  work: (opened: UpstreamConnector, events: readonly ConnectorEvent[]) => Promise<T>,
): Promise<T> {
  return withOpened(connectors, connector, async (opened, events) => {
    if (opened.signsInBy === 'password') return work(opened, events);
    const said = `Connector ${connector.id} can't be asked about people: they sign in on pages of its own. ${cure}`;
    throw new GatehouseError('bad-configuration', said);
  });
}

/** Asks the directory first, so that a typing error links nobody. @throws GatehouseError `bad-configuration` */
export async function checkSubject(
  connectors: Pick<ConnectorService, 'open'>,
  connector: ConnectorView,
  subject: string,
): Promise<void> {
  const fault = subjectFault(await withDirectory(connectors, connector, UNCHECKED, (opened) => opened.lookup(subject)));
  if (fault === undefined) return;
  throw new GatehouseError('bad-configuration', `${subject} of ${connector.id}: ${fault}. ${UNCHECKED}`);
}

export const UNCHECKED = 'Nothing was changed. To link without asking there, add --unchecked.';
