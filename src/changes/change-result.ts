import { problem, type Problem } from '../base/problems/problem.js';
import type { NamedThing } from './change-problems.js';
import type { RecordOutcome } from './record-outcome.js';

/** The result of a service that changes a document: the new state, or a refusal. */
export type Saved<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: ChangeRefusal };

/** `message` is a sentence for users. */
export interface ChangeRefusal {
  readonly code:
    | 'invalid' // it breaks a rule of its kind
    | 'taken' // the id or a unique name is in use
    | 'changed' // it is not at the expected version: read again
    | 'missing'
    | 'in-use' // it is to be removed, and others refer to it
    | 'forbidden'; // a guard refused it
  /** The object to be removed is in use. `more`: there are further references that are not listed. */
  readonly problems: readonly Problem[];
}

export const refused = (code: ChangeRefusal['code'], ...problems: readonly Problem[]): Saved<never> => ({
  ok: false,
  refusal: { code, problems },
});
export const invalid = (...problems: readonly Problem[]): Saved<never> => refused('invalid', ...problems);
export const missing = (kind: NamedThing['kind'], name: string): Saved<never> =>
  refused('missing', problem('not-found', [], { thing: { kind, name } }));
export const changedMeanwhile = (kind: NamedThing['kind'], name: string): Saved<never> =>
  refused('changed', problem('changed-meanwhile', [], { thing: { kind, name } }));
export const changedAgain = (kind: NamedThing['kind'], name: string): Saved<never> =>
  refused('changed', problem('changed-again-and-again', [], { thing: { kind, name } }));

/** Converts the outcome of a recording into a service's result. `thing` names the document in sentences: `role admin`. */
export function savedAs<T>(thing: NamedThing, outcome: RecordOutcome, value: T): Saved<T> {
  if (outcome.ok) return { ok: true, value };
  if (outcome.refusedBy === 'guard') return refused('forbidden', outcome.refusal);
  const { refusal } = outcome;
  switch (refusal.code) {
    case 'conflict':
      return refused('taken', problem('key-taken', [refusal.key], { thing, key: refusal.key }));
    case 'changed':
    case 'condition':
      return refused('changed', problem('changed-meanwhile', [], { thing }));
    case 'missing':
      return refused('missing', problem('not-found', [], { thing }));
  }
}
