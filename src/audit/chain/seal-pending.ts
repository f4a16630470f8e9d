import { setImmediate as turn } from 'node:timers/promises';
import { GatehouseError } from '../../base/errors.js';
import { personalKeys } from '../../changes/personal/personal-keys.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import type { CommitOutcome } from '../../storage/refusal.js';
import { COMMIT_LIMIT, insert, type Write } from '../../storage/write.js';
import type { AuditKeys } from '../audit-keys.js';
import type { AuditRecord } from '../audit-record.js';
import { type AuditTrail, auditTrail, type OpenedRecord } from '../audit-trail.js';
import { auditLinks, digestIfOurs, hashOfLink } from './audit-link.js';
import { type ChainEnd, moveHead, type ReadHead, readHead } from './chain-head.js';
import { nextLinks } from './next-links.js';
import { type WaitingRecord, waitingRecords } from './waiting-records.js';

export interface ChainParts {
  readonly realm: Realm;
  readonly auditKeys: AuditKeys;
  /** The writes beside the link of a record. */
  readonly rowsOf?: (record: OpenedRecord) => readonly Write[];
  /** Whether a mark that has no record is to be removed: see `abandonedMarks`. */
  readonly isAbandoned?: (markId: string) => boolean;
}

/** Pending records that are never signed, since no process of ours wrote them, or since they are in the chain already. */
export interface Unsealable {
  readonly count: number;
  /** The id of the first. */
  readonly first: string;
}

interface ProvedRecord extends WaitingRecord {
  readonly record: Stored<AuditRecord>;
  readonly digest: string;
}

interface Sealable extends ProvedRecord {
  readonly rows: readonly Write[];
}

/** Opening the parts of more records would take more keys than one read gives. */
const PAGE = 310;
/** The writes of a commit besides the fence and the head. */
const COMMIT_ROOM = COMMIT_LIMIT - 2;
/** Its link, and the end of its waiting. */
const WRITES_OF_RECORD = 2;
/** A former holder or a removal may be first; more than this is left to the next run. */
const MOST_OVERTAKEN = 16;

/**
 * Takes all pending records of a realm into its chain, under a lease. A record that arrives late, under an earlier id, is taken
 * in as well: its mark alone decides.
 *
 * @param onGrown called after each commit
 * @returns what can't be signed, which holds up nothing else
 * @throws GatehouseError `lease-lost`; `chain-broken` if the end of the chain was changed; StoreUnavailable
 */
export async function sealPending(
  parts: ChainParts,
  held: Held,
  signal: AbortSignal,
  onGrown: (end: ChainEnd) => void,
): Promise<Unsealable | undefined> {
  for (let overtaken = 0; overtaken < MOST_OVERTAKEN;) {
    const pass = await sealOnce(parts, held, signal, onGrown);
    if (pass.refused) overtaken++;
    else if (pass.sealed === 0 || signal.aborted) return pass.unsealable;
    else overtaken = 0;
  }
  return undefined;
}

interface Pass {
  readonly sealed: number;
  readonly unsealable?: Unsealable;
  /** Something changed since it was read. */
  readonly refused?: true;
}

/** A commit that was begun, and its outcome. */
interface UnderWay {
  readonly outcome: Promise<CommitOutcome>;
  readonly size: number;
  readonly end: ChainEnd;
}

/**
 * One walk through the pending records, in the order of their ids. Links do not depend on the outcome of the commit before, so they
 * are signed while it is under way; it has ended before theirs begins.
 */
