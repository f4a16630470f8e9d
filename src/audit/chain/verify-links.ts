import { pages } from '../../base/paging.js';
import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { auditRecords } from '../audit-record.js';
import { type AuditLink, auditLinks, hashOfLink } from './audit-link.js';
import { type ChainEnd, readHead } from './chain-head.js';
import { isLinked, isSigned } from './check-link.js';
import type { Findings } from './finding.js';
import { readRemovable } from './retention-ranges.js';

export interface VerifiedLinks {
  /** The number of links that were read. */
  readonly links: number;
  /** The number of records that retention has removed. */
  readonly removed: number;
  readonly end: ChainEnd;
}

/** More absent records than this, none of them covered by a retention, are named without another look at the retentions. */
const MOST_ABSENT = 10_000;

interface Verifying {
  readonly realm: Realm;
  readonly keys: AuditKeys;
  readonly findings: Findings;
  readonly onProgress?: ((links: number) => void) | undefined;
}

/**
 * Walks the links in order, with their records. The chain may grow meanwhile.
 *
 * @param since begins there, and expects this link there
 * @throws StoreUnavailable
 */
export async function verifyLinks(
  { realm, keys, findings, onProgress }: Verifying,
  since: ChainEnd | undefined,
): Promise<VerifiedLinks> {
  const [links, records] = [realm.of(auditLinks), realm.of(auditRecords)];
  const headBefore = await readHead(realm);
  const removable = await readRemovable(realm, keys);
  const absent: AuditLink[] = [];
  const first = since?.sequence ?? 1;
  let end: ChainEnd = { sequence: first - 1, hash: '' };
  // Undefined after a wrong link: the next one can't be expected to follow it.
  let previous: string | undefined = since === undefined ? '' : undefined;
  let [count, removed, headSeen] = [0, 0, headBefore.sequence < first];
  let checkpointSeen = false;

  const range = since === undefined ? {} : { sequence: { gte: first } };
  for await (const page of pages((request) => links.find('bySequence', range, request), { limit: PAGE })) {
    const bodies = await records.getMany(page.map(({ id }) => id));
    for (const link of page) {
      const { sequence, id: record } = link;
      const expected = end.sequence + 1;
      if (!Number.isInteger(sequence) || sequence < expected) {
        findings.add({ code: 'link-inserted', sequence, record });
        continue;
      }
      if (sequence > expected) {
        findings.add({ code: 'links-missing', from: expected, to: sequence - 1 });
        previous = undefined;
      }
      const signed = isSigned(keys, realm.id, link);
      const hash = signed ? hashOfLink(realm.id, link) : '';
      if (!signed) findings.add({ code: 'link-rewritten', sequence, record });
      else if (previous !== undefined && link.previous !== previous)
        findings.add({ code: 'link-misplaced', sequence, record });
      previous = signed ? hash : undefined;
      if (sequence === since?.sequence) {
        checkpointSeen = true;
        if (hash !== since.hash) findings.add({ code: 'checkpoint-differs', checkpoint: sequence });
      }
      if (sequence === headBefore.sequence) {
        headSeen = true;
        if (hash !== headBefore.hash) findings.add({ code: 'head-rewritten', sequence });
      }
      end = { sequence, hash };
      const body = bodies.get(record);
      if (body) {
        if (signed && !isLinked(keys, realm.id, link, body))
          findings.add({ code: 'record-rewritten', sequence, record });
      } else if (removable.covers(link)) removed++;
      else if (absent.length < MOST_ABSENT) absent.push(link);
      else findings.add({ code: 'record-missing', sequence, record });
    }
    count += page.length;
    onProgress?.(count);
  }

  // A retention may have been applied since the walk began.
  const removableNow = absent.length > 0 ? await readRemovable(realm, keys) : removable;
  for (const link of absent) {
    if (removableNow.covers(link)) removed++;
    else findings.add({ code: 'record-missing', sequence: link.sequence, record: link.id });
  }
  const head = await readHead(realm);
  if (head.version === 0 && count > 0) findings.add({ code: 'head-missing' });
  // Links committed since the walk ended lie beyond `end`, never before it.
  else if (count > 0 && head.sequence < end.sequence) findings.add({ code: 'head-rewritten', sequence: head.sequence });
  else if (!headSeen) findings.add({ code: 'links-missing', from: end.sequence + 1, to: headBefore.sequence });
  if (since && !checkpointSeen && end.sequence < since.sequence)
    findings.add({ code: 'end-cut', checkpoint: since.sequence, end: head.sequence });
  return { links: count, removed, end };
}

/** Reads of links and records alternate; both have at most this many. */
const PAGE = 500;
