import type { Actor } from '../actor.js';
import type { Change } from '../event.js';
import type { Reference } from './reference.js';
import type { Saved } from '../change-result.js';

/**
 * The object to be removed or renamed. `id` is the name that documents use for it: for a resource server its identifier, for a
 * permission `<resource server> <permission>`.
 */
export interface Removed {
  readonly kind: 'user' | 'role' | 'group' | 'client' | 'resource-server' | 'permission' | 'connector';
  readonly id: string;
  /** The new name of a renamed client or permission, for its references. */
  readonly to?: string;
}

/** One document that refers to an object, and how to remove its references. */
export interface Referrer {
  readonly references: readonly Reference[];
  readonly cut:
    | { readonly kind: 'change'; readonly change: Change }
    /** Without the object it has no meaning, so it is removed too, together with its own references. */
    | { readonly kind: 'remove'; remove(by: Actor): Promise<Saved<unknown>> };
}

/** Each service finds its own documents that refer to an object. Keeps at most a page in memory. */
export interface ReferrerSource {
  referring(removed: Removed): AsyncIterable<Referrer>;
}