async function sealOnce(
  { realm, auditKeys: keys, rowsOf = () => [], isAbandoned = () => false }: ChainParts,
  held: Held,
  signal: AbortSignal,
  onGrown: (end: ChainEnd) => void,
): Promise<Pass> {
  const existing = realm.of(auditLinks);
  let head = await confirmedHead(realm);
  // With keys read anew: a remembered key would still open what belongs to an erased person.
  const trail = auditTrail({ realm, keys, personal: personalKeys(realm) });
  let sealed = 0;
  let unsealable: Unsealable | undefined;
  let underWay: UnderWay | undefined;

  /** Waits for the commit that is under way. False if it was refused. */
  async function landed(): Promise<boolean> {
    if (!underWay) return true;
    const { outcome, size, end } = underWay;
    const done = await outcome;
    underWay = undefined;
    if (!done.ok) {
      const { refusal } = done;
      if (refusal.code === 'conflict' && refusal.key === 'sequence') throw broken('it has links behind its end');
      return false;
    }
    sealed += size;
    onGrown(end);
    return true;
  }

  try {
    for await (const page of waitingRecords(realm, PAGE)) {
      const linked = await existing.getMany(page.map(({ id }) => id));
      const ours: ProvedRecord[] = [];
      const useless: Write[] = [];
      for (const waiting of page) {
        const { id, record, settle, markId } = waiting;
        // The record was written a second time, and has been linked already.
        const isSettled = linked.has(id) && markId !== undefined;
        if (isSettled || (!record && markId !== undefined && isAbandoned(markId))) useless.push(settle);
        if (!record || isSettled) continue;
        const digest = linked.has(id) ? undefined : digestIfOurs(keys, realm.id, record);
        if (digest !== undefined) ours.push({ ...waiting, record, digest });
        else unsealable = { count: (unsealable?.count ?? 0) + 1, first: unsealable?.first ?? id };
      }
      // Refused: another process was faster, and the next walk sees what is left.
      if (useless.length > 0) await held.commit(realm, useless.slice(0, COMMIT_ROOM));
      for (const batch of batchesOf(await withRows(trail, ours, rowsOf))) {
        // The commit that was just begun goes out first.
        await turn();
        await turn();
        const { links, end } = await nextLinks(
          { realm: realm.id, keys },
          head,
          batch.map(({ record: { id, kind, at }, digest }) => ({ id, kind, at, digest })),
        );
        if (!(await landed())) return { sealed, refused: true };
        if (signal.aborted) return { sealed, ...(unsealable && { unsealable }) };
        const outcome = held.commit(realm, [
          moveHead(head, end),
          ...links.map((link) => insert(auditLinks, link)),
          ...batch.map(({ settle }) => settle),
          ...batch.flatMap(({ rows }) => rows),
        ]);
        // It is awaited later, by `landed`.
        outcome.catch(() => undefined);
        underWay = { outcome, size: batch.length, end };
        head = { ...end, version: head.version + 1 };
      }
    }
    if (!(await landed())) return { sealed, refused: true };
    return { sealed, ...(unsealable && { unsealable }) };
  } finally {
    // Only if something failed meanwhile: no write of ours goes on once the lease is given back.
    await underWay?.outcome.catch(() => undefined);
  }
}

/** A forged end is never continued: the links would prove nothing. */
async function confirmedHead(realm: Realm): Promise<ReadHead> {
  const head = await readHead(realm);
  const last = await realm.of(auditLinks).findOne('sequence', { sequence: head.sequence });
  if (head.hash === (last === undefined ? '' : hashOfLink(realm.id, last)) && !(head.sequence > 0 && !last))
    return head;
  throw broken(`its head says ${head.sequence}, and that link is missing or another one`);
}

const broken = (why: string): GatehouseError =>
  new GatehouseError(
    'chain-broken',
    `Somebody changed the end of the audit chain: ${why}. No record enters the chain until this is mended: see ` +
      '`gatehouse audit verify`.',
  );

async function withRows(
  trail: Pick<AuditTrail, 'open'>,
  records: readonly ProvedRecord[],
  rowsOf: (record: OpenedRecord) => readonly Write[],
): Promise<readonly Sealable[]> {
  const opened = await trail.open(records.map(({ record }) => record));
  return records.map((ours, i) => {
    const each = opened[i];
    // A record has fewer rows; one that had more would otherwise never enter the chain.
    return { ...ours, rows: each ? rowsOf(each).slice(0, COMMIT_ROOM - WRITES_OF_RECORD) : [] };
  });
}

/** As many records as the writes of one commit allow. */
function* batchesOf(records: readonly Sealable[]): Generator<readonly Sealable[]> {
  let batch: Sealable[] = [];
  let room = COMMIT_ROOM;
  for (const each of records) {
    const needed = WRITES_OF_RECORD + each.rows.length;
    if (needed > room) {
      yield batch;
      [batch, room] = [[], COMMIT_ROOM];
    }
    batch.push(each);
    room -= needed;
  }
  if (batch.length > 0) yield batch;
}
