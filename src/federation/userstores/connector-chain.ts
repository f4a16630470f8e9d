import { seconds } from '../../base/clock.js';
import type { UserstoreChain } from '../../identity/userstores/admissions.js';
import type { PasswordConnector } from '../../identity/userstores/password-connector.js';
import { enforcedOf } from '../connectors/connector.js';
import type { ConnectorService, ConnectorView } from '../connectors/connector-service.js';
import { usedLockout } from '../connectors/used-lockout.js';
import type { ConnectorEvent, UpstreamConnector } from '../contract/connector-kind.js';

export interface ConnectorChain {
  readonly chain: UserstoreChain;
  /** The open connector of this id; undefined if there is none, if it is disabled, or if this process cannot open it. */
  readonly connector: (id: string) => Promise<UpstreamConnector | undefined>;
  /** Every open connector. */
  readonly opened: () => Promise<readonly UpstreamConnector[]>;
  close(): Promise<void>;
}

/** Sign-ins that began with the former settings end within this time. */
const CLOSED_AFTER = seconds(30);

/** The rules of the pipeline, which no protocol knows, and the name for people. */
const rulesOf = (
  view: ConnectorView,
  connector: UpstreamConnector,
): Pick<PasswordConnector, 'displayName' | 'lockout' | 'enforces' | 'afterWrongPassword'> => ({
  displayName: view.displayName,
  afterWrongPassword: view.afterWrongPassword,
  lockout: async () => (await usedLockout(view.lockout, connector)).rule,
  enforces: enforcedOf(view),
});

interface OpenConnector {
  readonly version: number;
  readonly connector: UpstreamConnector | undefined;
}

/** @param before the userstores in front of the connectors: `primary`, and those that are no stored connectors */
export function connectorChain(parts: {
  readonly before: readonly PasswordConnector[];
  readonly connectors: Pick<ConnectorService, 'all' | 'open'>;
  readonly report: (connector: string, event: ConnectorEvent) => void;
}): ConnectorChain {
  const { before, connectors, report } = parts;
  const open = new Map<string, Promise<OpenConnector>>();
  let last:
    | { readonly of: ReadonlyMap<string, ConnectorView>; readonly chain: Promise<readonly PasswordConnector[]> }
    | undefined;

  const chain: UserstoreChain = async () => {
    const all = await connectors.all();
    if (last?.of !== all) last = { of: all, chain: chainOf(all) };
    return last.chain;
  };

  async function chainOf(all: ReadonlyMap<string, ConnectorView>): Promise<readonly PasswordConnector[]> {
    const enabled = [...all.values()].filter((connector) => connector.enabled);
    for (const id of open.keys()) if (!enabled.some((connector) => connector.id === id)) closeLater(id);
    const opened = await Promise.all(enabled.map(async (connector) => (await openedOf(connector)).connector));
    return [...before, ...opened.filter((connector) => connector !== undefined)];
  }

  async function openedOf(view: ConnectorView): Promise<OpenConnector> {
    const { id, version } = view;
    const now = open.get(id);
    if (now && (await now).version === version) return now;
    if (now) closeLater(id);
    const next = (async () => {
      const connector = await connectors.open(id, (event) => report(id, event));
      if (!connector) report(id, { reason: 'connector-not-opened' });
      return { version, connector: connector && { ...connector, ...rulesOf(view, connector) } };
    })();
    open.set(id, next);
    return next;
  }

  function closeLater(id: string): void {
    const closing = open.get(id);
    open.delete(id);
    setTimeout(() => void closing?.then(({ connector }) => connector?.close()), CLOSED_AFTER).unref();
  }

  return {
    chain,
    async connector(id) {
      await chain();
      return (await open.get(id))?.connector;
    },
    async opened() {
      await chain();
      const all = await Promise.all([...open.values()]);
      return all.flatMap(({ connector }) => connector ?? []);
    },
    async close() {
      const all = await Promise.all([...open.values()]);
      open.clear();
      await Promise.all(all.flatMap(({ connector }) => (connector ? [connector.close()] : [])));
    },
  };
}
