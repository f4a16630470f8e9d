import { now } from '../base/clock.js';
import type { SecretBox } from '../base/crypto/secret-box.js';
import { boundedEngine } from './deadlines/bounded-engine.js';
import { checkVersion, collection } from './collection.js';
import { checkDocument } from './checks/document-check.js';
import type { Engine, EngineWrite, Place } from './engine.js';
import { checkCondition, checkId } from './checks/filter-check.js';
import { keyChecks } from './sealing/key-check.js';
import { leaseLost, leases } from './leases/lease.js';
import { misuse } from './misuse.js';
import type { CommitOutcome } from './refusal.js';
import { reseal } from './sealing/reseal.js';
import { bringUp, schemaVersions, settle } from './migration/schema-versions.js';
import { sealed } from './sealing/seal.js';
import { checkSpecs } from './checks/spec-check.js';
import { DocumentCache } from './revalidation/document-cache.js';
import type { AnySpec } from './spec.js';
import type { Collection, InstallationStore, RealmId, Store } from './store.js';
import { refuseUnfinishedCopy, storeCopies } from './migration/unfinished-copy.js';
import { COMMIT_LIMIT, documentOf, type Write } from './write.js';

export interface StoreParts {
  /** The specs of all modules; storage adds its own. */
  readonly specs: readonly AnySpec[];
  readonly box: SecretBox;
  /** Owned by the store from now on, which closes it; also closed if the store can't be opened. */
  readonly engine: Engine;
  /** For revalidated documents; own ones in tests. */
  readonly cache?: DocumentCache;
  /** Called if another process is upgrading the store, which this one then waits for. */
  readonly onWait?: () => void;
}

/** Storage's own specs, in every store. */
export const OWN_SPECS: readonly AnySpec[] = [schemaVersions, keyChecks, leases, storeCopies];
const INSTALLATION = '';

/**
 * The port over this engine: everything that reaches it has been checked, and sealed where declared. Upgrades the store's
 * documents to the specs' versions first.
 *
 * @throws GatehouseError `store-misuse` for inconsistent specs; `bad-configuration` for a store of a newer Gatehouse, a store
 * whose documents must be migrated under missing keys, or an unfinished copy
 */
export async function openStore(parts: StoreParts): Promise<Store> {
  try {
    return await open({ ...parts, engine: boundedEngine(parts.engine) });
  } catch (error) {
    await parts.engine.close().catch(() => undefined);
    throw error;
  }
}

async function open({ specs: theirs, box, engine, cache = new DocumentCache(), onWait }: StoreParts): Promise<Store> {
  const specs = [...OWN_SPECS, ...theirs];
  checkSpecs(specs);
  await engine.prepare(OWN_SPECS);
  await refuseUnfinishedCopy(engine);

  const known = new Set<AnySpec>(specs);
  function place(spec: AnySpec, realm: RealmId): Place {
    if (!known.has(spec)) throw misuse(`${spec.name} was not among the specs that this store was opened with.`);
    return { spec, realm: spec.scope === 'installation' ? INSTALLATION : realm };
  }
  // Created once for each, since requests use the same few repeatedly.
  const made = new Map<RealmId, Map<AnySpec, unknown>>();
  function of<S extends AnySpec>(spec: S, realm: RealmId): Collection<S> {
    let ofRealm = made.get(realm);
    if (!ofRealm) made.set(realm, (ofRealm = new Map<AnySpec, unknown>()));
    let found = ofRealm.get(spec);
    if (!found) ofRealm.set(spec, (found = collection<S>({ engine, box, cache }, place(spec, realm))));
    return found as Collection<S>;
  }

  async function commit(writes: readonly Write[], realm: RealmId): Promise<CommitOutcome> {
    if (writes.length === 0) return { ok: true };
    if (writes.length > COMMIT_LIMIT) throw misuse(`A commit of ${writes.length} writes; at most ${COMMIT_LIMIT} go.`);
    const checked = writes.map((write) => engineWrite(box, write, place(write.spec, realm)));
    if (new Set(writes.map(documentOf)).size < checked.length) throw misuse('A commit writes one document twice.');
    const outcome = await engine.write(checked, now());
    return outcome.ok ? { ok: true } : outcome;
  }

  const installation: InstallationStore = {
    of(spec) {
      if ((spec as AnySpec).scope !== 'installation') throw misuse(`${spec.name} belongs to a realm.`);
      return of(spec, INSTALLATION);
    },
    async commit(writes) {
      const stray = writes.find(({ spec }) => spec.scope !== 'installation');
      if (stray) throw misuse(`${stray.spec.name} belongs to a realm.`);
      return commit(writes, INSTALLATION);
    },
  };
  const upgrading = { engine, box, specs, installation, ...(onWait && { onWait }) };
  const store: Store = {
    in(realm) {
      if (realm === INSTALLATION || !realm.isWellFormed()) throw misuse('A realm needs a name.');
      return {
        id: realm,
        hasCheapCommits: engine.hasCheapCommits,
        of(spec) {
          // The types ensure it too; a spec that lost its type is refused here.
          if ((spec as AnySpec).scope !== 'realm')
            throw misuse(`${spec.name} belongs to the installation, not to a realm.`);
          return of(spec, realm);
        },
        commit: (writes) => commit(writes, realm),
        async currentVersions(references) {
          const wanted = references.map(({ spec, id }) => ({ at: place(spec, realm), id: checkId(spec, id) }));
          return wanted.length === 0 ? [] : engine.currentVersions(wanted, now());
        },
      };
    },
    installation,
    ping: () => engine.ping(),
    async sweep(limit, held) {
      const { id, condition } = held.fence();
      const under = {
        at: place(leases, INSTALLATION),
        kind: 'require',
        id,
        condition: checkCondition(leases, condition),
      } as const;
      const swept = await engine.sweep(limit, now(), under);
      if (swept === undefined) throw leaseLost(id);
      return swept;
    },
    settle: (signal) => settle(upgrading, signal),
    reseal: (onProgress) => reseal(upgrading, onProgress),
    close: () => engine.close(),
  };

  await bringUp(upgrading);
  // A copy to this store looks for documents after it has written its mark, so at least one of the two notices the other.
  await refuseUnfinishedCopy(engine);
  return store;
}

/** A write in the engine's form: checked and sealed. */
function engineWrite(box: SecretBox, write: Write, at: Place): EngineWrite {
  const { spec } = at;
  switch (write.kind) {
    case 'insert':
    case 'put':
      return { at, kind: write.kind, document: sealed(box, at, checkDocument(spec, write.document)) };
    case 'replace': {
      const document = sealed(box, at, checkDocument(spec, write.document));
      return { at, kind: 'replace', document, expected: checkVersion(spec, write.expected) };
    }
    case 'remove':
    case 'require': {
      const expected = write.kind === 'remove' ? write.expected : undefined;
      return {
        at,
        kind: write.kind,
        id: checkId(spec, write.id),
        condition: checkCondition(spec, write.condition),
        ...(expected !== undefined && { expected: checkVersion(spec, expected) }),
      };
    }
  }
}
