import { type Instant, days, now } from '../../base/clock.js';
import { pages } from '../../base/paging.js';
import { monthsBefore, type PersonalKeys } from '../../changes/personal/personal-keys.js';
import { personKeys } from '../../changes/personal/person-key.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { Realm } from '../../storage/store.js';
import { auditRecords } from '../audit-record.js';

/** How far back keys of months are looked for. */
const MONTHS = 240;
/** A record may have been made somewhat before or after its `at`. */
const SLACK = days(2);
const PAGE = 500;
/** At most so many pages of one month are read; its key stays if they decide nothing. */
const MOST_PAGES = 20;

/**
 * Destroys the keys of past months under which no record is sealed any more. Backups of the database then open no personal data
 * of these months. @throws GatehouseError `lease-lost`, StoreUnavailable
 */
export async function destroyEmptyMonths(
  { realm, personal }: { readonly realm: Realm; readonly personal: Pick<PersonalKeys, 'destroyMonth'> },
  held: Held,
): Promise<void> {
  const months = monthsBefore(now() - SLACK, MONTHS);
  const keys = await realm.of(personKeys).getMany(months.map(({ keyId }) => keyId));
  for (const { keyId, from, until } of months) {
    if (keys.get(keyId)?.key === undefined || (await isUsed(realm, keyId, from - SLACK, until + SLACK))) continue;
    await held.commit(realm, [personal.destroyMonth(from)]);
  }
}

/** Whether a record of this time is sealed under the key; true if it would take too long to know. */
async function isUsed(realm: Realm, keyId: string, from: Instant, until: Instant): Promise<boolean> {
  let read = 0;
  const find = pages((page) => realm.of(auditRecords).find('byTime', { at: { gte: from, lt: until } }, page), {
    limit: PAGE,
  });
  for await (const rows of find) {
    const parts = rows.flatMap(({ actor = '', subject = '' }) => [actor, subject]);
    if (parts.some((part) => part.startsWith(`${keyId}|`)) || ++read === MOST_PAGES) return true;
  }
  return false;
}
