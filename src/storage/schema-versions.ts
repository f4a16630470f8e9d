import { now } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import type { Json, JsonObject } from '../base/json.js';
import type { SecretBox } from '../base/secret-box.js';
import { checkDocument } from './document-check.js';
import type { Engine, Place, WalkedPage, WalkedRow } from './engine.js';
import { opened, sealed } from './seal.js';
import { spec, type AnySpec } from './spec.js';

/** Which version of its spec a collection's documents were last brought to. The id is the spec's name. */
export interface SchemaVersion {
  id: string;
  shape: number;
}

export const schemaVersions = spec<SchemaVersion>()({
  name: 'schemaVersions',
  scope: 'house',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

const at: Place = { spec: schemaVersions, realm: '' };
const BATCH = 200;

/** The specs whose collections have still to be brought up; @throws GatehouseError `bad-configuration` when one is ahead of us */
export async function findBehind(
  engine: Pick<Engine, 'getMany'>,
  specs: readonly AnySpec[],
): Promise<readonly AnySpec[]> {
  const known = new Map<string, Json | undefined>();
  for (const { document } of await engine.getMany(
    at,
    specs.map(({ name }) => name),
    now(),
  )) {
    known.set(document.id, document['shape']);
  }
  return specs.filter(({ name, version }) => {
    const shape = known.get(name);
    if (typeof shape === 'number' && shape > version) {
      throw new GatehouseError(
        'bad-configuration',
        `GATEHOUSE_STORE was written by a newer Gatehouse: its ${name} are at version ${shape}, and this one knows ` +
          `version ${version}. Start that version or a later one; a store never goes back.`,
      );
    }
    return shape !== version;
  });
}

/** Runs the migrations of these specs, forward only. Safe to stop at any moment and to run in two processes at once. */
export async function bringUp(engine: Engine, box: SecretBox, specs: readonly AnySpec[]): Promise<void> {
  for (const each of specs) if (each.version > 1) await migrate(engine, box, each);
  if (specs.length === 0) return;
  const marks = specs.map(
    ({ name, version }) => ({ at, kind: 'put', document: { id: name, shape: version } }) as const,
  );
  await engine.write(marks, now());
}

async function migrate(engine: Engine, box: SecretBox, spec: AnySpec): Promise<void> {
  let overtaken: boolean;
  do {
    overtaken = false;
    let after: string | undefined;
    do {
      const page: WalkedPage = await engine.walk(spec, {
        limit: BATCH,
        below: spec.version,
        ...(after !== undefined && { after }),
      });
      const done = await Promise.all(page.rows.map((row) => migrateOne(engine, box, spec, row)));
      overtaken ||= done.includes(false);
      after = page.next;
    } while (after !== undefined);
  } while (overtaken);
}

/** Whether it is done; not where another process was faster with this one, and what it left must be looked at again. */
async function migrateOne(engine: Engine, box: SecretBox, spec: AnySpec, row: WalkedRow): Promise<boolean> {
  const place = { spec, realm: row.realm };
  const document = sealed(box, place, checkDocument(spec, migrated(spec, opened(box, place, row), row.shape)));
  const write = { at: place, kind: 'replace', document, expected: row.version, expired: 'too' } as const;
  const outcome = await engine.write([write], now());
  if (!outcome.ok && outcome.refusal.code === 'conflict') {
    throw new GatehouseError(
      'bad-configuration',
      `${spec.name} ${document.id} can't be brought to version ${spec.version}: another document holds its ${outcome.refusal.key}.`,
    );
  }
  return outcome.ok;
}

function migrated(spec: AnySpec, document: JsonObject, shape: number): JsonObject {
  let migrating = document;
  for (let version = shape + 1; version <= spec.version; version++) {
    migrating = spec.migrations?.[version]?.(migrating) ?? migrating;
  }
  return { ...migrating, id: document['id'] ?? '' };
}
