import type { Instant } from '../../base/clock.js';

/** What a run would change of one person. No change at all has no diff. */
export interface PersonDiff {
  readonly subject: string;
  /** The subject of the link now, by the id before. Absent: it is the same. */
  readonly formerSubject?: string;
  /** Absent: there is no account yet. */
  readonly userId?: string;
  /** As the administrator knows the person: the username here, or the one that the mapping gives. */
  readonly username: string;
  /** Where the upstream has the person, or last had. */
  readonly base: string;
  readonly kind: 'new' | 'joined' | 'changed' | 'collided';
  /** A reason code. Of `collided`: why nothing changes; otherwise why not everything does, such as `username-taken`. */
  readonly reason?: string;
  readonly fields: readonly FieldDiff[];
  /** Roles and groups, such as `group sales`. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** How the person stands afterwards, if that changes. */
  readonly standing?: StandingChange;
  /** Of all of this with every value, in base64url. A person whose digest is another one by now is left to the next run. */
  readonly digest: string;
}

export interface FieldDiff {
  /** As the mapping names it. */
  readonly field: string;
  /** The upstream has no value any more. */
  readonly isEmptied: boolean;
}

/** `gone`: the upstream has the person no more. `returned`: it has the person again. */
export type StandingChange = 'gone' | 'returned' | 'disabled' | 'expired' | 'enabled';

/** What a run counts, apart for each scope: nothing may hide in a larger number. */
export interface LossCounts {
  gone: number;
  /** Disabled or expired upstream. */
  disabled: number;
  membershipsLost: number;
  fieldsEmptied: number;
}

/** `of`: how many people the upstream had there by our data, before the run. */
export interface ScopeLosses {
  readonly scope: SyncScope;
  readonly of: number;
  readonly losses: LossCounts;
}

/** The whole connector, one base, or one role or group that the mapping gives, as in {@link PersonDiff.lost}. */
export type SyncScope =
  | { readonly kind: 'connector' }
  | { readonly kind: 'base'; readonly base: string }
  | { readonly kind: 'group'; readonly target: string };

/** How many people a run concerns. One person may be `changed` and have a standing. */
export interface DiffCounts {
  new: number;
  joined: number;
  /** Of those linked before: fields, roles or groups, or their standing. */
  changed: number;
  collided: number;
  gone: number;
  returned: number;
  /** Disabled or expired upstream. */
  disabled: number;
  enabled: number;
}

/** All that a run found. */
export interface SyncDiff {
  /** Everybody was read, and not only changes. */
  readonly isFull: boolean;
  /** When the reading began. */
  readonly startedAt: Instant;
  readonly read: number;
  /** Entries of the upstream without a usable id. */
  readonly unreadable: number;
  readonly counts: DiffCounts;
  /** At most 2,000, those who lose something first. */
  readonly people: readonly PersonDiff[];
  readonly scopes: readonly ScopeLosses[];
  /** Bases and groups that had people and are empty now. */
  readonly emptied: readonly SyncScope[];
  /** Settings that decide who is found changed since the last complete run. */
  readonly isOtherScope: boolean;
  /** The mirrored groups that get another name. */
  readonly renamedGroups: readonly GroupRenaming[];
  /** Of everybody who changes, also of those whom `people` leaves out. */
  readonly digests: ReadonlySet<string>;
  /** Subjects that several people have. None of them changes. */
  readonly twice?: ReadonlySet<string>;
  /** Of all digests and renamings, in base64url: what an approval names. */
  readonly hash: string;
  /** Whether there are notes about people to be written although they do not change, such as where the upstream has them. */
  readonly hasNotes: boolean;
  /** Where the next reading of changes begins. */
  readonly mark?: string;
}

export interface GroupRenaming {
  readonly from: string;
  readonly to: string;
}
