import { setTimeout as delay } from 'node:timers/promises';
import { type Instant, minutes, now } from '../../base/clock.js';
import type { PersonalKeys } from '../../changes/personal/personal-keys.js';
import type { Job } from '../../jobs/job.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { auditRecords } from '../audit-record.js';
import type { AuditTrail } from '../audit-trail.js';
import { auditLinks } from '../chain/audit-link.js';
import { KINDS } from '../kinds.js';
import { waitingAmong } from '../pending-mark.js';
import { destroyEmptyMonths } from './empty-months.js';
import { removeRecords } from './remove-records.js';
import {
  announcementEntry,
  announcementIn,
  RETENTION_APPLIED,
  type RetentionAnnouncement,
} from './retention-announcement.js';
import { type DueKinds, dueKinds, type RetentionRule } from './retention-rule.js';

export interface RetentionParts {
  readonly realm: Realm;
  readonly audit: Pick<AuditTrail, 'writes'>;
  readonly auditKeys: Pick<AuditKeys, 'checkMac'>;
  readonly personal: Pick<PersonalKeys, 'destroyMonth'>;
  readonly settings: { get(): Promise<{ readonly audit: { readonly retention: readonly RetentionRule[] } }> };
  /** How often to look whether an announcement is in the chain, in milliseconds. */
  readonly lookEvery?: number;
}

/** How many announcements are read: those of the last months. */
const ANNOUNCEMENTS = 200;
const LOOK_EVERY = 250;
/** Half a minute. The next run continues. */
const MOST_LOOKS = 120;

/**
 * Applies the retention rules of a realm. First finishes what earlier announcements allow, so that a process may end anywhere and
 * another one continue.
 */
export const retentionJob = (parts: RetentionParts): Job => ({
  name: 'audit retention',
  every: minutes(10),
  async run(held, signal) {
    const before = await chainedAnnouncements(parts, signal);
    if (!before) return;
    let removed = await removeAnnounced(parts, held, before, signal);
    if (await announce(parts, held, before)) {
      const all = await chainedAnnouncements(parts, signal);
      if (!all) return;
      removed += await removeAnnounced(parts, held, all, signal);
    }
    if (removed > 0 && !signal.aborted) await destroyEmptyMonths(parts, held);
  },
});

/** Waits until all announcements are in the chain; undefined if that takes too long. */
async function chainedAnnouncements(
  parts: RetentionParts,
  signal: AbortSignal,
): Promise<readonly RetentionAnnouncement[] | undefined> {
  const { realm, auditKeys, lookEvery = LOOK_EVERY } = parts;
  for (let looks = 0; looks < MOST_LOOKS && !signal.aborted; looks++) {
    const { rows } = await realm.of(auditRecords).find('byKind', { kind: RETENTION_APPLIED }, { limit: ANNOUNCEMENTS });
    // Anybody who writes to the database can insert an announcement, but cannot make its MAC.
    const announced = rows.flatMap((record) => {
      const announcement = announcementIn(auditKeys, realm.id, record);
      return announcement ? [{ ...announcement, id: record.id }] : [];
    });
    // Asked before the links: one that is linked meanwhile is seen in one of the two.
    const waiting = await waitingAmong(realm, rows);
    if (!announced.some(({ id }) => waiting.has(id))) {
      const links = await realm.of(auditLinks).getMany(announced.map(({ id }) => id));
      return announced.filter(({ id }) => links.has(id));
    }
    await delay(lookEvery);
  }
  return undefined;
}

/** Announces what the rules want removed and no announcement covers. False if there is nothing. */
async function announce(
  { realm, audit, settings }: RetentionParts,
  held: Held,
  announced: readonly RetentionAnnouncement[],
): Promise<boolean> {
  const covered = untilByKind(announced);
  const announcements: RetentionAnnouncement[] = [];
  const { retention } = (await settings.get()).audit;
  for (const { kinds, until } of dueKinds(retention, Object.keys(KINDS), now())) {
    const counts = await Promise.all(
      kinds.map(async (kind) => {
        const from = covered.get(kind) ?? 0;
        return from < until ? count(realm, kind, from, until) : 0;
      }),
    );
    const due = kinds.filter((_, i) => (counts[i] ?? 0) > 0);
    if (due.length > 0) announcements.push({ kinds: due, until, count: counts.reduce((sum, each) => sum + each, 0) });
  }
  if (announcements.length === 0) return false;
  await held.commit(realm, await audit.writes(announcements.map(announcementEntry)));
  return true;
}

const count = (realm: Realm, kind: string, from: Instant, until: Instant): Promise<number> =>
  realm.of(auditRecords).count('oldestOfKind', { kind, at: { gte: from, lt: until } }, Number.MAX_SAFE_INTEGER);

async function removeAnnounced(
  { realm }: RetentionParts,
  held: Held,
  announced: readonly RetentionAnnouncement[],
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const [kind, until] of untilByKind(announced)) {
    removed += await removeRecords(realm, held, { kinds: [kind], until }, signal);
  }
  return removed;
}

/** Up to when the records of each kind may be removed. */
function untilByKind(announced: readonly DueKinds[]): ReadonlyMap<string, Instant> {
  const until = new Map<string, Instant>();
  for (const each of announced) {
    for (const kind of each.kinds) {
      if (kind !== RETENTION_APPLIED) until.set(kind, Math.max(until.get(kind) ?? 0, each.until));
    }
  }
  return until;
}
