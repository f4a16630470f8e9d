import { pages } from '../../base/paging.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { remove, removeAt } from '../../storage/write.js';
import { type AuditRecord, auditRecords } from '../audit-record.js';
import { auditLinks } from '../chain/audit-link.js';
import { auditTerms, termsIdsOf } from '../search/audit-terms.js';
import type { DueKinds } from './retention-rule.js';

/** With their search terms they are removed in one commit. */
const BATCH = 20;

/**
 * Removes the records of these kinds that are older than `until`, with their search terms. Their links stay. A record that is
 * not in the chain, or differs from its link, stays too: it is for `verify` to report.
 *
 * @returns how many were removed. May be interrupted anywhere, and repeated.
 * @throws GatehouseError `lease-lost`, StoreUnavailable
 */
export async function removeRecords(
  realm: Realm,
  held: Held,
  { kinds, until }: DueKinds,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const kind of kinds) {
    const find = pages((page) => realm.of(auditRecords).find('oldestOfKind', { kind, at: { lt: until } }, page), {
      limit: BATCH,
    });
    for await (const rows of find) {
      if (signal.aborted) return removed;
      removed += await removeBatch(realm, held, rows);
    }
  }
  return removed;
}

async function removeBatch(realm: Realm, held: Held, rows: readonly Stored<AuditRecord>[]): Promise<number> {
  const links = await realm.of(auditLinks).getMany(rows.map(({ id }) => id));
  const chained = rows.filter(({ id, kind, at, pending }) => {
    const link = links.get(id);
    return pending === undefined && link?.kind === kind && link.at === at;
  });
  if (chained.length === 0) return 0;
  // Refused: an erasure has removed some of the terms meanwhile.
  const outcome = await retryOnConflict(
    async () => {
      const terms = await realm.of(auditTerms).getMany(chained.flatMap(({ id }) => termsIdsOf(id)));
      return held.commit(realm, [
        ...chained.map(({ id, version }) => removeAt(auditRecords, id, version)),
        ...[...terms.keys()].map((id) => remove(auditTerms, id)),
      ]);
    },
    ({ ok }) => !ok,
  );
  return outcome.ok ? chained.length : 0;
}
