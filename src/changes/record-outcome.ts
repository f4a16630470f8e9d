import type { StoreRefusal } from '../storage/refusal.js';

/** Why a guard lets nothing be written. */
export interface GuardRefusal {
  /** Stable; what a caller switches on. */
  readonly code: string;
  /** A sentence for a person: what is refused, and what would help. */
  readonly message: string;
}

export type RecordOutcome =
  | { readonly ok: true }
  /** `write`: the place, in the caller's list, of the write that the store refused. Nothing was written. */
  | { readonly ok: false; readonly refusedBy: 'store'; readonly write: number; readonly refusal: StoreRefusal }
  | { readonly ok: false; readonly refusedBy: 'guard'; readonly refusal: GuardRefusal };
