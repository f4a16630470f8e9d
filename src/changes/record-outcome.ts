import type { StoreRefusal } from '../storage/refusal.js';
import type { Write } from '../storage/write.js';

/** Why a guard lets nothing be written. */
export interface GuardRefusal {
  /** Stable; what a caller switches on. */
  readonly code: string;
  /** A sentence for a person: what is refused, and what would help. */
  readonly message: string;
}

/** The conditions of a guard's consent: `require` writes, which go into the commit. */
export interface GuardConsent {
  readonly requires: readonly Write[];
}

export type RecordOutcome =
  | { readonly ok: true }
  /** `write`: the place, in the caller's list, of the write that the store refused. Nothing was written. */
  | { readonly ok: false; readonly refusedBy: 'store'; readonly write: number; readonly refusal: StoreRefusal }
  | { readonly ok: false; readonly refusedBy: 'guard'; readonly refusal: GuardRefusal };
