import type { Problem } from '../base/problems/problem.js';
import type { StoreRefusal } from '../storage/refusal.js';
import type { Write } from '../storage/write.js';

/** The conditions of a guard's consent: `require` writes that become part of the commit. */
export interface GuardConsent {
  readonly requires: readonly Write[];
}

export type RecordOutcome =
  | { readonly ok: true }
  /** `write`: the index, in the caller's list, of the write that the store refused. Nothing was written. */
  | { readonly ok: false; readonly refusedBy: 'store'; readonly write: number; readonly refusal: StoreRefusal }
  | { readonly ok: false; readonly refusedBy: 'guard'; readonly refusal: Problem };
