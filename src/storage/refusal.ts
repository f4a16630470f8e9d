/** Why the store did not write. Returned, never thrown: the caller decides what it means. */
export type StoreRefusal =
  | { readonly code: 'conflict'; readonly key: string } // someone else holds this unique key (`id` among them)
  | { readonly code: 'changed' } // the document is not at the expected version; read again
  | { readonly code: 'condition' } // the document exists but does not meet the condition
  | { readonly code: 'missing' }; // there is no such document, or it has expired

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: StoreRefusal };

export type CommitOutcome =
  | { readonly ok: true }
  /** `write`: the index of the first write that was refused. Nothing of the commit was written. */
  | { readonly ok: false; readonly write: number; readonly refusal: StoreRefusal };
