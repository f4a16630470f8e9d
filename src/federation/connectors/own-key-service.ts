import { now } from '../../base/clock.js';
import { problem } from '../../base/problems/problem.js';
import type { Actor } from '../../changes/actor.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedMeanwhile, invalid, missing, type Saved } from '../../changes/change-result.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Collection, Realm } from '../../storage/store.js';
import { connectorAccess, connectors } from './connector.js';
import type { ConnectorKinds } from './connector-settings.js';
import { certifierOf, type OwnKeyStep, type OwnKeyView, rolledOwnKeys, viewedOwnKeys } from './own-keys.js';

/** The key pairs of connectors, and their roll-over. A roll-over is a change of the connector: every process opens it anew. */
export class OwnKeyService {
  readonly #collection: Collection<typeof connectors>;
  readonly #documents: RecordedDocuments<typeof connectors>;
  readonly #kinds: ConnectorKinds;

  constructor(parts: { readonly realm: Realm; readonly recorder: Recorder; readonly kinds: ConnectorKinds }) {
    this.#collection = parts.realm.of(connectors);
    this.#documents = recordedDocuments(parts.recorder, {
      spec: connectors,
      kind: 'connector',
      access: connectorAccess,
    });
    this.#kinds = parts.kinds;
  }

  /** Those of a connector, the next one first. Undefined: there is no such connector, or its kind has none. */
  async of(id: string): Promise<readonly OwnKeyView[] | undefined> {
    const keys = (await this.#collection.get(id))?.ownKeys;
    return keys === undefined ? undefined : viewedOwnKeys(keys);
  }

  /** Takes one step of a roll-over. Refused as `missing`, `changed`, `forbidden`, and as `invalid` if the step has nothing to do. */
  async roll(by: Actor, id: string, step: OwnKeyStep, expected: number): Promise<Saved<readonly OwnKeyView[]>> {
    const before = await this.#collection.get(id);
    if (!before) return missing('connector', id);
    if (before.version !== expected) return changedMeanwhile('connector', id);
    const { version: _, ...connector } = before;
    const certify = certifierOf(this.#kinds, connector.kind);
    if (!certify || connector.ownKeys === undefined) return invalid(problem('own-keys-none', [], { connector: id }));
    const ownKeys = await rolledOwnKeys(connector.ownKeys, step, id, certify);
    if (ownKeys === undefined) return invalid(problem('own-keys-step', [], { connector: id, step }));
    const saved = await this.#documents.change(by, before, { ...connector, ownKeys, ownKeysSetAt: now() });
    return saved.ok ? { ok: true, value: viewedOwnKeys(ownKeys) } : saved;
  }
}
