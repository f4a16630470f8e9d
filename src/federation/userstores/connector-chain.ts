import { seconds } from '../../base/clock.js';
import type { Enforcers } from '../../identity/userstores/enforced-elsewhere.js';
import type { UserstoreChain } from '../../identity/userstores/admissions.js';
import type { RedirectDomains } from '../../identity/userstores/redirect-domains.js';
import type { PasswordConnector } from '../../identity/userstores/password-connector.js';
import { enforcedOf } from '../connectors/connector.js';
import type { ConnectorService, ConnectorView } from '../connectors/connector-service.js';
import { usedLockout } from '../connectors/used-lockout.js';
import type { ConnectorEvent, UpstreamConnector } from '../contract/connector-kind.js';
import type { RedirectConnector } from '../contract/redirect-connector.js';
import type { LevelRule } from '../mapping/mapping-input.js';

export interface ConnectorChain {
  /** The userstores in their order; connectors that redirect are none. */
  readonly chain: UserstoreChain;
  /** The open connector of this id; undefined if there is none, if it is disabled, or if this process cannot open it. */
  readonly connector: (id: string) => Promise<UpstreamConnector | RedirectConnector | undefined>;
  /** Like `connector`, if it checks passwords. */
  readonly directory: (id: string) => Promise<UpstreamConnector | undefined>;
  /** The enabled connectors that redirect, in their order. The same array until a connector changes; no store call once warm. */
  readonly redirects: () => Promise<readonly OfferedRedirect[]>;
  readonly enforcers: Enforcers;
  close(): Promise<void>;
}

export interface OfferedRedirect extends RedirectDomains {
  readonly displayName: string;
  readonly logo?: string;
  /** What the levels of the upstream mean here. */
  readonly levels: readonly LevelRule[];
  /** How old a sign-in there may be, by the rules of the connector. */
  readonly maxAgeSeconds?: number;
  readonly connector: RedirectConnector;
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

const offeredOf = (view: ConnectorView): Omit<OfferedRedirect, 'connector'> => ({
  id: view.id,
  displayName: view.displayName,
  ...(view.logo !== undefined && { logo: view.logo }),
  domains: view.domains.map(({ name }) => name),
  enforces: enforcedOf(view),
  levels: view.mapping.level,
  ...(view.rules?.maxAge !== undefined && { maxAgeSeconds: view.rules.maxAge }),
});

interface OpenConnector {
  readonly version: number;
  readonly connector: UpstreamConnector | RedirectConnector | undefined;
}

interface AllOpen {
  readonly chain: readonly PasswordConnector[];
  readonly redirects: readonly OfferedRedirect[];
}

/** @param before the userstores in front of the connectors: `primary`, and those that are no stored connectors */
export function connectorChain(parts: {
  readonly before: readonly PasswordConnector[];
  readonly connectors: Pick<ConnectorService, 'all' | 'open' | 'enforcers'>;
  readonly report: (connector: string, event: ConnectorEvent) => void;
}): ConnectorChain {
  const { before, connectors, report } = parts;
  const open = new Map<string, Promise<OpenConnector>>();
  let last: { readonly of: ReadonlyMap<string, ConnectorView>; readonly allOpen: Promise<AllOpen> } | undefined;

  const allOpen = async (): Promise<AllOpen> => {
    const all = await connectors.all();
    if (last?.of !== all) last = { of: all, allOpen: openAll(all) };
    return last.allOpen;
  };

  async function openAll(all: ReadonlyMap<string, ConnectorView>): Promise<AllOpen> {
    const enabled = [...all.values()].filter((connector) => connector.enabled);
    for (const id of open.keys()) if (!enabled.some((connector) => connector.id === id)) closeLater(id);
    const opened = await Promise.all(
      enabled.map(async (view) => ({ view, connector: (await openedOf(view)).connector })),
    );
    return {
      chain: [...before, ...opened.flatMap(({ connector }) => (connector?.signsInBy === 'password' ? connector : []))],
      redirects: opened.flatMap(({ view, connector }) =>
        connector?.signsInBy === 'redirect' ? { ...offeredOf(view), connector } : [],
      ),
    };
  }

  async function openedOf(view: ConnectorView): Promise<OpenConnector> {
    const { id, version } = view;
    const now = open.get(id);
    if (now && (await now).version === version) return now;
    if (now) closeLater(id);
    const next = (async () => {
      const connector = await connectors.open(id, (event) => report(id, event));
      if (!connector) report(id, { reason: 'connector-not-opened' });
      const ruled = connector?.signsInBy === 'password' ? { ...connector, ...rulesOf(view, connector) } : connector;
      return { version, connector: ruled };
    })();
    open.set(id, next);
    return next;
  }

  function closeLater(id: string): void {
    const closing = open.get(id);
    open.delete(id);
    setTimeout(() => void closing?.then(({ connector }) => connector?.close()), CLOSED_AFTER).unref();
  }

  async function connectorOf(id: string): Promise<UpstreamConnector | RedirectConnector | undefined> {
    await allOpen();
    return (await open.get(id))?.connector;
  }

  return {
    chain: async () => (await allOpen()).chain,
    redirects: async () => (await allOpen()).redirects,
    enforcers: async () => [...before, ...(await connectors.enforcers())],
    connector: connectorOf,
    async directory(id) {
      const connector = await connectorOf(id);
      return connector?.signsInBy === 'password' ? connector : undefined;
    },
    async close() {
      const all = await Promise.all([...open.values()]);
      open.clear();
      await Promise.all(all.flatMap(({ connector }) => (connector ? [connector.close()] : [])));
    },
  };
}
