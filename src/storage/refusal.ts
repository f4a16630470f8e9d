/** Why the store did not write. An answer, never thrown: a caller decides what it means. */
export type StoreRefusal =
  | { readonly code: 'conflict'; readonly key: string } // someone else holds this unique key (`id` among them)
  | { readonly code: 'changed' } // the document is not at the expected version: read again
  | { readonly code: 'condition' } // the document is there, but not as the condition demands
  | { readonly code: 'missing' }; // there is no such document, or it has expired

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: StoreRefusal };

export type CommitOutcome =
  | { readonly ok: true }
  /** `write`: the place in the list of the first write that was refused. Nothing of the commit was written. */
  | { readonly ok: false; readonly write: number; readonly refusal: StoreRefusal };
