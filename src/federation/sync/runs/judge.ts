import type { Instant } from '../../../base/clock.js';
import type { LossCounts, ScopeLosses, SyncDiff, SyncScope } from '../sync-diff.js';

/** A run stops if a scope loses more than one of these. */
export interface SyncLimits {
  readonly count: number;
  /** Of the people whom the upstream had in the scope before. Three of them at once never stop a run by their share. */
  readonly percent: number;
}

/** An administrator allowed the diff with this hash, which was shown. */
export interface SyncApproval {
  readonly hash: string;
  /** It allows nothing from then on. */
  readonly until: Instant;
}

export type StopReason =
  | {
      readonly kind: 'losses';
      readonly scope: SyncScope;
      readonly count: keyof LossCounts;
      readonly lost: number;
      readonly of: number;
    }
  /** A base or group that had people is empty or unreadable. */
  | { readonly kind: 'emptied'; readonly scope: SyncScope }
  /** Settings that decide who is found changed. */
  | { readonly kind: 'other-scope' }
  /** The approval is for another diff, or it has ended. */
  | { readonly kind: 'other-hash' };

export type Judgement = { readonly kind: 'goes-on' } | { readonly kind: 'stops'; readonly why: readonly StopReason[] };

/** What the guard reads of a diff. */
export type JudgedDiff = Pick<SyncDiff, 'scopes' | 'emptied' | 'isOtherScope' | 'hash'>;

const COUNTS = ['gone', 'disabled', 'membershipsLost', 'fieldsEmptied'] as const satisfies (keyof LossCounts)[];

/**
 * Whether a run may make its changes. An approval lets the diff that it names go on whatever it takes away, and no other diff, however
 * small: whoever approves has seen what happens. Pure.
 */
export function judge(
  diff: JudgedDiff,
  limits: SyncLimits,
  approval: SyncApproval | undefined,
  at: Instant,
): Judgement {
  if (approval?.hash === diff.hash && at < approval.until) return { kind: 'goes-on' };
  const why = [
    ...(approval ? [{ kind: 'other-hash' } as const] : []),
    ...(diff.isOtherScope ? [{ kind: 'other-scope' } as const] : []),
    ...diff.emptied.map((scope) => ({ kind: 'emptied', scope }) as const),
    ...diff.scopes.flatMap((losses) => excessIn(losses, limits)),
  ];
  return why.length === 0 ? { kind: 'goes-on' } : { kind: 'stops', why };
}

/** One person more or less is a large share of a small group, and ordinary. */
const FEW = 3;

/** A rule that hides three in a hundred people of a large directory is as much a mistake as one that hides half of a small one. */
const excessIn = ({ scope, of, losses }: ScopeLosses, { count: most, percent }: SyncLimits): readonly StopReason[] =>
  COUNTS.flatMap((count) => {
    const lost = losses[count];
    const isLargeShare = lost > FEW && lost * 100 > percent * of;
    return lost > most || isLargeShare ? [{ kind: 'losses', scope, count, lost, of } as const] : [];
  });
