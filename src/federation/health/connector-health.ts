import { days, type Instant, now } from '../../base/clock.js';
import type { Realm } from '../../storage/store.js';
import type { ConnectorService, ConnectorView } from '../connectors/connector-service.js';
import type { ConnectorHealth, TestStep } from '../contract/connector-condition.js';
import type { ConnectorEvent, UpstreamConnector } from '../contract/connector-kind.js';
import { type ConnectorCheck, connectorChecks } from './connector-check.js';
import type { SyncReports } from '../sync/runs/sync-reports.js';
import { type HealthWarning, healthWarnings, type SyncWarning, syncWarnings } from './health-warnings.js';

/** The health of a connector, by the last check and by its use in this process. */
export interface ConnectorStatus extends Omit<ConnectorHealth, 'state'> {
  readonly id: string;
  readonly state: ConnectorHealth['state'] | 'disabled';
  readonly warnings: readonly HealthWarning[];
}

export interface HealthOfConnectors {
  /** In their order. Checks nothing. */
  all(): Promise<readonly ConnectorStatus[]>;
  /** Tests every enabled connector, and stores and returns what came of it. A warning or failure is reported once a day. */
  check(signal?: AbortSignal): Promise<readonly ConnectorStatus[]>;
}

export function connectorHealth(parts: {
  readonly realm: Realm;
  readonly connectors: Pick<ConnectorService, 'all'>;
  readonly opened: (id: string) => Promise<Pick<UpstreamConnector, 'test' | 'health'> | undefined>;
  /** The last synchronizations, by connector. */
  readonly lastRuns: SyncReports['last'];
  readonly report: (connector: string, event: ConnectorEvent) => void;
}): HealthOfConnectors {
  const { realm, connectors, opened, lastRuns, report } = parts;

  async function all(): Promise<readonly ConnectorStatus[]> {
    const known = [...(await connectors.all()).values()];
    const [checks, runs] = await Promise.all([
      realm.of(connectorChecks).getMany(known.map(({ id }) => id)),
      lastRuns(known),
    ]);
    return Promise.all(
      known.map((connector) => statusOf(connector, checks.get(connector.id), syncWarnings(runs.get(connector.id)))),
    );
  }

  async function statusOf(
    connector: ConnectorView,
    check: ConnectorCheck | undefined,
    ofRuns: readonly SyncWarning[],
  ): Promise<ConnectorStatus> {
    const { id, enabled, secretExpiresAt } = connector;
    const used = enabled ? (await opened(id))?.health() : undefined;
    const { state, ...health } = merged(check, used);
    const ends = { certificateUntil: health.certificateUntil, secretExpiresAt };
    const warnings = [...healthWarnings(ends, now()), ...(enabled ? ofRuns : [])];
    return { id, ...health, state: enabled ? state : 'disabled', warnings };
  }

  async function checked({ id, secretExpiresAt }: ConnectorView): Promise<void> {
    const before = await realm.of(connectorChecks).get(id);
    const steps = await (await opened(id))?.test();
    const at = now();
    const check = checkOf(id, steps, before, at);
    const { certificateUntil, lastFailure, warnedAt } = check;
    const warnings = healthWarnings({ certificateUntil, secretExpiresAt }, at);
    const isDue = warnedAt === undefined || at - warnedAt >= days(1);
    const isBad = warnings.length > 0 || check.state === 'failing';
    await realm.of(connectorChecks).put(isBad && isDue ? { ...check, warnedAt: at } : check);
    if (!isDue) return;
    for (const { of, until } of warnings)
      report(id, { reason: `${of}-ends`, details: { until: new Date(until).toISOString() } });
    if (check.state === 'failing') report(id, { reason: 'check-failed', details: { cause: lastFailure ?? '' } });
  }

  return {
    all,
    async check(signal) {
      for (const connector of (await connectors.all()).values()) {
        if (signal?.aborted) break;
        if (connector.enabled) await checked(connector);
      }
      return all();
    },
  };
}

/** One server that works is enough, as for a sign-in. */
function checkOf(
  id: string,
  steps: readonly TestStep[] | undefined,
  before: ConnectorCheck | undefined,
  at: Instant,
): ConnectorCheck {
  const servers = [...Map.groupBy(steps ?? [], ({ at: server }) => server).values()];
  const failure = steps ? steps.find(({ outcome }) => outcome === 'failed')?.reason : 'connector-not-opened';
  const works = servers.some((server) => server.every(({ outcome }) => outcome !== 'failed'));
  const ends = (steps ?? []).flatMap(({ certificateUntil }) => certificateUntil ?? []);
  const certificateUntil = ends.length > 0 ? Math.min(...ends) : before?.certificateUntil;
  const { lastSuccessAt, lastFailureAt, lastFailure, warnedAt } = before ?? {};
  return {
    ...{ id, checkedAt: at, state: works ? 'ok' : 'failing' },
    ...(works ? { lastSuccessAt: at } : lastSuccessAt !== undefined && { lastSuccessAt }),
    ...(works
      ? { ...(lastFailureAt !== undefined && { lastFailureAt }), ...(lastFailure !== undefined && { lastFailure }) }
      : { lastFailureAt: at, lastFailure: failure ?? 'nothing-tested' }),
    ...(certificateUntil !== undefined && { certificateUntil }),
    ...(warnedAt !== undefined && { warnedAt }),
  };
}

/** The later of what the last check and this process's own uses found. */
function merged(check: ConnectorCheck | undefined, used: ConnectorHealth | undefined): ConnectorHealth {
  if (!check) return used ?? { state: 'unknown' };
  const usedAt = Math.max(used?.lastSuccessAt ?? 0, used?.lastFailureAt ?? 0);
  const lastSuccessAt = later(check.lastSuccessAt, used?.lastSuccessAt);
  const lastFailureAt = later(check.lastFailureAt, used?.lastFailureAt);
  const lastFailure = lastFailureAt === used?.lastFailureAt ? used?.lastFailure : check.lastFailure;
  const certificateUntil = check.certificateUntil ?? used?.certificateUntil;
  return {
    state: used && usedAt > check.checkedAt ? used.state : check.state,
    ...(lastSuccessAt !== undefined && { lastSuccessAt }),
    ...(lastFailureAt !== undefined && { lastFailureAt }),
    ...(lastFailure !== undefined && { lastFailure }),
    ...(certificateUntil !== undefined && { certificateUntil }),
  };
}

const later = (one: Instant | undefined, other: Instant | undefined): Instant | undefined =>
  one === undefined ? other : Math.max(one, other ?? 0);
