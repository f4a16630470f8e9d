import { z } from 'zod';
import { type Instant, now, seconds } from '../../../base/clock.js';
import type { LdapEntry } from '../connection/answers.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entryValues } from '../entry-claims.js';
import { allOf, anyOf, atLeast, isPresent, noneOf } from '../names/filters.js';
import { generalizedTime, parseGeneralizedTime } from '../names/generalized-time.js';
import { type ChangeTracking, markLost, type ReadingChanges } from './change-tracking.js';
import { groupsDigest } from './groups-digest.js';
import { readMark } from './read-mark.js';

const timestampMark = z.strictObject({
  by: z.literal('modifyTimestamp'),
  /** As a generalized time, by the clock of the directory. */
  since: z.string().max(40),
  /** The latest change that was seen. Absent: none, or a clock was wrong. */
  latest: z.string().max(40).exactOptional(),
  groups: z.string().max(100),
});

/** What may still change in a second that was read. */
const GRANULARITY = seconds(1);

/**
 * Changes by `modifyTimestamp`, and `createTimestamp` where that is absent. Marks are times of the directory's clock.
 *
 * Any change of a group loses the mark: who was removed from it can be seen by reading everybody only.
 */
export const timestampChanges = (parts: DirectoryParts): ChangeTracking => ({
  async begin({ groups }) {
    const digest = await groupsDigest(parts, groups);
    return digest === undefined ? undefined : tracked(digest);
  },
  async resume({ groups }, text) {
    const mark = readMark(timestampMark, text);
    const since = mark && parseGeneralizedTime(mark.since);
    if (!mark || since === undefined) return markLost('mark-unreadable');
    const digest = await groupsDigest(parts, groups);
    if (digest === undefined) return markLost('groups-unreadable');
    if (digest !== mark.groups) return markLost('groups-changed');
    const from = generalizedTime(since - GRANULARITY);
    const changed = anyOf([
      atLeast('modifyTimestamp', from),
      allOf(noneOf(isPresent('modifyTimestamp')), atLeast('createTimestamp', from)),
    ]);
    const latest = mark.latest === undefined ? undefined : parseGeneralizedTime(mark.latest);
    // What changes from now on has no earlier time than what was seen before. So a day without changes does not read again for ever what
    // changed while a long reading before it was at work.
    return { kind: 'resumed', ...tracked(digest, Math.max(since, latest ?? since)), changed };
  },
});

/** @param since where the next reading begins at the earliest: the mark never goes back */
function tracked(groups: string, since?: Instant): ReadingChanges {
  const began = performance.now();
  let latest: Instant | undefined;
  return {
    note(entry) {
      const changed = changedAt(entry);
      if (changed !== undefined) latest = Math.max(latest ?? changed, changed);
    },
    mark() {
      // Whoever changed after they were read did so at most as long ago as the reading took. A time of the future, from a clock that was
      // wrong, would hide every change until then.
      const seen = latest === undefined ? 0 : Math.min(latest, now()) - (performance.now() - began);
      const from = Math.max(since ?? 0, seen);
      return JSON.stringify({
        ...{ by: 'modifyTimestamp', since: generalizedTime(from), groups },
        ...(latest !== undefined && latest <= now() && { latest: generalizedTime(latest) }),
      });
    },
  };
}

function changedAt(entry: LdapEntry): Instant | undefined {
  const [changed] = entryValues(entry, 'modifyTimestamp');
  return changed === undefined ? undefined : parseGeneralizedTime(changed);
}
