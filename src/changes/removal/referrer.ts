import type { Actor } from '../actor.js';
import type { Change } from '../event.js';
import type { Reference } from './reference.js';
import type { Saved } from '../change-result.js';

/** The thing to be removed or renamed. `id` is what documents name it by: for a resource server its identifier, for a permission `<resource server> <permission>`. */
export interface Removed {
  readonly kind: 'user' | 'role' | 'group' | 'client' | 'resource-server' | 'permission';
  readonly id: string;
  /** The new name of a renamed client or permission, for its references. */
  readonly to?: string;
}

/** One document that refers to a thing, and what takes its references away. */
export interface Referrer {
  readonly references: readonly Reference[];
  readonly cut:
    | { readonly kind: 'change'; readonly change: Change }
    /** Without the thing it has no meaning, so it is removed itself, with what refers to it. */
    | { readonly kind: 'remove'; remove(by: Actor): Promise<Saved<unknown>> };
}

/** Each service finds those of its own documents that refer to a thing. Never more than a page in memory. */
export interface ReferrerSource {
  referring(removed: Removed): AsyncIterable<Referrer>;
}
