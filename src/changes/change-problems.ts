import type { Reference } from './removal/reference.js';

/** A document that is changed or removed, as people know it. */
export interface NamedThing {
  readonly kind:
    | 'user'
    | 'group'
    | 'role'
    | 'client'
    | 'resource-server'
    | 'permission'
    | 'connector'
    | 'settings'
    | 'session'
    | 'consent'
    | 'assignment'
    | 'link';
  /** Its name, or its id where it has none; it may come from outside. */
  readonly name: string;
  /** The object that contains it: for a permission the resource server. */
  readonly of?: string;
}

declare module '../base/problems/problem.js' {
  interface ProblemParams {
    'not-found': { readonly thing: NamedThing };
    /** It is not at the expected version. */
    'changed-meanwhile': { readonly thing: NamedThing };
    /** Others write the same document so often that no turn was found. */
    'changed-again-and-again': { readonly thing: NamedThing };
    /** Another document has the value of this unique key. */
    'key-taken': { readonly thing: NamedThing; readonly key: string };
    /** It is to be removed, and others refer to it. `more`: also others than these. */
    'in-use': { readonly thing: NamedThing; readonly references: readonly Reference[]; readonly more: boolean };
    'assigned-again-and-again': NoParams;
    'referred-to-again-and-again': NoParams;
    /** Data that a guard relied on was changed at the same moment. */
    overtaken: NoParams;
  }
}
