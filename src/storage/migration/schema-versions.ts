import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CLOCKS_DIFFER, hours, type Instant, now, seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { type Page, type PageRequest, pages } from '../../base/paging.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import { checkDocument } from '../checks/document-check.js';
import type { Engine, EngineRequirement, EngineWrite, Place, WalkedRow } from '../engine.js';
import { readKeyCheck } from '../sealing/key-check.js';
import type { Held } from '../leases/lease-holder.js';
import { leaseLost, leases, underLease } from '../leases/lease.js';
import { broughtUp } from './migrate-document.js';
import { misuse } from '../misuse.js';
import { opened, sealed } from '../sealing/seal.js';
import { spec, type AnySpec } from '../spec.js';
import type { InstallationStore } from '../store.js';

/** The version of its spec to which a collection's documents were last upgraded. The id is the spec's name. */
export interface SchemaVersion {
  id: string;
  shape: number;
  /** A digest of the indexes of that version. */
  layout?: string;
  /** When it was upgraded, or was last found to contain newer documents of an older process. */
  since?: Instant;
  /** Neither documents nor indexes of the older version are left. */
  settled?: boolean;
}

export const schemaVersions = spec<SchemaVersion>()({
  name: 'schemaVersions',
  scope: 'installation',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

const at: Place = { spec: schemaVersions, realm: '' };
const BATCH = 200;
const WORK = 'schema';
const LEASE_LIFE = seconds(30);
const LOOK_AGAIN = 250;
/** How long processes of the previous version may keep running before their leftovers are searched for. */
const OVERLAP = hours(1);

/** Dependencies of migrations. */
export interface Upgrading {
  readonly engine: Engine;
  readonly installation: InstallationStore;
  readonly box: SecretBox;
  readonly specs: readonly AnySpec[];
  /** Called once if it has to wait, usually for another process that upgrades the store. */
  readonly onWait?: () => void;
}

/**
 * Upgrades tables, indexes and documents to the specs: forward only, by one process at a time, and safe to interrupt. Returns
 * when everything is upgraded, by whichever process. Processes of the previous version continue to serve.
 *
 * @throws GatehouseError `bad-configuration` for a store of a newer version, or whose documents can't be upgraded;
 * `store-misuse` for a spec that changed its indexes without a new version
 */
export async function bringUp(parts: Upgrading): Promise<void> {
  const { engine, specs, installation } = parts;
  const behind = () => findBehind(engine, specs);
  let waited = false;
  for (let left = await behind(); left.length > 0; left = await behind()) {
    if (left.some(({ was, spec }) => was > 0 && spec.sealed?.length)) await readKeyCheck({ installation });
    const done = await underLease(installation, WORK, LEASE_LIFE, (held) => bringUpUnder(held, parts)).catch(
      unlessLost,
    );
    if (done.ok) continue;
    if (!waited) parts.onWait?.();
    waited = true;
    await delay(LOOK_AGAIN);
  }
  await engine.prepare(specs);
}

async function bringUpUnder(held: Held, parts: Upgrading): Promise<void> {
  const left = await findBehind(parts.engine, parts.specs);
  await parts.engine.prepare(left.map(({ spec }) => spec));
  for (const { spec, was, version } of left) {
    const isUpgrade = was > 0 && was < spec.version;
    if (isUpgrade) await migrate(parts, held, spec);
    await mark(parts, held, { spec, version }, { settled: !isUpgrade, since: now() });
  }
}

/** Another process continued it, or this one was delayed: the remaining work is determined again. */
function unlessLost(error: unknown): { readonly ok: false } {
  if (error instanceof GatehouseError && error.code === 'lease-lost') return { ok: false };
  throw error;
}

/**
 * Checks again some time after an upgrade. Upgrades documents that a process of the previous version wrote since; once there
 * are none, drops the indexes that only that version used. Holds the lease of upgrades, so that none begins meanwhile; does
 * nothing if another process holds it.
 *
 * @throws GatehouseError `lease-lost`; whatever `signal` is aborted with, between two pages
 */
export async function settle(parts: Upgrading, signal: AbortSignal): Promise<void> {
  await underLease(parts.installation, WORK, LEASE_LIFE, async (held) => {
    const marks = await marksOf(parts.engine, parts.specs);
    for (const spec of parts.specs) {
      const { document, version } = marks.get(spec.name) ?? {};
      if (document?.settled !== false || document.shape !== spec.version || !isOver(document.since ?? 0)) continue;
      const found = await migrate(parts, held, spec, signal);
      if (found === 0 && !(await parts.engine.tidy([spec], now(), fenceOf(held)))) throw leaseLost(WORK);
      await mark(parts, held, { spec, version }, { settled: found === 0, since: now() });
    }
  });
}

/** Clocks differ. A time further ahead was written by a wrong clock, and is no reason to wait. */
const isOver = (since: Instant): boolean => since + OVERLAP <= now() || since > now() + CLOCKS_DIFFER;

interface Marked {
  readonly document: SchemaVersion;
  readonly version: number;
}

async function marksOf(
  engine: Pick<Engine, 'getMany'>,
  specs: readonly AnySpec[],
): Promise<ReadonlyMap<string, Marked>> {
  const names = specs.map(({ name }) => name);
  const rows = await engine.getMany(at, names, now());
  // Only mark() writes these.
  return new Map(
    rows.map(({ document, version }) => [document.id, { document: document as unknown as SchemaVersion, version }]),
  );
}

interface Behind {
  readonly spec: AnySpec;
  /** The version that its collection was upgraded to; 0 for a new one. */
  readonly was: number;
  /** The version of its mark; undefined if there is none. */
  readonly version: number | undefined;
}

/**
 * The specs whose collections still have to be upgraded.
 *
 * @throws GatehouseError `bad-configuration` if the store is newer; `store-misuse` as {@link bringUp}
 */
export async function findBehind(
  engine: Pick<Engine, 'getMany'>,
  specs: readonly AnySpec[],
): Promise<readonly Behind[]> {
  const marks = await marksOf(engine, specs);
  return specs.flatMap((each) => {
    const { document, version } = marks.get(each.name) ?? {};
    const { shape: was = 0, layout } = document ?? {};
    if (was > each.version) {
      throw new GatehouseError(
        'bad-configuration',
        `GATEHOUSE_STORE was written by a newer Gatehouse: its ${each.name} are at version ${was}, and this one knows ` +
          `version ${each.version}. Start that version or a later one; a store never goes back.`,
      );
    }
    if (was === each.version && layout !== undefined && layout !== layoutOf(each)) {
      // Processes of both layouts would serve at once, and neither would find the other's documents.
      throw misuse(`${each.name} indexes something else than it did at version ${was}. Raise its version.`);
    }
    return was === each.version && layout !== undefined ? [] : [{ spec: each, was, version }];
  });
}

function layoutOf({ indexed, unique, queries }: AnySpec): string {
  const sorted = (object: object): [string, unknown][] => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = [
    sorted(indexed),
    sorted(unique),
    sorted(queries).map(([name, query]) => [name, sorted(query as object)]),
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 16);
}

/** Replaces only the mark that was read, so that no process downgrades a store that another one upgraded meanwhile. */
async function mark(
  { engine }: Upgrading,
  held: Held,
  { spec, version }: { readonly spec: AnySpec; readonly version: number | undefined },
  how: Pick<Required<SchemaVersion>, 'settled' | 'since'>,
): Promise<void> {
  const document = { id: spec.name, shape: spec.version, layout: layoutOf(spec), ...how };
  const write: EngineWrite =
    version === undefined ? { at, kind: 'insert', document } : { at, kind: 'replace', document, expected: version };
  const done = await engine.write([fenceOf(held), write], now());
  if (!done.ok) throw leaseLost(WORK);
}

/** Returns how many documents had an older shape. */
async function migrate(parts: Upgrading, held: Held, each: AnySpec, signal?: AbortSignal): Promise<number> {
  const walk = async (page: PageRequest): Promise<Page<WalkedRow>> => {
    signal?.throwIfAborted();
    return parts.engine.walk(each, { ...page, below: each.version });
  };
  let found = 0;
  let overtaken: boolean;
  do {
    overtaken = false;
    for await (const rows of pages(walk, { limit: BATCH })) {
      found += rows.length;
      // If another process changed a document first, its result is checked again.
      if (!(await migrateAll(parts, held, each, rows))) overtaken = true;
    }
  } while (overtaken);
  return found;
}

/** Whether all of them are done; false if another process changed one meanwhile. */
async function migrateAll(parts: Upgrading, held: Held, each: AnySpec, rows: readonly WalkedRow[]): Promise<boolean> {
  let left = rows;
  while (left.length > 0) {
    const writes = left.map((row) => {
      const place = { spec: each, realm: row.realm };
      const brought = checkDocument(each, broughtUp(each, opened(parts.box, place, row), row.shape));
      const document = sealed(parts.box, place, brought);
      return { at: place, kind: 'replace', document, expected: row.version, expired: 'too' } as const;
    });
    const outcome = await parts.engine.write([fenceOf(held), ...writes], now());
    if (outcome.ok) break;
    if (outcome.write === 0) throw leaseLost(WORK);
    const refused = writes[outcome.write - 1];
    if (outcome.refusal.code === 'conflict' && refused) {
      throw new GatehouseError(
        'bad-configuration',
        `${each.name} ${refused.document.id} can't be brought to version ${each.version}: another document holds its ${outcome.refusal.key}.`,
      );
    }
    left = left.filter((_, i) => i !== outcome.write - 1);
  }
  return left.length === rows.length;
}

function fenceOf(held: Held): EngineRequirement {
  return { at: { spec: leases, realm: '' }, kind: 'require', ...held.fence() };
}
