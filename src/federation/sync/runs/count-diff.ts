import type { DiffCounts, SyncDiff } from '../sync-diff.js';

/** What a run found or did, in numbers. */
export type SyncCounts = DiffCounts & {
  /** Of the upstream. */
  read: number;
  /** Entries without a usable id. */
  unreadable: number;
  /** Roles and groups that people lose. */
  membershipsLost: number;
  /** Fields of which the upstream has no value any more. */
  fieldsEmptied: number;
  /** People who changed while the run was at work. The next run takes them up. */
  left: number;
};

export const NO_COUNTS: SyncCounts = {
  ...{ read: 0, new: 0, joined: 0, changed: 0, collided: 0, gone: 0, returned: 0, disabled: 0, enabled: 0 },
  ...{ membershipsLost: 0, fieldsEmptied: 0, unreadable: 0, left: 0 },
};

/** The counts of a diff: what its changes come to, if they are made. Pure. */
export function countDiff({ counts, read, unreadable, scopes }: SyncDiff): SyncCounts {
  const whole = scopes.find(({ scope }) => scope.kind === 'connector')?.losses;
  const { membershipsLost = 0, fieldsEmptied = 0 } = whole ?? {};
  return { ...NO_COUNTS, ...counts, read, unreadable, membershipsLost, fieldsEmptied };
}
