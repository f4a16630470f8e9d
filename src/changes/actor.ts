import type { Held } from '../storage/leases/lease-holder.js';

/** The author of a change: the first parameter of every function that changes shared state. */
export interface Actor {
  /** `host`: somebody at the command line; `system`: Gatehouse itself. */
  readonly kind: 'user' | 'client' | 'host' | 'system';
  /** The user or client id; for the host the name of its account; for the system the component. */
  readonly id: string;
  readonly requestId: string;
  /** The client's network address, as `http/` determined it. */
  readonly address?: string;
  /** The User-Agent header, truncated at 300 characters. */
  readonly agent?: string;
  /** Why the actor does this, in their own words. The audit record of each change has it. */
  readonly reason?: string;
  /** The lease under which the actor works: every change expects it, and throws `lease-lost` without it. */
  readonly held?: Held;
}
