import type { RecordOutcome } from './record-outcome.js';
import type { Reference } from './removal/reference.js';

/** The result of a service that changes a document: the new state, or a refusal. */
export type Saved<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: ChangeRefusal };

/** `message` is a sentence for users. */
export type ChangeRefusal =
  | { readonly code: 'invalid'; readonly message: string; readonly fault?: string } // it breaks a rule of its kind; `fault` is that rule's code
  | { readonly code: 'taken'; readonly key: string; readonly message: string } // the id or a unique name is in use
  | { readonly code: 'changed'; readonly message: string } // it is not at the expected version; read again
  | { readonly code: 'missing'; readonly message: string }
  /** The object to be removed is in use. `more`: there are further references that are not listed. */
  | {
      readonly code: 'in-use';
      readonly references: readonly Reference[];
      readonly more: boolean;
      readonly message: string;
    }
  | { readonly code: 'forbidden'; readonly guard: string; readonly message: string }; // a guard's own code and sentence

export const refused = (refusal: ChangeRefusal): Saved<never> => ({ ok: false, refusal });
export const invalid = (message: string, fault?: string): Saved<never> =>
  refused({ code: 'invalid', message, ...(fault !== undefined && { fault }) });
export const missing = (thing: string, id: string): Saved<never> =>
  refused({ code: 'missing', message: `There is no ${thing} ${id}.` });

/** Converts the outcome of a recording into a service's result. `thing` names the document in sentences: `role admin`. */
export function savedAs<T>(thing: string, outcome: RecordOutcome, value: T): Saved<T> {
  if (outcome.ok) return { ok: true, value };
  if (outcome.refusedBy === 'guard') {
    return refused({ code: 'forbidden', guard: outcome.refusal.code, message: outcome.refusal.message });
  }
  const { refusal } = outcome;
  switch (refusal.code) {
    case 'conflict':
      return refused({ code: 'taken', key: refusal.key, message: `The ${refusal.key} of ${thing} is in use already.` });
    case 'changed':
    case 'condition':
      return refused({ code: 'changed', message: `Someone else changed ${thing} meanwhile. Read it again.` });
    case 'missing':
      return refused({ code: 'missing', message: `There is no ${thing}.` });
  }
}
