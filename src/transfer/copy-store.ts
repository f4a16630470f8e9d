import { type Instant, minutes, now } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import { pages } from '../base/paging.js';
import type { Engine, EngineReader, WalkedKey } from '../storage/engine.js';
import { storeIdentity } from '../storage/sealing/key-check.js';
import { findBehind } from '../storage/migration/schema-versions.js';
import type { AnySpec } from '../storage/spec.js';
import { storeCopies } from '../storage/migration/unfinished-copy.js';
import { type TargetClaim, claimTarget } from './claim-target.js';
import { type Digest, digestsOf, PAGE, same, together } from './digest.js';

export interface CopyJob {
  readonly source: EngineReader;
  readonly target: Engine;
  /** All specs of this version, including the storage's own. Transient documents are not copied. */
  readonly specs: readonly AnySpec[];
  /** Called after each page. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly doing: 'copying' | 'comparing';
  readonly kind: string;
  /** Documents of all kinds read from the source so far while copying. */
  readonly read: number;
}

/** The summary of a finished and verified copy. */
export interface Copied {
  /** Whether it resumed an earlier part. */
  readonly resumed: boolean;
  /** Documents that had to be written. */
  readonly written: number;
  readonly kinds: readonly { readonly kind: string; readonly digest: Digest }[];
  /** Kinds that this version does not know; they are not copied. */
  readonly leftBehind: readonly string[];
}

/**
 * Makes the target equal to the source: documents with versions and ciphertexts, except expired ones. An interrupted run leaves
 * a target that nobody may use, and that the next run completes.
 *
 * @throws GatehouseError `bad-configuration` for an unsuitable source or target, which is left unchanged
 * @throws GatehouseError `copy-differs` if the two differ in the end, since somebody changed one meanwhile
 */
export async function copyStore(job: CopyJob): Promise<Copied> {
  const { source, target } = job;
  const began = performance.now();
  const specs = job.specs.filter(({ transient }) => !transient);
  const identity = await checkSource(source, specs);
  const leftBehind = (await source.kinds()).filter((kind) => !job.specs.some(({ name }) => name === kind));
  const claim = await claimTarget(target, job.specs, identity);
  const written = await copyAll(job, specs, claim);
  if (claim.resumed) for (const spec of specs) await discardStrangers(source, target, spec, claim);
  const kinds = await proveAlike(job, specs, performance.now() - began);
  await claim.release();
  return { resumed: claim.resumed, written, kinds, leftBehind };
}

/** The identity of a valid source, with shapes that this version knows. */
async function checkSource(source: EngineReader, specs: readonly AnySpec[]): Promise<string> {
  if ((await source.kinds()).includes(storeCopies.name)) {
    throw refused('holds a copy that was not finished, so there is nothing to be copied from it');
  }
  const identity = await storeIdentity(source);
  if (identity === undefined) throw refused('holds nothing yet. Name the store that you use');
  const [behind] = await findBehind(source, specs);
  if (behind) {
    const { spec } = behind;
    throw refused(
      `was last used by an older Gatehouse (its ${spec.name} are not at version ${spec.version}). Start this version on ` +
        'it once, which brings it up, then stop it and copy',
    );
  }
  return identity;
}

async function copyAll(
  { source, target, onProgress }: CopyJob,
  specs: readonly AnySpec[],
  claim: TargetClaim,
): Promise<number> {
  let read = 0;
  let written = 0;
  for (const spec of specs) {
    for await (const rows of pages((page) => source.walk(spec, page), PAGE)) {
      const at = now();
      const live = rows.filter(({ document: { expiresAt } }) => expiresAt === undefined || expiresAt > at);
      // A run that was paused must not write to a copy that another has finished.
      await claim.assertOurs();
      written += await target.adopt(spec, live);
      read += rows.length;
      onProgress?.({ doing: 'copying', kind: spec.name, read });
    }
  }
  return written;
}

/** Documents from an earlier run that the source no longer has. */
async function discardStrangers(
  source: EngineReader,
  target: Engine,
  spec: AnySpec,
  claim: TargetClaim,
): Promise<void> {
  for await (const rows of pages((page) => target.walk(spec, page), PAGE)) {
    const keys = rows.map(({ realm, document: { id } }): WalkedKey => ({ realm, id }));
    const strangers: WalkedKey[] = [];
    for (const [realm, ofRealm] of Map.groupBy(keys, (key) => key.realm)) {
      const ids = ofRealm.map(({ id }) => id);
      const sourceIds = new Set((await source.getMany({ spec, realm }, ids, now())).map(({ document: { id } }) => id));
      strangers.push(...ofRealm.filter(({ id }) => !sourceIds.has(id)));
    }
    if (strangers.length === 0) continue;
    await claim.assertOurs();
    await target.discard(spec, strangers);
  }
}

/**
 * Reads both stores completely, twice, one kind after another. A kind that is equal both times was equal between the two
 * rounds, since only this run writes to the target. So at that moment all kinds were. Later changes of the source cannot be
 * verified.
 *
 * @throws GatehouseError `copy-differs`
 */
async function proveAlike(job: CopyJob, specs: readonly AnySpec[], tookMs: number): Promise<Copied['kinds']> {
  // A document that expires meanwhile may vanish from one store, so only those that outlive the comparison are compared.
  for (let span = 2 * tookMs + minutes(2); ; span *= 2) {
    const past = now() + span;
    let round = await compare(job, specs, past);
    if (round.differences.length === 0) round = await compare(job, specs, past);
    // A minute for clock differences: MongoDB deletes expired documents by its own clock.
    if (now() > past - minutes(1)) continue;
    if (round.differences.length > 0) throw differs(round.differences);
    return round.kinds;
  }
}

async function compare(
  { source, target, onProgress }: CopyJob,
  specs: readonly AnySpec[],
  past: Instant,
): Promise<{ readonly kinds: Copied['kinds']; readonly differences: readonly string[] }> {
  const kinds: { kind: string; digest: Digest }[] = [];
  const differences: string[] = [];
  for (const spec of specs) {
    onProgress?.({ doing: 'comparing', kind: spec.name, read: 0 });
    const [sourceDigests, targetDigests] = await Promise.all([
      digestsOf(source, spec, past),
      digestsOf(target, spec, past),
    ]);
    const realms = new Set([...sourceDigests.keys(), ...targetDigests.keys()]);
    for (const realm of [...realms].filter((realm) => !same(sourceDigests.get(realm), targetDigests.get(realm)))) {
      const counts = `${sourceDigests.get(realm)?.count ?? 0} here and ${targetDigests.get(realm)?.count ?? 0} there`;
      differences.push(`${spec.name}${realm === '' ? '' : ` of realm ${realm}`}: ${counts}`);
    }
    kinds.push({ kind: spec.name, digest: together(sourceDigests.values()) });
  }
  return { kinds, differences };
}

const differs = (differences: readonly string[]): GatehouseError =>
  new GatehouseError(
    'copy-differs',
    `The copy is not like the store (${differences.slice(0, 3).join('; ')}${differences.length > 3 ? '; and more' : ''}): ` +
      'one of the two was changed meanwhile. Stop every Gatehouse that uses them, and run the same command again; until then ' +
      'nobody can start on the copy.',
  );

const refused = (what: string): GatehouseError =>
  new GatehouseError('bad-configuration', `The store to copy from (GATEHOUSE_STORE) ${what}.`);
